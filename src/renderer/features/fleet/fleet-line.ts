import type { Connection } from '../../../shared/model/connection.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { FleetState } from '../../state/index.ts'
import type { FigureText } from './figure-text.ts'

/** Words in a cell, and the sentence behind them; an empty title is none. */
export interface Words {
  readonly text: string
  readonly title: string
}

/** What a row of the table says, column by column. */
export interface FleetLine {
  readonly name: string
  /** Where the name leads; null where it leads nowhere. */
  readonly href: string | null
  readonly state: Words & { readonly tone: 'plain' | 'faint' | 'busy' }
  readonly host: string
  readonly load: Words
  readonly cpu: FigureText
  readonly memory: FigureText
  readonly dirty: {
    readonly now: string
    readonly ahead: string
    readonly direction: 'up' | 'down' | 'level'
    readonly title: string
  }
  readonly theta: string
  /** Of what is 'low' the word stands alone, without a mark. */
  readonly risk: {
    readonly level: 'low' | 'watch' | 'high'
    readonly word: string
    readonly rest: string
    readonly title: string
  }
  /** Whether the rows of a group are shown. */
  readonly isOpen: boolean
  /** Whether the figures are old: the pool's connection does not answer, or this window hears nothing. */
  readonly isStale: boolean
}

/** What is known of the fleet when a line is written. */
export interface FleetFacts {
  readonly fleet: FleetState
  readonly runningByVm: ReadonlyMap<string, Migration>
  readonly connectionsById: ReadonlyMap<string, Connection>
}

const NO_WORDS: Words = { text: '', title: '' }
const NO_FIGURE: FigureText = { text: '', title: '', figure: '', age: '' }
/** A line that says nothing. */
export const NO_LINE: FleetLine = {
  name: '',
  href: null,
  state: { ...NO_WORDS, tone: 'plain' },
  host: '',
  load: NO_WORDS,
  cpu: NO_FIGURE,
  memory: NO_FIGURE,
  dirty: { now: '', ahead: '', direction: 'level', title: '' },
  theta: '',
  risk: { level: 'low', word: '', rest: '', title: '' },
  isOpen: false,
  isStale: false,
}
