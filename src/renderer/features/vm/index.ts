export { VmScreen } from './VmScreen.tsx'
