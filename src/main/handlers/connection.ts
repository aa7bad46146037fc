import type { connectionContract } from '../../shared/contract/connection.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { ConnectionDesk } from '../services/connection-desk.ts'
import type { Connections } from '../services/connections.ts'
import type { StopSwitch } from '../services/stop-switch.ts'

export const connectionHandlers = ({
  connections,
  desk,
  stopSwitch,
}: {
  connections: Connections
  desk: ConnectionDesk
  stopSwitch: StopSwitch
}): Handlers<typeof connectionContract> => ({
  'connection.watch': (_, signal) => connections.overview.watch(signal),
  'connection.setLevel': ({ connectionId, level }) => {
    connections.setLevel(connectionId, level)
    return null
  },
  'connection.add': async wanted => ({ connectionId: await desk.add(wanted) }),
  'connection.edit': async ({ connectionId, ...wanted }) => {
    await desk.edit(connectionId, wanted)
    return null
  },
  'connection.remove': async ({ connectionId }) => {
    await desk.remove(connectionId)
    return null
  },
  'connection.retry': ({ connectionId }) => {
    desk.retry(connectionId)
    return null
  },
  'connection.test': (login, signal) => desk.test(login, signal),
  'connection.trust': ({ connectionId, address, fingerprint }) => {
    desk.trustCertificate(connectionId, address, fingerprint)
    return null
  },
  'secrets.unlock': async ({ passPhrase }) => {
    await desk.unlock(passPhrase)
    return null
  },
  'automation.stop': () => ({ cancelling: stopSwitch.stop() }),
  'automation.resume': () => {
    stopSwitch.resume()
    return null
  },
})
