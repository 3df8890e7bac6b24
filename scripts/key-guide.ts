// npm run key-guide: writes the tables of docs/guide/keys.md anew. The lists of commands stand among components, which
// only a bundler reads.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const page = fileURLToPath(new URL('../docs/guide/keys.md', import.meta.url))
const tables = fileURLToPath(new URL('key-guide/tables.ts', import.meta.url))
const { module } = await runnerImport<typeof import('./key-guide/tables.ts')>(tables, { configFile: false })
writeFileSync(page, module.withTables(readFileSync(page, 'utf8')))
