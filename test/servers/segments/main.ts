import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readFaults } from './faults.ts'
import { operations } from './routes.ts'
import { startSegmentsDouble } from './server.ts'

// npm run segments-double -- --port 8090 --data DIR: a Segments.ai server for trying a sync without an account. See README.md.
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    faults: { type: 'string' },
    'release-ms': { type: 'string' },
  },
})
const complain = (text: string): never => {
  console.error(text)
  process.exit(2)
}
const whole = (name: 'port' | 'release-ms', otherwise: number, most: number) => {
  const number = Number(values[name] ?? otherwise)
  if (!Number.isInteger(number) || number < 0 || number > most)
    complain(`--${name} must be a number from 0 to ${most}, not ${values[name]}.`)
  return number
}
const port = whole('port', 0, 65_535)
const releaseMs = whole('release-ms', 2000, 86_400_000)
const readAllFaults = () => {
  try {
    return values.faults === undefined ? [] : readFaults(values.faults, operations)
  } catch (error) {
    return complain(`--faults: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const faults = readAllFaults()
const dir = values.data ?? mkdtempSync(join(tmpdir(), 'segments-double-'))
const double = await startSegmentsDouble({ port, dir, faults, releaseMs })
console.log(double.url)
console.error(`Segments.ai double: user "me", any API key, data in ${dir}`)
if (faults.length > 0) console.error(`It will misbehave ${faults.length} times or ways, as told.`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void double.close().then(() => process.exit(0)))
}
