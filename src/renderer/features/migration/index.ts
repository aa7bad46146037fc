export { MigrateDialog } from './MigrateDialog.tsx'
export { MigrationScreen } from './MigrationScreen.tsx'
export { MigrationsScreen } from './MigrationsScreen.tsx'
