import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../src/main/adapters/system/page-files.ts'

test('the page states the policy that it is served under', () => {
  const html = readFileSync(path.resolve(import.meta.dirname, '../../src/renderer/index.html'), 'utf8')
  const stated = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1]
  // Browsers take this one from the header only.
  expect(`${stated}; frame-ancestors 'none'`).toBe(contentSecurityPolicy)
})
