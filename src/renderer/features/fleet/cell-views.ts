import type { FleetColumn } from '../../state/index.ts'
import { dotPaths } from '../../ui/dot-paths.ts'
import { iconPaths } from '../../ui/icon-paths.ts'
import { attributeOf, drawingIn, elementIn, pathIn, textIn, type Writer } from './dom-writers.ts'
import styles from './FleetTable.module.css'
import type { FigureText } from './figure-text.ts'
import type { FleetLine, Words } from './fleet-line.ts'

/** Fills an empty cell; what it returns writes a line's part into it. */
export type CellView = (cell: HTMLElement) => Writer<FleetLine>

const arrows = { up: '▲', down: '▼', level: '' } as const

const wordsView =
  (wordsOf: (line: FleetLine) => Words): CellView =>
  cell => {
    const text = textIn(cell)
    const title = attributeOf(cell, 'title')
    return line => {
      const words = wordsOf(line)
      text(words.text)
      title(words.title)
    }
  }

const textView =
  (textOf: (line: FleetLine) => string): CellView =>
  cell => {
    const text = textIn(cell)
    return line => text(textOf(line))
  }

const stateView: CellView = cell => {
  const words = wordsView(line => line.state)(cell)
  const tone = attributeOf(cell, 'data-tone')
  return line => {
    words(line)
    tone(line.state.tone)
  }
}

/** A figure, muted where it is held; its age goes to a line below, out of sight, where it has no room beside it. */
const figureView =
  (figureOf: (line: FleetLine) => FigureText): CellView =>
  cell => {
    const figure = textIn(cell)
    const age = textIn(elementIn(cell, 'span', styles.age))
    const held = attributeOf(cell, 'data-held')
    const title = attributeOf(cell, 'title')
    return line => {
      const of = figureOf(line)
      figure(of.figure)
      age(of.age)
      held(of.age === '' ? '' : 'true')
      title(of.title)
    }
  }

const dirtyView: CellView = cell => {
  const now = textIn(elementIn(cell, 'span', undefined))
  elementIn(cell, 'span', styles.arrow).append('→')
  const ahead = textIn(elementIn(cell, 'span', styles.ahead))
  const turn = elementIn(cell, 'span', styles.direction)
  const arrow = textIn(turn)
  const direction = attributeOf(turn, 'data-direction')
  const title = attributeOf(cell, 'title')
  return ({ dirty }) => {
    now(dirty.now)
    ahead(dirty.ahead)
    arrow(arrows[dirty.direction])
    direction(dirty.direction)
    title(dirty.title)
  }
}

const riskView: CellView = cell => {
  const dot = attributeOf(pathIn(drawingIn(cell, '0 0 10 10'), undefined), 'd')
  const word = textIn(elementIn(cell, 'b', undefined))
  const rest = textIn(cell)
  const level = attributeOf(cell, 'data-level')
  const title = attributeOf(cell, 'title')
  return ({ risk }) => {
    level(risk.level)
    dot(risk.level === 'low' ? '' : dotPaths[risk.level])
    word(risk.word)
    rest(risk.rest)
    title(risk.title)
  }
}

const nameView: CellView = cell => {
  const link = elementIn(cell, 'a', styles.name)
  link.tabIndex = -1
  const text = textIn(link)
  const href = attributeOf(link, 'href')
  return line => {
    text(line.name)
    href(line.href ?? '')
  }
}

const nothingView: CellView = () => () => undefined

const shared = {
  state: stateView,
  load: wordsView(line => line.load),
  cpu: figureView(line => line.cpu),
  memory: figureView(line => line.memory),
  risk: riskView,
  /** Drawn by the row itself, later than the rest. */
  trend: nothingView,
}

/** The cells of a VM's row. */
export const vmCells: Readonly<Record<FleetColumn, CellView>> = {
  ...shared,
  name: nameView,
  host: textView(line => line.host),
  dirty: dirtyView,
  theta: textView(line => line.theta),
}

/** The cells of a pool's or host's row, which can be closed and opened. */
export const groupCells: Readonly<Record<FleetColumn, CellView>> = {
  ...shared,
  name: cell => {
    const button = elementIn(cell, 'button', styles.toggle)
    button.type = 'button'
    button.tabIndex = -1
    const label = attributeOf(button, 'aria-label')
    pathIn(drawingIn(button, '0 0 20 20'), undefined).setAttribute('d', iconPaths.chevron)
    const name = nameView(cell)
    return line => {
      label(line.isOpen ? 'Close the group' : 'Open the group')
      name(line)
    }
  },
  host: nothingView,
  dirty: nothingView,
  theta: nothingView,
}
