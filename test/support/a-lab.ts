import { onTestFinished } from 'vitest'
import { type LabOptions, openLab } from '../../src/main/adapters/lab/lab.ts'
import type { LabConfig, LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { GIB, MIB } from '../../src/shared/units.ts'

const aVm = (name: string, overrides: Partial<LabVmConfig> = {}): LabVmConfig => ({
  name,
  description: '',
  host: 'host-1',
  memoryBytes: 16 * MIB,
  vcpuCount: 2,
  workload: { kind: 'steady', cpuRatio: 0.25, writesPerSecond: 3000, writtenShare: 0.5 },
  ...overrides,
})

/** Three hosts with 1 GiB for VMs each; a round over a VM of 16 MiB takes 0.1 s. */
export const tinyLab: LabConfig = {
  poolName: 'tiny',
  hosts: ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address, index) => ({
    name: `host-${index + 1}`,
    address,
    cpuCount: 4,
    memoryBytes: 3 * GIB,
  })),
  vms: [
    aVm('writer'),
    aVm('idle', { workload: { kind: 'steady', cpuRatio: 0, writesPerSecond: 0, writtenShare: 0.1 } }),
    aVm('big', { memoryBytes: 900 * MIB }),
    aVm('other-big', { memoryBytes: 900 * MIB, host: 'host-2' }),
  ],
  linkBytesPerSecond: 160 * MIB,
  roundTripMs: 0.2,
  handshakeMs: 30,
  handshakeSpreadMs: 0,
  zeroShare: 0.2,
  msPerTraceRow: 10_000,
  remark: 'a remark',
}

type Json = { readonly [key: string]: Json | undefined } & { readonly [index: number]: Json | undefined }

/** A client of the XenAPI as plain as can be. */
export const rpc = async (url: string, method: string, params: readonly unknown[]): Promise<unknown> => {
  const response = await fetch(`${url}/jsonrpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const answer = (await response.json()) as {
    result?: unknown
    error?: { message: string; data: readonly string[] }
  }
  if (answer.error !== undefined) throw new Error([answer.error.message, ...answer.error.data].join(' '))
  return answer.result
}

/** A lab for the length of the test. */
export const openedLab = async (options: Partial<LabOptions> = {}) => {
  const lab = await openLab({
    pools: [tinyLab],
    port: 0,
    seed: 1,
    user: 'root',
    password: 'secret',
    ...options,
  })
  onTestFinished(() => lab.close())
  return lab
}

/** A lab for the length of the test, and a session with its first pool by JSON. */
export const aLab = async (config: LabConfig = tinyLab, options: Partial<LabOptions> = {}) => {
  const lab = await openedLab({ pools: [config], ...options })
  return { ...(await aSession(lab.info.url)), info: lab.info, controls: lab.controls }
}

/** A session with a pool of a lab, by JSON. */
export const aSession = async (url: string) => {
  const session = (await rpc(url, 'session.login_with_password', ['root', 'secret'])) as string
  const call = (method: string, ...params: readonly unknown[]) => rpc(url, method, [session, ...params])
  const records = async (className: string) =>
    Object.entries((await call(`${className}.get_all_records`)) as Record<string, Json>)
  const named = async (className: string, name: string) => {
    const found = (await records(className)).find(([, record]) => String(record.name_label) === name)
    if (found === undefined) throw new Error(`no ${className} named ${name}`)
    return { ref: found[0], uuid: String(found[1].uuid), record: found[1] }
  }
  const plugin = async (host: string, fn: string, args: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await call('host.call_plugin', host, 'longshore', fn, args)) as string) as unknown
  return { url, session, call, records, named, plugin }
}
