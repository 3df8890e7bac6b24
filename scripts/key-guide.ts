// npm run key-guide: writes the tables of docs/guide/keys.md anew. The lists of commands stand among components, which
// only a bundler reads.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const page = fileURLToPath(new URL('../docs/guide/keys.md', import.meta.url))
const tables = fileURLToPath(new URL('key-guide/tables.ts', import.meta.url))
const server = await createServer({
  configFile: false,
  logLevel: 'warn',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false },
})
try {
  const { withTables } = (await server.ssrLoadModule(tables)) as typeof import('./key-guide/tables.ts')
  writeFileSync(page, withTables(readFileSync(page, 'utf8')))
} finally {
  await server.close()
}
