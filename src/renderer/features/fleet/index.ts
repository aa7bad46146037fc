export { FleetScreen } from './FleetScreen.tsx'
