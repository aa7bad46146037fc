import { hashOf, useConnections, useFleet } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'

/** In place of a pool or host that is not there: whether it is awaited, gone since when and why, or never was. */
export const Missing = ({ kind, id }: { readonly kind: 'pool' | 'host'; readonly id: string }) => {
  const feed = useFleet(s => s.feed)
  const gone = useFleet(s => s.gone.get(id))
  const isPoolThere = useFleet(s => gone !== undefined && s.poolsById.has(gone.poolId))
  const connection = useConnections(s => (gone?.connectionId ? s.byId.get(gone.connectionId) : undefined))
  const action = <a href={hashOf({ screen: 'fleet' })}>All pools</a>
  if (feed.state === 'awaiting') return <Awaiting what="the fleet" sinceMs={feed.sinceMs} />
  if (!gone)
    return (
      <Blank title={`No such ${kind}`} action={action}>
        {`No connected pool has a ${kind} with the id ${id}. Its connection may be down; Settings says how each is doing.`}
      </Blank>
    )
  return (
    <Blank
      title={
        <>
          {gone.name} is missing since <Clock atMs={gone.sinceMs} />
        </>
      }
      action={action}
    >
      {isPoolThere && 'Its pool answers and does not list it any more. '}
      {!isPoolThere && connection && (
        <>
          {connection.name} is {connection.state} since <Clock atMs={connection.sinceMs} />.{' '}
          {connection.failure?.message} {connection.failure?.remedy}
        </>
      )}
      {!isPoolThere && !connection && 'The connection to its pool was removed. '} What was recorded of it is
      kept and shown when it is back.
    </Blank>
  )
}
