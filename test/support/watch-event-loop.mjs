import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Loaded before a process under measurement: keeps the longest time its main thread was blocked, and writes it at exit. */
const resolution = 5
const histogram = monitorEventLoopDelay({ resolution })
histogram.enable()
/** @param {number} nanoseconds */
const ms = nanoseconds => nanoseconds / 1e6
/** @type {number | null} */
let startUpMs = null

process.on('message', message => {
  if (message !== 'started') return
  startUpMs = ms(histogram.max)
  histogram.reset()
})
// Listening must not keep the process alive after it has closed everything of its own.
process.channel?.unref()
process.on('exit', () => {
  const figures = { startUpMs, maxMs: ms(histogram.max), p99Ms: ms(histogram.percentile(99)) }
  writeFileSync(process.env.EVENT_LOOP_FILE ?? 'event-loop.json', JSON.stringify(figures))
})
