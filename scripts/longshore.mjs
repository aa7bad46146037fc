#!/usr/bin/env node
process.argv.splice(2, 0, 'longshore')
await import('./run.mjs')
