import { WireValue } from './wire-value.ts'

/** A value of the XenAPI as XML-RPC, without a blank between the elements: npm xen-api stumbles over blanks. */
export const xmlValue = (value: unknown): string => `<value>${content(value)}</value>`

const content = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`
  if (value instanceof WireValue) return `<${value.type}>${value.value}</${value.type}>`
  if (Array.isArray(value)) return `<array><data>${value.map(xmlValue).join('')}</data></array>`
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([name, member]) => xmlMember(name, xmlValue(member)))
    return `<struct>${members.join('')}</struct>`
  }
  return escapeXml(String(value))
}

export const xmlMember = (name: string, value: string): string =>
  `<member><name>${escapeXml(name)}</name>${value}</member>`

/** Text inside an element; what XML cannot carry at all becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
