import type { Migration } from '../../../shared/model/migration.ts'

const LONGEST_NAME = 60
const two = (value: number): string => value.toString().padStart(2, '0')

/** The name of a file about a migration, by VM and local time of its start; safe on every system. */
export const exportName = (
  { vmName, startedAtMs }: Pick<Migration, 'vmName' | 'startedAtMs'>,
  extension: string,
): string => {
  const at = new Date(startedAtMs)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('')
  const vm = vmName
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
  return `${[...vm].slice(0, LONGEST_NAME).join('') || 'vm'}-${day}-${time}.${extension}`
}
