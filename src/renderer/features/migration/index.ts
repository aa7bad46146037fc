export { MigrateDialog } from './MigrateDialog.tsx'
export { MigrateSeveralDialog } from './MigrateSeveralDialog.tsx'
export { MigrationScreen } from './MigrationScreen.tsx'
export { MigrationsScreen } from './MigrationsScreen.tsx'
