import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { type CategoryLibrary, openCategoryLibrary } from '../support/category-library.ts'

// Promises D1 and D3 for what is done to many labels at once: whenever the process dies, each label is as it was or as it
// should be, and the job can be finished or taken back.
// TESSERA_FAULT_SCALE=10 kills at every step; else some of them, spread over all.

const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
const program = fileURLToPath(new URL('../support/category-child.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'tessera-killed-job-'))
const codec = createLabelCodec()
const template = join(root, 'template')
const samples: SampleId[] = []
beforeAll(async () => {
  const library = await openCategoryLibrary({ folder: template, codec, create: true })
  for (const name of ['a', 'b', 'c']) samples.push(await library.addLabeled(`${name}.png`, [3, 1, 3]))
  await library.close()
}, 60_000)
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

const noVersions = { manifest: () => Promise.reject(new Error('there are no versions')) }
const before = [
  [1, 3],
  [2, 1],
  [3, 3],
]
const after = [[2, 1]]

/** Runs the child and answers how many steps it took; null when it was killed at one. */
async function run(folder: string, what: 'move' | 'takeBack', killAt: number): Promise<number | null> {
  const child = spawn(process.execPath, [program, folder, what, '1', String(killAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === 'SIGKILL') return null
  expect(code).toBe(0)
  return Number(/EVENTS (\d+)/.exec(said)![1])
}

function copyOf(source: string): string {
  const folder = mkdtempSync(join(root, 'run-'))
  cpSync(source, folder, { recursive: true })
  return folder
}

async function within<T>(folder: string, work: (library: CategoryLibrary) => Promise<T>): Promise<T> {
  const library = await openCategoryLibrary({ folder, codec })
  try {
    return await work(library)
  } finally {
    await library.close()
  }
}

async function labels(library: CategoryLibrary): Promise<string[]> {
  const all = []
  for (const sample of samples) all.push(JSON.stringify((await library.labelOf(sample)).objects))
  return all
}

async function isSound(library: CategoryLibrary): Promise<void> {
  const signal = AbortSignal.timeout(30_000)
  const { findings } = await verifyLibrary(library.context, noVersions, { signal })
  // A blob that was written just before the end and that nothing names is no damage.
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  for (const label of await labels(library)) {
    expect([JSON.stringify(before), JSON.stringify(after)]).toContain(label)
  }
}

it('leaves a library that can finish or take back a merge, at whichever step it dies', async () => {
  const steps = (await run(copyOf(template), 'move', 0))!
  expect(steps).toBeGreaterThan(20)
  const stride = Math.max(1, Math.round(steps / (8 * scale)))
  for (let killAt = 1; killAt <= steps; killAt += stride) {
    const folder = copyOf(template)
    if ((await run(folder, 'move', killAt)) !== null) continue
    const other = copyOf(folder)
    await within(folder, async (library) => {
      await isSound(library)
      const [job] = library.jobs.latest()
      // Killed before it had begun, or after it was done.
      if (job?.state === 'stopped') await library.jobs.finish(job.id)
      else if (!job) await library.jobs.move({ from: 3, to: 1, remove: true })
      expect(await labels(library)).toEqual(samples.map(() => JSON.stringify(after)))
      expect(library.categories.list().map(({ name }) => name)).not.toContain('van')
    })
    await within(other, async (library) => {
      const [job] = library.jobs.latest()
      if (job) await library.jobs.takeBack(job.id)
      expect(await labels(library)).toEqual(samples.map(() => JSON.stringify(before)))
      expect(library.categories.list().map(({ name }) => name)).toContain('van')
      await isSound(library)
    })
  }
}, 600_000)

it('goes on with taking back, at whichever step that died', async () => {
  const merged = copyOf(template)
  await run(merged, 'move', 0)
  const steps = (await run(copyOf(merged), 'takeBack', 0))!
  const stride = Math.max(1, Math.round(steps / (6 * scale)))
  for (let killAt = 1; killAt <= steps; killAt += stride) {
    const folder = copyOf(merged)
    if ((await run(folder, 'takeBack', killAt)) !== null) continue
    await within(folder, async (library) => {
      await isSound(library)
      const [job] = library.jobs.latest()
      if (job!.state !== 'undone') {
        const back = await library.jobs.takeBack(job!.id)
        expect(back).toMatchObject({ state: 'undone', left: 0 })
      }
      expect(await labels(library)).toEqual(samples.map(() => JSON.stringify(before)))
    })
  }
}, 600_000)
