import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// The command line: `npm run --silent tessera -- COMMAND`. See docs/guide/command-line.md.
// Half of a short command's time is reading our own source; what was read once is kept beside the dependencies.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tessera/compiled', import.meta.url)))
const { main } = await import('./commands/main.ts')
process.exit(await main())
