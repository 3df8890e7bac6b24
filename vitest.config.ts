import { defineConfig } from 'vitest/config'
import { LongFilesFirst } from './test/sequencer.ts'

export default defineConfig({
  test: {
    // Browser and process tests start servers and Chromium and wait for them half of the time; three files at once keep
    // two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The browser's process dies at times on a machine without memory to spare; one that our page kills dies again.
    retry: { count: 1, condition: /(Target|Page) crashed/ },
    // What a second is enough for on an idle machine is not there yet on a busy one; what never comes still fails.
    expect: { poll: { timeout: 15_000 } },
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['**/node_modules/**'],
  },
})
