import { MessageChannel } from 'node:worker_threads'
import { mainPortPipe } from '../../src/main/adapters/system/main-port-pipe.ts'
import { portPipe } from '../../src/renderer/pipe/port-pipe.ts'
import { asMainPort } from '../support/main-port.ts'
import { describePipe } from './pipe.suite.ts'

describePipe('the MessagePort pipe', async () => {
  const { port1, port2 } = new MessageChannel()
  const client = portPipe(port1 as never)
  const server = mainPortPipe(asMainPort(port2))
  return { client, server, stop: async () => client.close() }
})
