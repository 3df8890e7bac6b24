import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createVersions } from '../electron/host/versions.ts'
import type { BlobDigest, VersionId } from '../shared/dataset/digest.ts'
import { manifestDigestText } from '../shared/dataset/manifest.ts'
import { parseVersionRecord } from '../shared/formats/version-record.ts'
import type { Version } from '../shared/host/host-api.ts'
import { fillLibrary } from '../test/support/fill-library.ts'
import { openTestLibrary } from '../test/support/open-test-library.ts'
import { seedLibrary } from '../test/support/seed-library.ts'
import { type BenchResult, type Measurement, measurement } from './bench-result.ts'

export const name = 'commit'
export const question =
  'What does a version of a large library cost, against spelling and hashing its two lists of files in one go?'

const sizes = [1000, 10_000, 100_000]
const relabelings = 3

export async function run(): Promise<BenchResult> {
  const measurements: Measurement[] = []
  for (const size of sizes) measurements.push(...(await measure(size)))
  return { measurements, skipped: [] }
}

async function measure(size: number): Promise<Measurement[]> {
  const library = await openTestLibrary()
  const { context } = library
  seedLibrary(context, size)
  const fill = fillLibrary(context)
  const versions = createVersions(context, fill)
  const of = (what: string) => `${what}, ${size.toLocaleString('en')} images`
  try {
    const [firstMs, firstPause] = await timed(() => versions.commit('', ''))
    const [cold, next, cpu, pauses, drafts, bytes]: number[][] = [[], [], [], [], [], []]
    cold!.push((await timed(() => createVersions(context, fill).draft()))[0])
    for (let i = 0; i < relabelings; i++) {
      const id = await fill.image(`drive-3/added-${i}.png`)
      await fill.label(id, `added mask ${i}`)
      drafts!.push((await timed(() => versions.draft()))[0])
      const before = blobBytes()
      const used = process.cpuUsage()
      const [ms, pause] = await timed(() => versions.commit('', ''))
      const { user, system } = process.cpuUsage(used)
      next!.push(ms)
      cpu!.push((user + system) / 1000)
      pauses!.push(pause)
      bytes!.push((blobBytes() - before) / 1000)
    }
    const floor = measurement(of('floor: JSON and MD5 of both lists'), 'ms', await floorTimes())
    const against = (value: Measurement): Measurement => ({
      ...value,
      against: { label: 'floor', ratio: value.median / floor.median },
    })
    return [
      floor,
      against(measurement(of('first commit'), 'ms', [firstMs])),
      measurement(of('first commit, longest time without a pause'), 'ms', [firstPause]),
      against(measurement(of('commit of one more labeled image'), 'ms', next!)),
      against(measurement(of('the same, CPU of all threads'), 'ms', cpu!)),
      measurement(of('the same, longest time without a pause'), 'ms', pauses!),
      measurement(of('the same, bytes stored'), 'kB', bytes!),
      measurement(of('draft after one save'), 'ms', drafts!),
      measurement(of('draft after opening'), 'ms', cold!),
    ]
  } finally {
    await library.cleanup()
  }

  function blobBytes(): number {
    return Number(context.db.prepare('SELECT SUM(size) AS size FROM blobs').get()!.size)
  }

  /** What nobody who makes these two manifests can do without, given their entries. */
  async function floorTimes(): Promise<number[]> {
    const { id, artifacts } = (await versions.list()).at(-1) as Version
    const lists = await Promise.all(artifacts.map(({ role }) => versions.manifest(id as VersionId, role)))
    const record = parseVersionRecord(Buffer.from(await context.blobs.get(id as BlobDigest)).toString())
    return Array.from({ length: 5 }, () => {
      const start = performance.now()
      const digests = lists.map((list) => {
        createHash('sha256').update(JSON.stringify(list)).digest('hex')
        return createHash('md5').update(manifestDigestText(list)).digest('hex')
      })
      const ms = performance.now() - start
      if (record.artifacts.some(({ digest }, i) => digest !== digests[i]))
        throw new Error('not the same lists')
      return ms
    })
  }
}

async function timed(work: () => Promise<unknown>): Promise<[ms: number, longestMs: number]> {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  await new Promise((resume) => setTimeout(resume, 20))
  delays.reset()
  const start = performance.now()
  await work()
  const ms = performance.now() - start
  // The timer that measures has to fire once more, or the last stretch would not count.
  await new Promise((resume) => setTimeout(resume, 20))
  delays.disable()
  return [ms, delays.max / 1e6]
}
