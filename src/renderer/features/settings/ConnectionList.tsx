import { Button } from '@mantine/core'
import { useState } from 'react'
import { useConnections } from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { ConnectionEntry } from './ConnectionEntry.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'
import styles from './SettingsScreen.module.css'
import { UnlockPrompt } from './UnlockPrompt.tsx'

/** All connections, and the way to one more. */
export const ConnectionList = () => {
  const connections = useConnections(s => s.connections)
  const isAwaited = useConnections(s => s.feed.state === 'awaiting')
  const [isAdding, setAdding] = useState(false)
  if (isAwaited) return <Blank title="Awaiting the connections">Longshore has not named them yet.</Blank>
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
