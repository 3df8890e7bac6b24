import { defineConfig } from 'vite'

// The desktop main process, one built file a module: workers and child processes are started from files, which one
// bundle would swallow. Packages stay packages; electron-builder puts them beside.
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out',
    // The page and the preload script are built into this folder too.
    emptyOutDir: false,
    target: 'node24',
    rolldownOptions: {
      external: ['electron'],
      input: [
        'electron/main.ts',
        'electron/module/tessera.ts',
        'electron/adapters/exchange-pixels-worker.ts',
        'electron/adapters/imaging/child.ts',
        'electron/adapters/label-codec-worker.ts',
        'electron/adapters/superpixels/helper.ts',
        'electron/adapters/wandb/progress-worker.ts',
        'electron/host/exchange-worker.ts',
      ],
      output: {
        format: 'es',
        preserveModules: true,
        preserveModulesRoot: import.meta.dirname,
        entryFileNames: '[name].js',
      },
    },
  },
})
