import { defineConfig } from 'vite'

// A sandboxed preload script must be CommonJS and a single file.
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out/electron-preload',
    emptyOutDir: true,
    target: 'node24',
    rolldownOptions: {
      external: ['electron'],
      input: { preload: 'electron/preload.ts' },
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
})
