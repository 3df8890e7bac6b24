import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readFaults } from './faults.ts'
import { artifactFeatures } from './nodes.ts'
import { startWandbDouble } from './server.ts'

// npm run wandb-double -- --port 8080 --data DIR: a W&B server for trying a push without an account. See README.md.
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    faults: { type: 'string' },
    features: { type: 'boolean' },
  },
})
const complain = (text: string): never => {
  console.error(text)
  process.exit(2)
}
const port = Number(values.port ?? 0)
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  complain(`--port must be a number from 0 to 65535, not ${values.port}.`)
const readAllFaults = () => {
  try {
    return values.faults === undefined ? [] : readFaults(values.faults)
  } catch (error) {
    return complain(`--faults: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const faults = readAllFaults()
const data = values.data ?? mkdtempSync(join(tmpdir(), 'wandb-double-'))
const double = await startWandbDouble({ port, data, features: values.features ? artifactFeatures : [] })
for (const fault of faults) double.fail(fault)
console.log(double.url)
console.error(
  `W&B double: entity "${double.options.entity}", any key of 40 characters or more, data in ${data}`,
)
if (faults.length > 0) console.error(`It will misbehave ${faults.length} times or ways, as told.`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void double.close().then(() => process.exit(0)))
}
