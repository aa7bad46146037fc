import { poolOrigin } from '../../../shared/model/pool-address.ts'
import type { StartRealLab } from '../../ports/real-lab.ts'
import { type QemuLabOptions, startQemuLab } from './start-qemu-lab.ts'

/** The lab as the console starts it. */
export const realLab =
  (options: Pick<QemuLabOptions, 'cacheDir' | 'resourcesDir' | 'hostCommand'>): StartRealLab =>
  async ({ onProgress, signal }) => {
    const { hostsFile, close } = await startQemuLab({
      ...options,
      tell: (_, done) => onProgress(done),
      signal,
    })
    return { url: poolOrigin(hostsFile), close }
  }
