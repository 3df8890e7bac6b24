import { readdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, BenchResult, Measurement } from './bench-result.ts'

/** `npm run bench`: runs all of `bench/*.ts`. `npm run bench -- NAME --json`: one of them, JSON on stdout. */

const notBenches = ['run.ts', 'bench-result.ts']
const folder = fileURLToPath(new URL('.', import.meta.url))
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !notBenches.includes(file))
  .map((file) => file.slice(0, -3))
  .sort()

const usage = `npm run bench -- [NAME …] [--json] [--out FILE]
Names: ${known.join(', ')}
  --json       JSON on stdout
  --out FILE   JSON into FILE
superpixel-quality and effort take besides:
  --set val|train|small   images of BSDS500; small is every tenth of train
  --images N              effort: the first so many of them; export: so many labels instead of 10,000
segments takes --publish N: so many samples are sent, instead of a release fetched.
canvas takes --set small (one image, no grid) and --no-peers.
superpixel-quality takes besides:
  --every N               only one in N of them
  --no-peers              nobody else's superpixels
  --peers FILE            those of a committed result of the same images, where no Python has them
  --gate FILE             fails when the error at 400 is over 1 % above that of a committed result
`

function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

async function load(name: string): Promise<Bench> {
  return (await import(new URL(`./${name}.ts`, import.meta.url).href)) as Bench
}

function show({ label, unit, median, samples, against }: Measurement): string {
  const digits = median >= 100 ? 0 : median >= 10 ? 1 : median >= 1 ? 2 : 4
  const spread =
    samples.length > 1
      ? `  (${Math.min(...samples).toFixed(digits)} … ${Math.max(...samples).toFixed(digits)}, ${samples.length} runs)`
      : ''
  const ratio = against ? `  ${against.ratio.toFixed(2)} × ${against.label}` : ''
  return `  ${label.padEnd(52)} ${median.toFixed(digits).padStart(9)} ${unit}${spread}${ratio}`
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
      set: { type: 'string' },
      every: { type: 'string' },
      images: { type: 'string' },
      gate: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      peers: { type: 'string' },
      publish: { type: 'string' },
    },
    allowPositionals: true,
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${known.join(', ')}.\n`)
    return 2
  }
  // With --json, stdout is the JSON alone; what a person follows goes to stderr.
  const say = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`)
  const about = machine()
  say(`${about.cpu}, ${about.cores} cores, ${about.memoryGb} GB, ${about.platform}, Node ${about.node}`)
  let hasFailed = false
  const benches: ({ name: string; question: string } & BenchResult)[] = []
  for (const name of positionals.length > 0 ? positionals : known) {
    try {
      const bench = await load(name)
      say(`\n${bench.name}: ${bench.question}`)
      const onProgress = (line: string) => process.stderr.write(`  ${line}\n`)
      const { table, ...result } = await bench.run({ ...values, onProgress })
      for (const measured of result.measurements) say(show(measured))
      for (const line of table ?? []) say(`  ${line}`)
      for (const reason of result.skipped) say(`  skipped: ${reason}`)
      for (const failure of result.failures ?? []) say(`  failed: ${failure}`)
      hasFailed ||= (result.failures ?? []).length > 0
      benches.push({ name: bench.name, question: bench.question, ...result })
    } catch (error) {
      // The others still have something to say; the exit code tells that one is missing.
      say(`\n${name} failed: ${error instanceof Error ? error.stack : String(error)}`)
      hasFailed = true
    }
  }
  // A list or an object of plain values takes one line: thousands of them are read by eye, and kept in the repository.
  const flat = /[[{]\n[^[\]{}]*?[\]}]/g
  const lines = JSON.stringify({ machine: about, benches }, null, 1)
  const json = `${lines.replace(flat, (each) => each.replace(/\n\s*/g, ' '))}\n`
  if (values.json) process.stdout.write(json)
  if (values.out !== undefined) writeFileSync(values.out, json)
  return hasFailed ? 1 : 0
}

process.exitCode = await main()
