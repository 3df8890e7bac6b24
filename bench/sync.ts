import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startWandbDouble, type WandbDouble } from '../test/servers/wandb/server.ts'
import { openPushLibrary } from '../test/support/push-library.ts'
import { findWandbPython, runWandbPython } from '../test/support/wandb-python.ts'
import { type BenchOptions, type BenchResult, type Measurement, measurement } from './bench-result.ts'

export const name = 'sync'
export const question =
  'How long do a push to a server on this computer and a pull from it take, and how much memory, beside the official Python client with the same files?'

type Load = { readonly label: string; readonly files: number; readonly bytes: number; readonly runs: number }
const loads: readonly Load[] = [
  { label: '2,000 × 50 kB', files: 2000, bytes: 50_000, runs: 3 },
  { label: '10 × 200 MB', files: 10, bytes: 200_000_000, runs: 1 },
]
const changedFiles = 20
const mostMegabytes = 300
const key = randomBytes(24).toString('hex')
const pullChild = fileURLToPath(new URL('../test/support/timed-pull-child.ts', import.meta.url))
const child = fileURLToPath(new URL('../test/support/timed-push-child.ts', import.meta.url))

/** Hashing is told apart: Tessera hashes when an image comes in, the client when a folder is added. */
const program = `
import json, resource, time, wandb
run = wandb.init(project='python', entity='me')
began = time.perf_counter()
a = wandb.Artifact('raw_data', 'dataset')
a.add_dir('../files')
added = time.perf_counter()
run.log_artifact(a).wait()
done = time.perf_counter()
run.finish()
print(json.dumps({'add': (added - began) * 1000, 'log': (done - added) * 1000}))
`

/** Nothing in its cache, which is a new folder. */
const downloading = `
import json, time, wandb
a = wandb.Api().artifact('me/street/raw_data:latest')
began = time.perf_counter()
a.download('got')
print(json.dumps({'ms': (time.perf_counter() - began) * 1000}))
`

