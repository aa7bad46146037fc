export { HostScreen } from './HostScreen.tsx'
export { highestLoad, loadTitle, overloadText } from './load-words.ts'
export { PoolScreen } from './PoolScreen.tsx'
