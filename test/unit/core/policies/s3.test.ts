import { expect, test } from 'vitest'
import { s3 } from '../../../../src/main/core/migration/policies/s3.ts'
import { afterRoundsLeaving, EVERY_CAPABILITY } from '../../../support/a-policy-view.ts'

test('S3 starts the VM at its destination when the checkpoint is across', () => {
  expect(s3.afterRound(afterRoundsLeaving([30_000])).action).toBe('switch')
})

test('S3 copies what is dirty in a pause where the host has no post-copy, or where it is next to nothing', () => {
  const capabilities = { ...EVERY_CAPABILITY, postCopy: false }
  expect(s3.afterRound(afterRoundsLeaving([30_000], { capabilities })).action).toBe('stop-and-copy')
  expect(s3.afterRound(afterRoundsLeaving([49])).action).toBe('stop-and-copy')
  expect(s3.afterRound(afterRoundsLeaving([50])).action).toBe('switch')
})
