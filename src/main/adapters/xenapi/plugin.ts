import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { type Capabilities, NO_CAPABILITIES } from '../../../shared/model/capabilities.ts'
import {
  PLUGIN_NAME,
  PLUGIN_VERSION,
  type PluginFunction,
  pluginAnswers,
} from '../../../shared/model/plugin.ts'
import type { Lane } from './session.ts'
import type { CallOptions } from './transport.ts'

type Answer<F extends PluginFunction> = z.infer<(typeof pluginAnswers)[F]>

interface PluginCall<F extends PluginFunction> {
  readonly hostRef: string
  readonly fn: F
  readonly args: Readonly<Record<string, string>>
}

const notUnderstood = (fn: string, why: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: `The host's Longshore plugin answered ${fn} with something that is not understood: ${why}.`,
    remedy: 'Install the plugin that belongs to this version of Longshore on the host.',
  })

/** Calls a function of the host plugin (docs/host-plugin.md) and parses what it answers. */
export const callPlugin = async <F extends PluginFunction>(
  lane: Pick<Lane, 'call'>,
  { hostRef, fn, args }: PluginCall<F>,
  options: CallOptions,
): Promise<Answer<F>> => {
  const answer = await lane.call('host.call_plugin', [hostRef, PLUGIN_NAME, fn, args], options)
  if (typeof answer !== 'string') throw notUnderstood(fn, 'it is not text')
  let json: unknown
  try {
    json = JSON.parse(answer)
  } catch {
    throw notUnderstood(fn, 'it is not JSON')
  }
  const parsed = pluginAnswers[fn].safeParse(json)
  if (parsed.success) return parsed.data as Answer<F>
  throw notUnderstood(fn, z.prettifyError(parsed.error).split('\n')[0] ?? 'fields are missing')
}

/** What one host can do beyond stock Xen. */
export interface HostAbilities {
  readonly capabilities: Capabilities
  /** Payload bandwidth of its migration network, where it says so. */
  readonly linkBytesPerSecond: number | undefined
}

export const STOCK_XEN: HostAbilities = { capabilities: NO_CAPABILITIES, linkBytesPerSecond: undefined }

/** What the plugin's answer to `capabilities` comes to; a plugin of another version is as good as none. */
export const abilitiesOf = (answer: Answer<'capabilities'>): HostAbilities => {
  if (answer.version !== PLUGIN_VERSION) return STOCK_XEN
  const functions = new Set(answer.functions)
  const rounds = functions.has('migrate_start') && functions.has('migrate_status')
  const controlled = rounds && functions.has('migrate_control')
  return {
    capabilities: {
      dirtyRate: functions.has('dirty_rate'),
      pageHeat: functions.has('page_heat'),
      rounds,
      stopAndCopy: controlled,
      postCopy: controlled && answer.postCopy,
      requestsBeside: false,
      bandwidth: controlled && answer.controls.includes('bandwidth'),
      pageOrder: controlled && answer.controls.includes('page-order'),
      throttle: controlled && answer.controls.includes('throttle'),
      priority: controlled && answer.controls.includes('priority'),
      diskCopy: rounds && answer.diskCopy,
    },
    linkBytesPerSecond: answer.linkBytesPerSecond,
  }
}
