import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startWandbDouble } from './server.ts'

// npm run wandb-double -- --port 8080 --data DIR: a W&B server for trying a push without an account.
const { values } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } })
const port = Number(values.port ?? 0)
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port must be a number from 0 to 65535, not ${values.port}.`)
  process.exit(2)
}
const data = values.data ?? mkdtempSync(join(tmpdir(), 'wandb-double-'))
const double = await startWandbDouble({ port, data })
console.log(double.url)
console.error(
  `W&B double: entity "${double.options.entity}", any key of 40 characters or more, data in ${data}`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void double.close().then(() => process.exit(0)))
}
