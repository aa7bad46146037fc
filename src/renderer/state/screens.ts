import type { Route } from './route.ts'

/** The rail's entries; keys keep their place for screens that do not exist yet. */
export const screens = [
  {
    key: '1',
    word: 'Fleet',
    icon: 'fleet',
    route: { screen: 'fleet' },
    holds: ['fleet', 'pool', 'host', 'vm'],
  },
  {
    key: '2',
    word: 'Migrations',
    icon: 'migrations',
    route: { screen: 'migrations' },
    holds: ['migrations', 'migration'],
  },
  {
    key: '3',
    word: 'Decisions',
    icon: 'decisions',
    route: { screen: 'decisions', decisionId: null },
    holds: ['decisions'],
  },
  { key: '6', word: 'Settings', icon: 'settings', route: { screen: 'settings' }, holds: ['settings'] },
] as const satisfies readonly {
  readonly key: string
  readonly word: string
  readonly icon: string
  readonly route: Route
  /** The screens that lie under this entry. */
  readonly holds: readonly Route['screen'][]
}[]
