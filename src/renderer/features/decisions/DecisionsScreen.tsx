import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { Decision } from '../../../shared/model/decision.ts'
import { navigate, useDecisions } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'
import { DecisionDetail } from './DecisionDetail.tsx'
import styles from './DecisionsScreen.module.css'
import { kindWords } from './decision-words.ts'

const ROW_PX = 28

const choose = (decision: Decision | undefined): void => {
  if (decision) navigate({ screen: 'decisions', decisionId: decision.id })
}

const List = (props: { readonly decisions: readonly Decision[]; readonly chosen: Decision | undefined }) => {
  const { decisions, chosen } = props
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: decisions.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: index => decisions[index]?.id ?? index,
    overscan: 8,
  })
  const index = chosen ? decisions.indexOf(chosen) : -1
  const scroll = useRef(virtual.scrollToIndex)
  scroll.current = virtual.scrollToIndex
  useEffect(() => {
    if (index >= 0) scroll.current(index)
  }, [index])
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    choose(decisions[Math.max(0, Math.min(decisions.length - 1, index + step))])
  }
  return (
    <div
      ref={box}
      role="listbox"
      aria-label="Decisions"
      tabIndex={0}
      aria-activedescendant={index >= 0 ? `decision-${index}` : undefined}
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      <div className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(item => {
          const decision = decisions[item.index]
          if (!decision) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the list holds the focus and the keys
            <div
              key={decision.id}
              id={`decision-${item.index}`}
              role="option"
              aria-selected={decision === chosen}
              className={styles.row}
              style={{ top: item.start }}
              onClick={() => choose(decision)}
            >
              <Clock atMs={decision.atMs} />
              <span className={styles.vm}>{decision.vmName}</span>
              <span className={styles.muted}>{kindWords[decision.kind]}</span>
              <span className={styles.outcome}>{decision.outcome}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Every decision that mattered, newest first, and why the chosen one came out as it did. */
export const DecisionsScreen = ({ decisionId }: { readonly decisionId: string | null }) => {
  const decisions = useDecisions(s => s.list)
  const feed = useDecisions(s => s.feed)
  const named = useDecisions(s => (decisionId === null ? undefined : s.byId.get(decisionId)))
  const chosen = decisionId === null ? decisions[0] : named
  if (decisions.length === 0)
    return feed.state !== 'live' ? (
      <Awaiting what="the decisions" sinceMs={feed.sinceMs} />
    ) : (
      <Blank title="Nothing has been decided yet">
        A decision appears here when a VM comes near its trigger, when a migration chooses its next step, and
        when you act yourself.
      </Blank>
    )
  return (
    <div className={styles.split}>
      <div className={styles.left}>
        <div className={styles.head} aria-hidden="true">
          <span>time</span>
          <span>VM</span>
          <span>kind</span>
          <span>outcome</span>
        </div>
        <List decisions={decisions} chosen={chosen} />
      </div>
      <div className={styles.detail}>
        {chosen ? (
          <DecisionDetail decision={chosen} />
        ) : (
          <Blank title="This decision is not among those loaded">
            It is older than the ones this window keeps. Choose another from the list.
          </Blank>
        )}
      </div>
    </div>
  )
}
