export { MigrateDialog } from './MigrateDialog.tsx'
export { MigrationsScreen } from './MigrationsScreen.tsx'
