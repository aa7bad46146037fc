export { FleetScreen } from './FleetScreen.tsx'
export { measureText, mibText } from './figure-text.ts'
