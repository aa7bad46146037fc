import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  test: {
    include: ['test/{unit,contract,integration}/**/*.test.{ts,tsx}'],
    // What is waited for comes in a moment, on a crowded machine in a minute: only what never comes runs into these.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
