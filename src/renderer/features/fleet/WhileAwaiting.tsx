import { useConnections, useFleet, useLink, useNowMs } from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'

const useAwaited = (): { readonly what: string; readonly sinceMs: number } => {
  const feedSinceMs = useFleet(s => s.feed.sinceMs)
  const link = useLink(s => s)
  const connections = useConnections(s => s.connections)
  if (link.state !== 'open') return { what: 'an answer from Longshore', sinceMs: link.sinceMs }
  const connecting = connections.filter(c => c.state === 'connecting').map(c => c.name)
  if (connecting.length > 0)
    return { what: `the connection to ${connecting.join(', ')}`, sinceMs: feedSinceMs }
  return { what: 'the first reading', sinceMs: feedSinceMs }
}

/** Before the first reading: nothing for a second, then what is awaited and since when. */
export const WhileAwaiting = () => {
  const { what, sinceMs } = useAwaited()
  const nowMs = useNowMs()
  if (nowMs - sinceMs < 1000) return null
  return (
    <Blank
      title={
        <>
          Awaiting {what} since <Clock atMs={sinceMs} />
        </>
      }
    >
      It usually takes a few seconds. How each connection is doing stands at the top and in{' '}
      <a href="#/settings">Settings</a>.
    </Blank>
  )
}
