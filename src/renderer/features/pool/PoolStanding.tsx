import { useConnectionOfPool } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { Notice } from '../../ui/Notice.tsx'

/** Says when a pool does not answer, and since when its figures are old. */
export const PoolStanding = ({ poolId }: { readonly poolId: string }) => {
  const connection = useConnectionOfPool(poolId)
  if (!connection || connection.state === 'live') return null
  return (
    <Notice tone="warn" word="not answering" remedy={connection.failure?.remedy}>
      {connection.name} is {connection.state} since <Clock atMs={connection.sinceMs} />; what stands here is
      what was last heard
      {connection.lastHeardMs !== null && (
        <>
          , at <Clock atMs={connection.lastHeardMs} />
        </>
      )}
      . {connection.failure?.message}
    </Notice>
  )
}
