import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { QmpClient } from './qmp-client.ts'
import { memorySize } from './qmp-commands.ts'

const backends = {
  command: 'query-memdev',
  answer: z.array(
    z.object({ id: z.string().optional(), size: z.number(), share: z.boolean().default(false) }),
  ),
}

const pathOf = (id: string) => ({
  command: 'qom-get',
  args: { path: `/objects/${id}`, property: 'mem-path' },
  answer: z.string(),
})

/**
 * The file that holds a VM's memory, by what QEMU itself says; null where others cannot read it in one: it is no
 * `memory-backend-file` with `share=on`, there are several, or QEMU may be on another machine.
 */
export const memoryFileOf = async (qemu: QmpClient): Promise<string | null> => {
  if (qemu.address.startsWith('tcp:')) return null
  const bytes = await qemu.ask(memorySize)
  const whole = (await qemu.ask(backends)).find(({ size, share }) => share && size === bytes)
  if (whole?.id === undefined) return null
  return qemu.ask(pathOf(whole.id)).catch((error: unknown) => {
    // A backend of another kind has no path.
    if (error instanceof Failure && error.code === 'refused') return null
    throw error
  })
}
