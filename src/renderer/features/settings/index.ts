export { connectionSentence, connectionTone } from './connection-words.ts'
export { levelInForce, levelOfAll, levelWords, standsBack } from './level-words.ts'
export { SettingsScreen } from './SettingsScreen.tsx'
