import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GuestProbe } from '../../src/main/adapters/qemu/guest-probe.ts'

/** A guest that echoes what it is sent, or hears nothing. */
let guest: Socket
let probe: GuestProbe
let heard = 0
let isPaused = false

beforeEach(async () => {
  heard = 0
  isPaused = false
  guest = createSocket('udp4')
  guest.on('message', (packet, from) => {
    heard++
    if (!isPaused) guest.send(packet, from.port, from.address)
  })
  guest.bind(0, '127.0.0.1')
  await once(guest, 'listening')
  probe = new GuestProbe({ host: '127.0.0.1', port: guest.address().port })
})
afterEach(() => {
  probe.close()
  guest.close()
})

const hears = (more: number) => {
  const until = heard + more
  return expect.poll(() => heard).toBeGreaterThanOrEqual(until)
}

test('what a guest leaves unanswered while it stands still is lost, and as long is it silent', async () => {
  await hears(5)
  isPaused = true
  await hears(10)
  isPaused = false
  await hears(5)
  const { lostProbes, intervalMs, longestGapMs } =
    (await probe.measure()) ?? expect.fail('nothing was measured')
  expect(lostProbes).toBeGreaterThanOrEqual(10)
  expect(longestGapMs).toBeGreaterThan(lostProbes * intervalMs * 0.9)
})

test('a guest that does not echo is not waited for', async () => {
  isPaused = true
  await hears(2)
  expect(await probe.measure()).toBe(null)
})
