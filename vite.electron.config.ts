import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

const external = [
  'electron',
  /^node:/,
  ...builtinModules,
  'sharp',
  '@napi-rs/keyring',
  '@wandb/sdk',
  'ws',
  'fast-png',
]

// The desktop main process and every file it starts beside itself: workers and child processes are entries, so that a packaged app finds them.
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out/electron',
    emptyOutDir: true,
    target: 'node24',
    rolldownOptions: {
      external,
      input: { main: 'electron/main.ts' },
      output: { format: 'es', entryFileNames: '[name].js' },
    },
  },
})
