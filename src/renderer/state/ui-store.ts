import { z } from 'zod'
import { createStore } from 'zustand/vanilla'
import { heatFigures } from '../../shared/contract/pool.ts'
import { hashOf, type Route, routeOf } from './route.ts'

export const fleetColumns = [
  'name',
  'state',
  'host',
  'load',
  'cpu',
  'memory',
  'dirty',
  'theta',
  'risk',
  'trend',
] as const
export type FleetColumn = (typeof fleetColumns)[number]

const sort = z.object({ column: z.string().max(32), descending: z.boolean() })
export type Sort = Readonly<z.infer<typeof sort>>

/** What a window remembers between starts. Every part falls back to its default when it does not parse. */
const persisted = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  fleetFilter: z.string().max(200).catch(''),
  /** Null sorts as the tree does: by name. */
  fleetSort: sort.nullable().catch(null),
  fleetGroup: z.enum(['tree', 'flat']).catch('tree'),
  fleetCollapsed: z.array(z.string()).max(10_000).catch([]),
  /** Never the name: rows without it could not be told apart. */
  fleetHidden: z
    .array(z.enum(fleetColumns))
    .transform((columns): FleetColumn[] => columns.filter(column => column !== 'name'))
    .catch([]),
  fleetWidths: z.record(z.string(), z.number().min(40).max(800)).catch({}),
  /** How much of the past the charts of a VM show, ms. */
  vmRangeMs: z
    .number()
    .int()
    .min(60_000)
    .max(31 * 86_400_000)
    .catch(600_000),
  /** Null: open where there is room for it. */
  attentionOpen: z.boolean().nullable().catch(null),
  heatBy: z.enum(['hosts', 'vms']).catch('hosts'),
  heatFigure: z.enum(heatFigures).catch('load'),
  heatRange: z.enum(['1 h', '6 h', '1 d']).catch('6 h'),
  heatGroup: z.enum(['name', 'host', 'shape']).catch('shape'),
  migrationSort: sort.catch({ column: 'started', descending: true }),
  migrationFilter: z.string().max(200).catch(''),
  /** Whether what needs a person is told on the desktop too. */
  desktopNotices: z.boolean().catch(false),
  lastHash: z.string().max(400).catch(''),
})
type Persisted = Readonly<z.infer<typeof persisted>>

/** What is asked of the operator at the moment, above the screen. */
export type Dialog =
  | { readonly kind: 'palette' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'migrate'; readonly vmId: string }
  | {
      readonly kind: 'schedule'
      readonly vmIds: readonly string[]
      /** When it had best begin, pool time; null for no particular time. */
      readonly suggestedAtMs: number | null
    }
  | { readonly kind: 'bandwidth'; readonly migrationId: string }
  | { readonly kind: 'simulate'; readonly vmId: string }
  | { readonly kind: 'migrate-several'; readonly vmIds: readonly string[] }

export interface UiState extends Persisted {
  readonly route: Route
  readonly dialog: Dialog | null
  /** The VM under the fleet's keyboard mark, and those selected there. */
  readonly fleetMarked: string | null
  readonly fleetChosen: readonly string[]
}

/** Its last figure is the version of what is remembered: another form takes another key and begins anew. */
const KEY = 'longshore.ui.1'
/** How long changes are gathered before they are written down, ms. */
const REMEMBER_MS = 300

/** What was remembered, or the defaults where it is missing or damaged. */
export const rememberedOf = (text: string | null): Persisted => {
  try {
    const parsed = persisted.safeParse(JSON.parse(text ?? '{}'))
    return parsed.success ? parsed.data : persisted.parse({})
  } catch {
    return persisted.parse({})
  }
}

const initial = (): UiState => {
  const isWindow = typeof localStorage !== 'undefined' && typeof location !== 'undefined'
  const remembered = rememberedOf(isWindow ? localStorage.getItem(KEY) : null)
  const route = (isWindow && routeOf(location.hash)) || routeOf(remembered.lastHash) || { screen: 'fleet' }
  return { ...remembered, route, dialog: null, fleetMarked: null, fleetChosen: [] }
}

export const uiStore = createStore<UiState>(initial)

/** Goes to a screen, as a click on a link does. */
export const navigate = (route: Route): void => {
  const hash = hashOf(route)
  if (typeof location !== 'undefined' && location.hash !== hash) location.hash = hash
  uiStore.setState({ route })
}

export const openDialog = (dialog: Dialog): void => uiStore.setState({ dialog })
export const closeDialog = (): void => uiStore.setState({ dialog: null })

/** Keeps the hash, the remembered settings and the store together; returns what stops it. */
export const startUi = (): (() => void) => {
  if (!routeOf(location.hash)) history.replaceState(null, '', hashOf(uiStore.getState().route))
  const onHash = () => uiStore.setState({ route: routeOf(location.hash) ?? { screen: 'fleet' } })
  window.addEventListener('hashchange', onHash)
  let timer: ReturnType<typeof setTimeout> | undefined
  const remember = () => {
    clearTimeout(timer)
    timer = undefined
    const state = uiStore.getState()
    try {
      localStorage.setItem(KEY, JSON.stringify(persisted.parse({ ...state, lastHash: hashOf(state.route) })))
    } catch {
      // A full or forbidden storage costs the memory of a filter, not the console.
    }
  }
  // Writing holds up the frame: once after a while of typing and dragging, and when the window goes.
  const unsubscribe = uiStore.subscribe((state, before) => {
    const keys = Object.keys(persisted.shape) as (keyof Persisted)[]
    if (state.route !== before.route || keys.some(key => state[key] !== before[key]))
      timer ??= setTimeout(remember, REMEMBER_MS)
  })
  window.addEventListener('pagehide', remember)
  return () => {
    window.removeEventListener('hashchange', onHash)
    window.removeEventListener('pagehide', remember)
    unsubscribe()
    clearTimeout(timer)
  }
}
