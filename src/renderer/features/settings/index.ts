export { connectionSentence, connectionTone } from './connection-words.ts'
export { levelWords } from './level-words.ts'
export { SettingsScreen } from './SettingsScreen.tsx'
