import type { RrdUpdates } from './rrd-updates.ts'
import { escapeXml } from './xml-value.ts'

/** /rrd_updates as XML. */
export const xportXml = ({ meta, data }: RrdUpdates): string => {
  const { start, step, end, rows, columns } = meta
  const legend = meta.legend.map(entry => `<entry>${escapeXml(entry)}</entry>`).join('')
  const lines = data.map(
    ({ t, values }) => `<row><t>${t}</t>${values.map(v => `<v>${v}</v>`).join('')}</row>`,
  )
  return `<xport><meta><start>${start}</start><step>${step}</step><end>${end}</end><rows>${rows}</rows><columns>${columns}</columns><legend>${legend}</legend></meta><data>${lines.join('')}</data></xport>`
}

/** A whole round-robin database of one archive, oldest row first, as /vm_rrd and /host_rrd give it. */
export const rrdDump = ({ meta, data }: RrdUpdates): { readonly json: unknown; readonly xml: string } => {
  const names = meta.legend.map(entry => entry.split(':').slice(3).join(':'))
  const rows = data.toReversed().map(({ values }) => values)
  const newest = data[0]?.values ?? []
  const sources = names.map((name, index) => ({
    name,
    type: 'GAUGE',
    minimal_heartbeat: '300.0000',
    min: '0.0',
    max: 'Infinity',
    last_ds: newest[index] ?? 'NaN',
    value: newest[index] ?? 'NaN',
    unknown_sec: '0',
  }))
  const ds = sources.map(source => {
    const fields = Object.entries(source).map(([field, value]) => `<${field}>${escapeXml(value)}</${field}>`)
    return `<ds>${fields.join('')}</ds>`
  })
  const database = rows.map(values => `<row>${values.map(v => `<v>${v}</v>`).join('')}</row>`)
  return {
    json: {
      version: '0003',
      step: String(meta.step),
      lastupdate: String(meta.end),
      ds: sources,
      rra: [{ cf: 'AVERAGE', pdp_per_row: '1', params: { xff: '0.5' }, database: rows }],
    },
    xml: `<rrd><version>0003</version><step>${meta.step}</step><lastupdate>${meta.end}</lastupdate>${ds.join('')}<rra><cf>AVERAGE</cf><pdp_per_row>1</pdp_per_row><params><xff>0.5</xff></params><database>${database.join('')}</database></rra></rrd>`,
  }
}
