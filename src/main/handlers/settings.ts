import type { settingsContract } from '../../shared/contract/settings.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { HistoryDesk } from '../services/history-desk.ts'

export const settingsHandlers = ({
  historyDesk,
}: {
  historyDesk: HistoryDesk
}): Handlers<typeof settingsContract> => ({
  'settings.watch': (_, signal) => historyDesk.watch(signal),
  'settings.setRetention': wanted => {
    historyDesk.setRetention(wanted)
    return null
  },
  'settings.backup': ({ file }) => historyDesk.backup(file),
})