export async function run(options: BenchOptions): Promise<BenchResult> {
  const python = options['no-peers'] ? null : findWandbPython()
  const measurements: Measurement[] = []
  const failures: string[] = []
  for (const load of loads) {
    options.onProgress?.(load.label)
    const root = mkdtempSync(join(tmpdir(), 'tessera-sync-'))
    try {
      measurements.push(...(await measure(root, load, python, failures)))
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
  return { measurements, failures, skipped: python ? [] : ['the official client: no Python has it'] }
}

async function measure(root: string, load: Load, python: string | null, failures: string[]) {
  const images = join(root, 'files', 'images')
  mkdirSync(images, { recursive: true })
  for (let i = 0; i < load.files; i++) writeFileSync(join(images, `${i}.bin`), randomBytes(load.bytes))
  const [first, second, memory, add, log, again]: number[][] = [[], [], [], [], [], []]
  const [pulled, pullMemory, download]: number[][] = [[], [], []]
  for (let round = 0; round < load.runs; round++) {
    const folder = join(root, `round-${round}`)
    const server = await startWandbDouble({ data: join(folder, 'server') })
    try {
      commit(join(folder, 'library'), images)
      const one = await push(join(folder, 'library'), server)
      first!.push(one.ms)
      memory!.push(one.megabytes)
      const got = await pull(join(folder, 'other'), server)
      if (got.files !== load.files + 1) throw new Error(`${got.files} files were pulled`)
      pulled!.push(got.ms)
      pullMemory!.push(got.megabytes)
      rmSync(join(folder, 'other'), { recursive: true, force: true })
      if (python !== null) {
        mkdirSync(join(folder, 'peer'))
        const variables = { WANDB_BASE_URL: server.url, WANDB_API_KEY: key }
        const told = JSON.parse(await runWandbPython(python, join(folder, 'peer'), downloading, variables))
        download!.push(told.ms)
        rmSync(join(folder, 'peer'), { recursive: true, force: true })
      }
      if (load.files > changedFiles) {
        const changed = readdirSync(images).slice(0, changedFiles)
        for (const file of changed) writeFileSync(join(images, file), randomBytes(load.bytes))
        commit(join(folder, 'library'), images)
        const before = server.count('put')
        second!.push((await push(join(folder, 'library'), server)).ms)
        again!.push(server.count('put') - before)
      }
    } finally {
      await server.close()
    }
    rmSync(folder, { recursive: true, force: true })
    if (python === null) continue
    const peer = await startWandbDouble({ data: join(root, 'peer-server') })
    mkdirSync(join(root, 'peer'), { recursive: true })
    const variables = { WANDB_BASE_URL: peer.url, WANDB_API_KEY: key }
    const told = JSON.parse(await runWandbPython(python, join(root, 'peer'), program, variables))
    add!.push(told.add)
    log!.push(told.log)
    await peer.close()
    for (const name of ['peer', 'peer-server']) rmSync(join(root, name), { recursive: true, force: true })
  }
  const of = (what: string) => `${what}, ${load.label}`
  const ours = measurement(of('push'), 'ms', first!)
  const shown: Measurement[] = []
  if (log!.length > 0) {
    const theirs = measurement(of('log_artifact(…).wait(), official client'), 'ms', log!)
    const ratio = ours.median / theirs.median
    if (ratio > 1)
      failures.push(`${of('A push')} takes ${ratio.toFixed(2)} times that of the official client.`)
    shown.push({ ...ours, against: { label: 'the official client', ratio } }, theirs)
    shown.push(measurement(of('add_dir before it, official client'), 'ms', add!))
  } else shown.push(ours)
  shown.push(measurement(of('most memory of the process that pushes'), 'MB', memory!))
  if (Math.max(...memory!) > mostMegabytes) failures.push(`${of('A push')} takes over ${mostMegabytes} MB.`)
  if (second!.length > 0) {
    shown.push(measurement(of(`second push, ${changedFiles} changed`), 'ms', second!))
    shown.push(measurement(of('uploads of the second push'), 'files', again!))
    // The files, dataset.json where the number of images is another, and one manifest.
    if (again!.some((puts) => puts !== changedFiles + 1))
      failures.push('A second push sent more than what changed.')
  }
  const mine = measurement(of('pull'), 'ms', pulled!)
  if (download!.length > 0) {
    const theirs = measurement(of('artifact.download(), official client, cold cache'), 'ms', download!)
    const ratio = mine.median / theirs.median
    if (ratio > 1)
      failures.push(`${of('A pull')} takes ${ratio.toFixed(2)} times that of the official client.`)
    shown.push({ ...mine, against: { label: 'the official client', ratio } }, theirs)
  } else shown.push(mine)
  shown.push(measurement(of('most memory of the process that pulls'), 'MB', pullMemory!))
  if (Math.max(...pullMemory!) > mostMegabytes)
    failures.push(`${of('A pull')} takes over ${mostMegabytes} MB.`)
  return shown
}

/** Makes a version of the files, as an import and a commit do. */
function commit(folder: string, images: string): void {
  const library = openPushLibrary(folder)
  const files = readdirSync(images).map((file) => [file, readFileSync(join(images, file))] as const)
  library.commit(Object.fromEntries(files), null)
  library.close()
}

async function push(folder: string, server: WandbDouble): Promise<{ ms: number; megabytes: number }> {
  const told = await timed(child, folder, server)
  if (told.left !== 0) throw new Error('the push did not send everything')
  return told
}

const pull = (folder: string, server: WandbDouble) => timed(pullChild, folder, server)

async function timed(program: string, folder: string, server: WandbDouble) {
  const running = spawn(process.execPath, [program, folder, server.url], {
    env: { ...process.env, WANDB_API_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  running.stdout.setEncoding('utf8').on('data', (part) => {
    out += part
  })
  const code = await new Promise((done) => running.once('close', done))
  if (code !== 0) throw new Error(`${program} did not end well: ${code}, ${out}`)
  return JSON.parse(out) as { ms: number; megabytes: number; left: number; files: number }
}
