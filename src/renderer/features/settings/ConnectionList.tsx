import { Button } from '@mantine/core'
import { useState } from 'react'
import { useConnections } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { ConnectionEntry } from './ConnectionEntry.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'
import styles from './SettingsScreen.module.css'
import { UnlockPrompt } from './UnlockPrompt.tsx'

/** All connections, and the way to one more. */
export const ConnectionList = () => {
  const connections = useConnections(s => s.connections)
  const feed = useConnections(s => s.feed)
  const [isAdding, setAdding] = useState(false)
  if (feed.state === 'awaiting') return <Awaiting what="the connections" sinceMs={feed.sinceMs} />
  return (
    <>
      <UnlockPrompt />
      {connections.length === 0 && !isAdding && (
        <p className={styles.none}>There is none. Add a pool by the address of its master.</p>
      )}
      <ul>
        {connections.map(connection => (
          <ConnectionEntry key={connection.id} connection={connection} />
        ))}
      </ul>
      {isAdding ? (
        <ConnectionForm edited={null} onDone={() => setAdding(false)} />
      ) : (
        <Button className={styles.add} onClick={() => setAdding(true)}>
          Add a connection
        </Button>
      )}
    </>
  )
}
