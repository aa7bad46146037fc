import { memoryPipe } from '../../src/shared/rpc/memory-pipe.ts'
import { describePipe } from './pipe.suite.ts'

describePipe('the memory pipe', async () => {
  const [client, server] = memoryPipe()
  return { client, server, stop: async () => client.close() }
})
