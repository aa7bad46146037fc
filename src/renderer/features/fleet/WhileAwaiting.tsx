import { useConnections, useFleet, useNowMs } from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'

/** Before the first reading: nothing for a second, then what is awaited and since when. */
export const WhileAwaiting = () => {
  const sinceMs = useFleet(s => s.feed.sinceMs)
  const connections = useConnections(s => s.connections)
  const nowMs = useNowMs()
  if (nowMs - sinceMs < 1000) return null
  const connecting = connections.filter(c => c.state === 'connecting').map(c => c.name)
  return (
    <Blank
      title={connecting.length > 0 ? `Connecting to ${connecting.join(', ')}` : 'Awaiting the first reading'}
    >
      Awaiting the first reading since <Clock atMs={sinceMs} />. It usually takes a few seconds; the state of
      each connection is at the top and in <a href="#/settings">Settings</a>.
    </Blank>
  )
}
