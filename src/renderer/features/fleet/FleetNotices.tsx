import type { Connection } from '../../../shared/model/connection.ts'
import { useConnections, useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { agoText } from '../../ui/clock-text.ts'
import { Notice } from '../../ui/Notice.tsx'

const RetryIn = ({ atMs }: { readonly atMs: number }) => {
  const nowMs = useNowMs()
  return atMs > nowMs ? <>Tried again in {agoText(atMs - nowMs)}.</> : <>Being tried again now.</>
}

const ConnectionNotice = ({ connection }: { readonly connection: Connection }) => {
  const { name, state, failure, sinceMs, lastHeardMs, retryAtMs } = connection
  if (state === 'stale')
    return (
      <Notice
        tone="warn"
        word={`${name} is stale`}
        remedy={failure?.remedy ?? 'Check the pool and the network.'}
      >
        {failure?.message ?? 'It does not answer.'} Its figures are from{' '}
        <Clock atMs={lastHeardMs ?? sinceMs} />.
      </Notice>
    )
  return (
    <Notice tone="stop" word={`${name} failed`} remedy={failure?.remedy}>
      {failure?.message ?? 'It cannot be reached.'} {retryAtMs !== null && <RetryIn atMs={retryAtMs} />}
    </Notice>
  )
}

/** The connections whose figures are old or missing, in plain words. */
export const FleetNotices = () => {
  const connections = useConnections(s => s.connections)
  return (
    <div>
      {connections
        .filter(c => c.state === 'stale' || c.state === 'failed')
        .map(connection => (
          <ConnectionNotice key={connection.id} connection={connection} />
        ))}
    </div>
  )
}
