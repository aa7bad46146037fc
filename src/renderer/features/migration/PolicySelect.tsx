import { NativeSelect } from '@mantine/core'
import { policyThere } from '../../../shared/model/capabilities.ts'
import type { Host } from '../../../shared/model/host.ts'
import { DEFAULT_POLICY, type PolicyName, policyNames } from '../../../shared/model/migration.ts'
import { policyChoices } from './policy-choices.ts'

/** Which policy decides while a VM of `source` moves; one that it cannot follow shows what it does instead. */
export const PolicySelect = (props: {
  readonly source: Host | undefined
  readonly value: PolicyName
  readonly onChange: (policy: PolicyName) => void
}) => (
  <NativeSelect
    label="Policy"
    value={props.source ? policyThere(props.value, props.source.capabilities) : props.value}
    onChange={event =>
      props.onChange(policyNames.find(name => name === event.currentTarget.value) ?? DEFAULT_POLICY)
    }
    data={policyChoices(props.source)}
  />
)
