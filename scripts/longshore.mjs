#!/usr/bin/env node
import { fileURLToPath } from 'node:url'

process.argv.splice(1, 1, fileURLToPath(new URL('./run.mjs', import.meta.url)), 'longshore')
await import('./run.mjs')
