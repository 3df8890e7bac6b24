import { createHash } from 'node:crypto'
import { createVersionCompare } from '../electron/host/version-compare.ts'
import { createVersionFiles, manifestRows } from '../electron/host/version-files.ts'
import { createVersions, type Versions } from '../electron/host/versions.ts'
import type { BlobDigest, EntryDigest } from '../shared/dataset/digest.ts'
import type { ManifestEntry } from '../shared/dataset/manifest.ts'
import { fillLibrary } from '../test/support/fill-library.ts'
import { openTestLibrary } from '../test/support/open-test-library.ts'
import { seedLibrary } from '../test/support/seed-library.ts'
import { type BenchOptions, type BenchResult, type Measurement, measurement } from './bench-result.ts'
import { makeFiles, removeFiles, type VersionTool, versionTools } from './peers/version-tools.ts'

export const name = 'versions'
export const question =
  'What does a version cost in which 10 samples are changed: to make, to compare, on disk; and how long until a history is read?'

const sizes = [1000, 100_000]
const rounds = 7
const changed = 10
/** DVC's first version of 100,000 samples takes minutes. */
const dvcSizes = [1000]
const historySize = 1000
const entryCount = 300_000

const limits = {
  commit: { label: 'tessera, commit, 100,000 samples', unit: 'ms', most: 1000 },
  diff: { label: 'tessera, diff, 100,000 samples', unit: 'ms', most: 1000 },
  digest: { label: '300,000 entries built and digested', unit: 'ms', most: 2000 },
  history: { label: 'history of 1,000 versions read, first time', unit: 'ms', most: 200 },
}

