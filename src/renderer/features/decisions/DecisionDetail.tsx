import type { Alternative, Decision, DecisionInput } from '../../../shared/model/decision.ts'
import { threeFigures } from '../../../shared/units.ts'
import { hashOf, useConnections, useFleet } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { Dot } from '../../ui/Dot.tsx'
import styles from './DecisionsScreen.module.css'
import { firedWord, inputText, kindWords } from './decision-words.ts'

const InputRow = ({ input }: { readonly input: DecisionInput }) => {
  const { number, origin } = inputText(input)
  return (
    <tr>
      <td>{input.name}</td>
      <td className={styles.number}>{number}</td>
      <td className={styles.muted}>{input.unit}</td>
      <td className={styles.muted}>{origin}</td>
      <td className={styles.number}>{input.limit === null ? '-' : threeFigures(input.limit)}</td>
      <td>
        <span className={styles.fired} data-fired={input.fired || undefined}>
          {input.fired && <Dot tone="high" />}
          {firedWord(input)}
        </span>
      </td>
    </tr>
  )
}

const Inputs = ({ inputs }: { readonly inputs: readonly DecisionInput[] }) => (
  <>
    <h3 className={styles.part}>What it looked at</h3>
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">figure</th>
          <th scope="col" className={styles.number}>
            value
          </th>
          <th scope="col">unit</th>
          <th scope="col">origin</th>
          <th scope="col" className={styles.number}>
            limit
          </th>
          <th scope="col">result</th>
        </tr>
      </thead>
      <tbody>
        {inputs.map(input => (
          <InputRow key={input.name} input={input} />
        ))}
      </tbody>
    </table>
  </>
)

const Alternatives = ({ alternatives }: { readonly alternatives: readonly Alternative[] }) => (
  <>
    <h3 className={styles.part}>What else was possible</h3>
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">alternative</th>
          <th scope="col">verdict</th>
          <th scope="col">because</th>
        </tr>
      </thead>
      <tbody>
        {alternatives.map(({ name, chosen, because }) => (
          <tr key={name} className={chosen ? styles.chosen : undefined}>
            <td className={styles.foreign}>{name}</td>
            <td>{chosen ? 'chosen' : <span className={styles.muted}>rejected</span>}</td>
            <td className={styles.foreign}>{because}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
)

/** Why one decision came out as it did. */
export const DecisionDetail = ({ decision }: { readonly decision: Decision }) => {
  const isKnown = useFleet(s => s.vmsById.has(decision.vmId))
  const connection = useConnections(s => s.byId.get(decision.connectionId))
  const { vmId, vmName, atMs, kind, outcome, reasons, inputs, alternatives, migrationId } = decision
  return (
    <article aria-label={`Decision on ${vmName}: ${outcome}`}>
      <h2 className={styles.title}>{outcome}</h2>
      <div className={styles.about}>
        <span>{isKnown ? <a href={hashOf({ screen: 'vm', vmId })}>{vmName}</a> : vmName}</span>
        <span>{connection?.name}</span>
        <span>{kindWords[kind]}</span>
        <Clock atMs={atMs} withDate />
        {migrationId !== null && (
          <a href={hashOf({ screen: 'migration', migrationId })}>Open the migration</a>
        )}
      </div>
      <h3 className={styles.part}>Why</h3>
      <ul className={styles.reasons}>
        {reasons.map(reason => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {inputs.length > 0 && <Inputs inputs={inputs} />}
      {alternatives.length > 0 && <Alternatives alternatives={alternatives} />}
    </article>
  )
}
