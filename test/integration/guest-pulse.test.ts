import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { GuestPulse } from '../../src/main/adapters/qemu/guest-pulse.ts'

/** A guest's serial port that says what it is told to. */
const aSerialPort = async () => {
  const address = path.join(tmpdir(), `serial-${crypto.randomUUID().slice(0, 13)}.sock`)
  const heard = Promise.withResolvers<Socket>()
  const server = createServer(heard.resolve)
  await new Promise<void>(resolve => server.listen(address, resolve))
  const pulse = new GuestPulse([address])
  onTestFinished(() => {
    pulse.close()
    server.close()
  })
  const socket = await heard.promise
  return { pulse, beat: (sequence: number) => socket.write(`hb ${sequence} ${sequence * 10_000_000} 0 0\n`) }
}

test('gaps are told once a beat was heard of the guest that runs again, and not before', async () => {
  const { pulse, beat } = await aSerialPort()
  beat(1)
  beat(2)
  await expect.poll(() => pulse.summary.beats).toBe(2)
  // Whoever comes after the guest was resumed does not know since when to count.
  expect(pulse.gapsSinceMark).toBeNull()
  pulse.mark()
  expect(pulse.gapsSinceMark).toBeNull()
  beat(3)
  await expect.poll(() => pulse.gapsSinceMark).not.toBeNull()
})
