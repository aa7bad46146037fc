import { createRoot } from 'react-dom/client'
import { openPipe } from './pipe/open-pipe.ts'
import { Root } from './shell/Root.tsx'
import { keepConnected, startUi, watchNotices } from './state/index.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')
startUi()
keepConnected(openPipe)
watchNotices()
createRoot(root).render(<Root />)
