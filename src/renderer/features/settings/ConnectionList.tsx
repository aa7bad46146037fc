import { Button } from '@mantine/core'
import { useState } from 'react'
import { useConnections } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { ConnectionEntry } from './ConnectionEntry.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'
import { RealLabButton } from './RealLabButton.tsx'
import styles from './SettingsScreen.module.css'
import { UnlockPrompt } from './UnlockPrompt.tsx'

/** All connections, and the way to one more. */
export const ConnectionList = () => {
  const connections = useConnections(s => s.connections)
  const feed = useConnections(s => s.feed)
  const [form, setForm] = useState<'closed' | 'open' | 'left'>('closed')
  if (feed.state === 'awaiting') return <Awaiting what="the connections" sinceMs={feed.sinceMs} />
  return (
    <>
      <UnlockPrompt />
      {connections.length === 0 && form !== 'open' && (
        <p className={styles.none}>There is none. Add a pool by the address of its master.</p>
      )}
      <ul>
        {connections.map(connection => (
          <ConnectionEntry key={connection.id} connection={connection} />
        ))}
      </ul>
      {form === 'open' ? (
        <ConnectionForm edited={null} onDone={() => setForm('left')} />
      ) : (
        <Button className={styles.add} autoFocus={form === 'left'} onClick={() => setForm('open')}>
          Add a connection
        </Button>
      )}
      <RealLabButton />
    </>
  )
}
