import { describe } from 'vitest'
import type { LabParts } from '../../src/main/adapters/qemu-lab/prepare-lab.ts'
import { realParts } from './real-guests.ts'

const noParts: LabParts = { qemu: '', kernel: '', initrd: '' }

/** A suite on real VMs; where there can be none its tests are skipped by name, and the name says why. */
export const describeReal = async (name: string, body: (parts: LabParts) => void): Promise<void> => {
  const real = await realParts()
  if (real.can) describe(name, () => body(real.parts))
  else describe.skip(`${name} (${real.because})`, () => body(noParts))
}
