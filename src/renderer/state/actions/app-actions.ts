import { requestResume } from '../requests.ts'
import { screens } from '../screens.ts'
import { navigate, openDialog, type UiState, uiStore } from '../ui-store.ts'
import { type Action, CUT_OFF } from './action.ts'

const always = () => null

/** STOP, which asks once before it stops. */
export const stopAutomation: Action<'app'> = {
  id: 'stop',
  of: 'app',
  label: 'Stop automation...',
  keys: 'Ctrl+.',
  validate: (_, { connections, isCutOff }) =>
    isCutOff ? CUT_OFF : connections.stopped ? 'It is stopped already.' : null,
  run: () => openDialog({ kind: 'stop' }),
}

export const resumeAutomation: Action<'app'> = {
  id: 'resume',
  of: 'app',
  label: 'Resume automation',
  validate: (_, { connections, isCutOff }) =>
    isCutOff ? CUT_OFF : connections.stopped ? null : 'It is not stopped.',
  run: () => requestResume(),
}

export const openPalette: Action<'app'> = {
  id: 'palette',
  of: 'app',
  label: 'Search VM, host, action...',
  keys: 'Ctrl+k',
  validate: always,
  run: () => openDialog({ kind: 'palette' }),
}

export const showShortcuts: Action<'app'> = {
  id: 'shortcuts',
  of: 'app',
  label: 'Keyboard shortcuts',
  keys: '?',
  validate: always,
  run: () => openDialog({ kind: 'shortcuts' }),
}

export const goToScreens: readonly Action<'app'>[] = screens.map(({ key, word, route }) => ({
  id: `screen-${word}`,
  of: 'app',
  label: word,
  keys: key,
  validate: always,
  run: () => navigate(route),
}))

const themes = ['system', 'dark', 'light'] as const satisfies readonly UiState['theme'][]

export const setTheme: readonly Action<'app'>[] = themes.map(theme => ({
  id: `theme-${theme}`,
  of: 'app',
  label: `Theme: ${theme}`,
  validate: (_, { ui }) => (ui.theme === theme ? 'It is in use.' : null),
  run: () => uiStore.setState({ theme }),
}))
