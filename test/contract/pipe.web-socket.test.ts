import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { socketPipe } from '../../src/shared/rpc/socket-pipe.ts'
import { describePipe } from './pipe.suite.ts'

const openSockets = async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  // Node's own WebSocket behaves as the browser's.
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/pipe`)
  const opened = once(socket, 'open')
  const [peer] = await accepted
  await opened
  const stop = async () => {
    peer.terminate()
    await new Promise(resolve => server.close(resolve))
  }
  return { socket, peer, stop }
}

describePipe('the WebSocket pipe', async () => {
  const { socket, peer, stop } = await openSockets()
  return { client: socketPipe(socket), server: socketPipe(peer), stop }
})

test('text and bytes that are no message are dropped', async () => {
  const { socket, peer, stop } = await openSockets()
  const pipe = socketPipe(peer)
  const frames: unknown[] = []
  const received = new Promise<void>(resolve =>
    pipe.onFrame(frame => {
      frames.push(frame)
      resolve()
    }),
  )
  socket.send('{"kind":"cancel","id":1}')
  socket.send(new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff]))
  socket.send(new Uint8Array())
  socketPipe(socket).send({ kind: 'cancel', id: 7 })
  await received
  expect(frames).toEqual([{ kind: 'cancel', id: 7 }])
  await stop()
})
