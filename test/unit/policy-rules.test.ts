import { expect, test } from 'vitest'
import { policies } from '../../src/main/core/migration/policies/index.ts'
import { maySwitch, untilOf } from '../../src/renderer/features/migration/policy-rules.ts'
import { policyNames } from '../../src/shared/model/migration.ts'
import { aPolicyView } from '../support/a-policy-view.ts'

test.each(policyNames)('the screen says of %s that it may switch where it may', name => {
  expect(maySwitch(name)).toBe(policies[name].limits(aPolicyView()).postCopy)
})

test('only the rule of the switch line names it', () => {
  expect(policyNames.filter(name => untilOf(name, '70% of bandwidth').includes('70%'))).toEqual(['s1'])
})
