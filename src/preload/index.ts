import { contextBridge, ipcRenderer } from 'electron'
import { askForPort, handOverPort, type PortBridge } from '../shared/rpc/port-bridge.ts'

// Ports cannot cross the context bridge; a message to our own page can carry one.
ipcRenderer.on(handOverPort, ({ ports }) => window.postMessage(handOverPort, '*', [...ports]))

contextBridge.exposeInMainWorld('longshore', {
  kind: 'electron',
  askForPort: () => ipcRenderer.send(askForPort),
} satisfies PortBridge)
