import type { connectionContract } from '../../shared/contract/connection.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Connections } from '../services/connections.ts'
import type { StopSwitch } from '../services/stop-switch.ts'

export const connectionHandlers = ({
  connections,
  stopSwitch,
}: {
  connections: Connections
  stopSwitch: StopSwitch
}): Handlers<typeof connectionContract> => ({
  'connection.watch': (_, signal) => connections.overview.watch(signal),
  'connection.setLevel': ({ connectionId, level }) => {
    connections.setLevel(connectionId, level)
    return null
  },
  'automation.stop': () => ({ cancelling: stopSwitch.stop() }),
  'automation.resume': () => {
    stopSwitch.resume()
    return null
  },
})
