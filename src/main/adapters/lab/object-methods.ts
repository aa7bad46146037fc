import { idleOperationsOf } from './vm-records.ts'
import type { XapiDatabase, XapiRecord } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import { done, isMap, type NamedMethods, quick, text, type XapiMethod } from './xapi-method.ts'

/** What may be set besides names, tags and other_config, by class. */
const settable: Readonly<Record<string, readonly string[]>> = {
  pool: [
    'default_SR',
    'suspend_image_SR',
    'crash_dump_SR',
    'migration_compression',
    'ha_allow_overcommit',
    'wlb_verify_cert',
  ],
  VM: ['affinity', 'ha_restart_priority', 'order', 'start_delay', 'shutdown_delay', 'HVM_boot_policy'],
  task: ['progress', 'status', 'result'],
  VIF: ['locking_mode'],
  network: ['MTU'],
}
/** Maps that may be changed key by key. */
const maps: Readonly<Record<string, readonly string[]>> = {
  VM: ['VCPUs_params', 'platform', 'HVM_boot_params', 'xenstore_data', 'blocked_operations'],
  host: ['license_params'],
  SR: ['sm_config'],
  VDI: ['sm_config', 'xenstore_data'],
}

/** The methods that every class has: lists, records, getters of each field, setters of what may be set. */
export const objectMethods = (
  database: XapiDatabase,
  className: string,
  fields: readonly string[],
): NamedMethods => {
  const methods: (readonly [string, XapiMethod])[] = [
    ['get_all', quick(0, () => database.refs(className))],
    ['get_all_records', quick(0, () => database.records(className))],
    ['get_record', quick(1, args => database.get(className, text(args, 0)))],
    [
      'get_by_uuid',
      quick(1, args => {
        const ref = database.refOf(className, 'uuid', text(args, 0))
        if (ref === undefined) throw new XapiError('UUID_INVALID', className, text(args, 0))
        return ref
      }),
    ],
  ]
  for (const field of fields)
    methods.push([`get_${field}`, quick(1, args => database.get(className, text(args, 0))[field])])
  const has = (field: string) => fields.includes(field)
  if (has('name_label'))
    methods.push([
      'get_by_name_label',
      quick(1, args =>
        database.refs(className).filter(ref => database.get(className, ref).name_label === text(args, 0)),
      ),
    ])
  const mapFields = ['other_config', ...(maps[className] ?? [])].filter(has)
  const plain = ['name_label', 'name_description', 'tags', ...(settable[className] ?? [])].filter(has)
  for (const field of [...plain, ...mapFields])
    methods.push([`set_${field}`, setter(database, className, field)])
  for (const field of mapFields) methods.push(...mapMethods(database, className, field))
  if (has('tags')) methods.push(...tagMethods(database, className))
  return methods.map(([name, method]) => [`${className}.${name}`, method])
}

/** Changes an object by its operators' wish, and what follows from it. */
const change = (
  database: XapiDatabase,
  { className, ref }: { readonly className: string; readonly ref: string },
  fields: XapiRecord,
): void => {
  database.change(className, ref, fields)
  if (className !== 'VM' || !('blocked_operations' in fields)) return
  const vm = database.get('VM', ref)
  const isIdle = isMap(vm.current_operations) && Object.keys(vm.current_operations).length === 0
  if (isIdle && vm.power_state === 'Running' && vm.is_control_domain !== true)
    database.change('VM', ref, { allowed_operations: idleOperationsOf(vm) })
}

const setter = (database: XapiDatabase, className: string, field: string): XapiMethod =>
  quick(2, args => {
    const ref = text(args, 0)
    const value = sameType(field, database.get(className, ref)[field], args[1])
    return done(() => change(database, { className, ref }, { [field]: value }))
  })

/** A value to set, in the type that the field has; integers come as digits over XML. */
const sameType = (field: string, present: unknown, value: unknown): unknown => {
  if (typeof present === 'number' && /^-?\d+$/.test(String(value))) return Number(value)
  if (Array.isArray(present) && Array.isArray(value)) return value.map(String)
  if (isMap(present) && isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, String(entry)]))
  if (typeof present === typeof value && !isMap(present) && !Array.isArray(present)) return value
  throw new XapiError('FIELD_TYPE_ERROR', field)
}

const mapMethods = (database: XapiDatabase, className: string, field: string): NamedMethods => {
  const mapOf = (ref: string) => {
    const present = database.get(className, ref)[field]
    return isMap(present) ? present : {}
  }
  const add = quick(3, args => {
    const [ref, key, value] = [text(args, 0), text(args, 1), text(args, 2)]
    const present = mapOf(ref)
    if (Object.hasOwn(present, key)) throw new XapiError('MAP_DUPLICATE_KEY', className, field, ref, key)
    return done(() => change(database, { className, ref }, { [field]: { ...present, [key]: value } }))
  })
  const remove = quick(2, args => {
    const [ref, key] = [text(args, 0), text(args, 1)]
    const kept = Object.entries(mapOf(ref)).filter(([known]) => known !== key)
    return done(() => change(database, { className, ref }, { [field]: Object.fromEntries(kept) }))
  })
  const live: NamedMethods = field === 'VCPUs_params' ? [[`add_to_${field}_live`, add]] : []
  return [[`add_to_${field}`, add], [`remove_from_${field}`, remove], ...live]
}

const tagMethods = (database: XapiDatabase, className: string): NamedMethods => {
  const tagsWithout = (ref: string, tag: string): readonly unknown[] => {
    const { tags } = database.get(className, ref)
    return Array.isArray(tags) ? tags.filter(known => known !== tag) : []
  }
  const retag = (withTag: (tags: readonly unknown[], tag: string) => readonly unknown[]) =>
    quick(2, args => {
      const [ref, tag] = [text(args, 0), text(args, 1)]
      return done(() => change(database, { className, ref }, { tags: withTag(tagsWithout(ref, tag), tag) }))
    })
  return [
    ['add_tags', retag((tags, tag) => [...tags, tag])],
    ['remove_tags', retag(tags => tags)],
  ]
}
