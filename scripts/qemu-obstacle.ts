import path from 'node:path'
import { prepareLab } from '../src/main/adapters/qemu-lab/prepare-lab.ts'
import { cacheFolder } from '../src/main/cli/data-folder.ts'
import { errorText } from '../src/shared/failure.ts'
import { root } from './places.mjs'
import { step } from './progress.mjs'

/** What an installation over a slow network takes; a machine that is set up already is done in a moment. */
const PREPARE_MS = 180_000

/** Sets up what tests of real VMs need, by the step of the lab itself; why that cannot be, or undefined. */
export const qemuObstacle = async (): Promise<string | undefined> => {
  try {
    await step('setting up QEMU', () =>
      prepareLab({
        cacheDir: cacheFolder(),
        resourcesDir: path.join(root, 'resources'),
        tell: () => {},
        signal: AbortSignal.timeout(PREPARE_MS),
      }),
    )
    return undefined
  } catch (error) {
    return errorText(error)
  }
}
