import { Tinypool } from 'tinypool'
import type { SharedLinkAnswer, SimulationAnswer, Simulator } from '../../ports/simulator.ts'
import { workerFile } from '../../workers/worker-file.ts'

/** Simulates on up to `threads` worker threads; they begin with the first case. */
export const simulatorPool = (threads: number): Simulator => {
  const pool = new Tinypool({
    filename: workerFile('simulation').href,
    runtime: 'worker_threads',
    minThreads: 0,
    maxThreads: threads,
  })
  return {
    run: async (given, signal) => (await pool.run(given, { name: 'simulate', signal })) as SimulationAnswer,
    runSharedLink: async (given, signal) =>
      (await pool.run(given, { name: 'simulateTogether', signal })) as SharedLinkAnswer,
    close: () => pool.destroy(),
  }
}