export async function run({ onProgress = () => {}, ...options }: BenchOptions): Promise<BenchResult> {
  const measurements: Measurement[] = []
  const skipped: string[] = []
  for (const size of sizes) {
    onProgress(`${size} samples`)
    const ours = await measureOurs(size)
    measurements.push(...ours)
    if (options['no-peers']) continue
    for (const peer of ['git', 'dvc'] as const) {
      if (peer === 'dvc' && !dvcSizes.includes(size)) {
        skipped.push(`dvc, ${thousands(size)} samples: its first version takes minutes`)
        continue
      }
      onProgress(`${size} samples in ${peer}`)
      try {
        const theirs = await measurePeer(size, peer)
        measurements.push(...theirs.map((each, i) => beside(each, ours[i])))
      } catch (error) {
        skipped.push(`${peer}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      }
    }
  }
  if (options['no-peers']) skipped.push('peers: --no-peers')
  onProgress(`a history of ${historySize} versions`)
  measurements.push(...(await measureHistory()))
  onProgress(`${entryCount} entries`)
  measurements.push(...(await measureEntries()))
  const failures = Object.values(limits).flatMap(({ label, most, unit }) => {
    const { median } = measurements.find((each) => each.label === label)!
    return median < most ? [] : [`${label}: ${median.toFixed(0)} ${unit}, allowed are ${most}`]
  })
  return { measurements, skipped, failures, data: { limits, rounds, changed } }
}

const thousands = (n: number) => n.toLocaleString('en')
/** The same order for everybody: a peer is held against ours. */
const steps = ['first version', 'status', 'commit', 'diff', 'disk of a version'] as const
const unitOf = (step: (typeof steps)[number]) => (step === 'disk of a version' ? 'kB' : 'ms')
type Times = Record<(typeof steps)[number], number[]>
const noTimes = (): Times => ({
  'first version': [],
  status: [],
  commit: [],
  diff: [],
  'disk of a version': [],
})
const toMeasurements = (who: string, size: number, times: Times) =>
  steps.map((step) => measurement(`${who}, ${step}, ${thousands(size)} samples`, unitOf(step), times[step]))

function beside(theirs: Measurement, ours: Measurement | undefined): Measurement {
  if (!ours) return theirs
  return { ...theirs, against: { label: 'tessera', ratio: theirs.median / ours.median } }
}

async function timed(work: () => Promise<unknown>, into: number[]): Promise<void> {
  const start = performance.now()
  await work()
  into.push(performance.now() - start)
}

async function measureOurs(size: number): Promise<Measurement[]> {
  const library = await openTestLibrary()
  const { context } = library
  try {
    seedLibrary(context, size)
    const fill = fillLibrary(context)
    const versions = createVersions(context, fill)
    const compare = createVersionCompare(context, { versions, categories: fill.categories })
    const ids = context.db.prepare('SELECT id FROM samples ORDER BY id').all()
    const times = noTimes()
    await timed(() => versions.commit('', ''), times['first version'])
    // Between its versions a person draws: the digests that push needs are there by then.
    await versions.digested()
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < changed; i++) {
        const { id } = ids[(round * 7919 + i * 9973) % size]!
        await fill.label(String(id), `mask ${round} ${i}`, 'labeled')
      }
      await timed(() => versions.draft(), times.status)
      const before = storedKb()
      await timed(() => versions.commit('', ''), times.commit)
      times['disk of a version'].push(storedKb() - before)
      const range = { before: String(round), after: String(round + 1) }
      await timed(() => compare.compare(range), times.diff)
      await versions.digested()
    }
    await versions.settled()
    return toMeasurements('tessera', size, times)
  } finally {
    await library.cleanup()
  }

  /** Whole blocks of 4 kB, as the peers' are counted. */
  function storedKb(): number {
    const sum = context.db.prepare('SELECT SUM((size + 4095) / 4096) * 4 AS kb FROM blobs').get()!
    return Number(sum.kb)
  }
}

async function measurePeer(size: number, peer: keyof typeof versionTools): Promise<Measurement[]> {
  const { folder, relabel } = makeFiles(size)
  try {
    const tool: VersionTool = await versionTools[peer](folder)
    const times = noTimes()
    await timed(() => tool.commit(), times['first version'])
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < changed; i++) {
        // Samples that have a label, as all but every tenth.
        const sample = (round * 7919 + i * 9973) % size
        relabel(sample % 10 === 9 ? sample - 1 : sample, `mask ${round} ${i}`, 1000 + i)
      }
      await timed(() => tool.status(), times.status)
      const before = await tool.diskKb()
      await timed(() => tool.commit(), times.commit)
      times['disk of a version'].push((await tool.diskKb()) - before)
      await timed(() => tool.diff(), times.diff)
    }
    return toMeasurements(tool.name, size, times)
  } finally {
    removeFiles(folder)
  }
}

/** From the open library to the text that a window gets; and when the host has them already. */
async function measureHistory(): Promise<Measurement[]> {
  const library = await openTestLibrary()
  const fill = fillLibrary(library.context)
  const versions = createVersions(library.context, fill)
  const id = await fill.image('a.png')
  for (let i = 0; i < historySize; i++) {
    await fill.label(id, `mask ${i}`)
    await versions.commit('', '')
  }
  const text = async (from: Versions) => JSON.stringify(await from.list())
  const open: number[] = []
  // All digests are still to come at this moment, as after many commits in a row.
  for (let n = 0; n < 3; n++) {
    await timed(() => text(createVersions(library.context, fill)), open)
  }
  await versions.digested()
  await versions.settled()
  await library.close()
  const [first, again]: [number[], number[]] = [[], []]
  for (let n = 0; n < rounds; n++) {
    const other = await openTestLibrary({ folder: library.folder })
    const from = createVersions(other.context, fillLibrary(other.context))
    await timed(() => text(from), first)
    await timed(() => text(from), again)
    await (n + 1 < rounds ? other.close() : other.cleanup())
  }
  const of = `history of ${thousands(historySize)} versions read`
  return [
    measurement(`${of}, first time`, 'ms', first),
    measurement(`${of}, again`, 'ms', again),
    measurement(`${of}, before digests are known`, 'ms', open),
  ]
}

/** A manifest of so many files: cut into parts and stored, read back, and W&B's digest of it. */
async function measureEntries(): Promise<Measurement[]> {
  const md5 = (text: string) => createHash('md5').update(text).digest('base64') as EntryDigest
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex') as BlobDigest
  const entries = new Map<string, ManifestEntry>()
  for (let i = 0; i < entryCount; i++) {
    const path = `images/drive-${i % 7}/frame-${String(i).padStart(6, '0')}.png`
    entries.set(path, { path, digest: md5(path), size: i, blob: sha256(path) })
  }
  const times: Record<'stored' | 'digested' | 'all', number[]> = { stored: [], digested: [], all: [] }
  // Removed together in the end: a file system that has just been told to forget thousands of files is slow with new ones.
  const libraries: Awaited<ReturnType<typeof openTestLibrary>>[] = []
  for (let n = 0; n < 5; n++) {
    const library = await openTestLibrary()
    libraries.push(library)
    const files = createVersionFiles(library.context.blobs)
    await timed(async () => {
      let manifest = ''
      await timed(async () => {
        const { list } = await files.lists.change(manifestRows, [], entries)
        manifest = (await files.putManifest(list)).digest
      }, times.stored)
      await timed(() => files.artifactDigest(manifest), times.digested)
    }, times.all)
  }
  for (const library of libraries) await library.cleanup()
  const of = `${thousands(entryCount)} entries`
  return [
    measurement(`${of} built and digested`, 'ms', times.all),
    measurement(`${of}, of it: cut, stored and synced`, 'ms', times.stored),
    measurement(`${of}, of it: read back and digested`, 'ms', times.digested),
  ]
}
