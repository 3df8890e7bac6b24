import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Browser and process tests start servers and Chromium; two at a time is what a 2-core machine carries.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What a second is enough for on an idle machine is not there yet on a busy one; what never comes still fails.
    expect: { poll: { timeout: 15_000 } },
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['**/node_modules/**'],
  },
})
