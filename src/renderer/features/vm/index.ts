export { inputTime, momentOfInput, whyNotThen } from './schedule-time.ts'
export { VmScreen } from './VmScreen.tsx'
