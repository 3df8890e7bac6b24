import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The page every host serves. Relative asset paths: the desktop window loads it from app://, the browser host from http://127.0.0.1.
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    sourcemap: false,
    // In kB: the page comes from this computer, where one large file is no slower than several.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // Schemas are made when their file is read: what keeps them from making code of text has to come before all of them.
        codeSplitting: { groups: [{ name: 'no-eval', test: /[\\/](zod[\\/]|no-eval\.ts)/ }] },
      },
    },
  },
})
