import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { type LabelLibrary, openLabelLibrary } from '../support/label-library.ts'
import { idsAfter, saveAfter, size, strokesIn } from '../support/label-steps.ts'

// Promises D1 and D3: what was acknowledged survives the death of the process at any instruction.
// TESSERA_FAULT_SCALE=20 makes as many more random kills, and kills at every file call instead of every fifth.

const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
const program = fileURLToPath(new URL('../support/save-child.ts', import.meta.url))
const codec = createLabelCodec()
const children = new Set<ChildProcess>()
const root = mkdtempSync(join(tmpdir(), 'tessera-killed-'))
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

type Told = { acks: Map<string, number>; stroke: number; tried: number; events: number | null }

/** Starts a child and collects what it says; `spoke` resolves when it first says `awaited`, or when it ends. */
function start(args: readonly (string | number)[], awaited = 'EVENTS') {
  const child = spawn(process.execPath, [program, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const told: Told = { acks: new Map(), stroke: 0, tried: 0, events: null }
  const { promise: spoke, resolve } = Promise.withResolvers<void>()
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const [word, one, two] = line.split(' ')
    if (word === 'TRY') told.tried = Number(one)
    if (word === 'STROKE') told.stroke = Number(one)
    if (word === 'ACK') told.acks.set(one!, Number(two))
    if (word === 'EVENTS') told.events = Number(one)
    if (word === awaited) resolve()
  })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[code, signal]]) => {
    children.delete(child)
    resolve()
    return { code: code as number | null, signal: signal as string | null }
  })
  return { child, told, spoke, ended }
}

async function newLibrary(name: string): Promise<{ folder: string; sample: SampleId }> {
  const folder = join(root, name)
  const library = await openLabelLibrary({ folder, size, codec })
  const sample = await library.addSample('a.png')
  await library.close()
  return { folder, sample }
}

async function reopen<T>(folder: string, work: (library: LabelLibrary) => Promise<T>): Promise<T> {
  const library = await openLabelLibrary({ folder, size, codec })
  try {
    return await work(library)
  } finally {
    await library.close()
  }
}

async function expectAllReadable(library: LabelLibrary, acks: ReadonlyMap<string, number>): Promise<void> {
  for (const [revision, n] of acks) expect(await library.idsOf(revision)).toEqual(idsAfter(n))
}

async function expectClean({ context }: LabelLibrary): Promise<void> {
  const noVersions = { list: async () => [], manifest: async () => [] }
  const { findings } = await verifyLibrary(context, noVersions, { signal: AbortSignal.timeout(30_000) })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
}

const tipsOf = ({ context }: LabelLibrary) =>
  Number(context.db.prepare('SELECT COUNT(*) AS count FROM tips').get()!.count)

/** Kills a drawing child `rounds` times over one library and checks after each that nothing it had said is untrue. */
async function killAtRandom(name: string, rounds: number, saveEvery: number): Promise<Told> {
  const { folder, sample } = await newLibrary(name)
  const all: Told = { acks: new Map(), stroke: 0, tried: 0, events: null }
  let done = 0
  for (let round = 0; round < rounds; round++) {
    const awaited = saveEvery === 1 ? 'ACK' : 'STROKE'
    const { child, told, spoke, ended } = start(['loop', folder, sample, done, saveEvery], awaited)
    // Most die at work, some while they open the library.
    if (round % 8 === 7) await sleep(randomInt(400))
    else {
      await spoke
      await sleep(randomInt(120))
    }
    child.kill('SIGKILL')
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' })
    for (const [revision, n] of told.acks) all.acks.set(revision, n)
    const least = Math.max(done, told.stroke, ...told.acks.values())
    done = await reopen(folder, async (library) => {
      await expectAllReadable(library, told.acks)
      const found = await strokesIn(library, sample, least, Math.max(least, told.tried))
      expect(found, `round ${round}: at least ${least} strokes`).not.toBe(null)
      expect(tipsOf(library)).toBeLessThanOrEqual(1)
      await expectClean(library)
      return found!
    })
    all.stroke = Math.max(all.stroke, told.stroke)
  }
  await reopen(folder, (library) => expectAllReadable(library, all.acks))
  return all
}

it('loses no acknowledged save to kills at random times', { timeout: 600_000 }, async () => {
  const { acks } = await killAtRandom('saves', 8 * scale, 1)
  expect(acks.size).toBeGreaterThan(16)
})

it('loses no acknowledged stroke to kills at random times', { timeout: 600_000 }, async () => {
  const { stroke } = await killAtRandom('strokes', 4 * scale, 50)
  expect(stroke).toBeGreaterThan(50)
})

it('loses nothing when it is killed at file calls or around commits of three saves', {
  timeout: 600_000,
}, async () => {
  const template = await newLibrary('template')
  const session = randomUUID()
  const run = async (name: string, killAt: number) => {
    const folder = join(root, name)
    cpSync(template.folder, folder, { recursive: true })
    const { told, ended } = start(['steps', folder, template.sample, session, killAt])
    return { folder, told, end: await ended }
  }
  const whole = await run('whole', 0)
  expect(whole.end).toEqual({ code: 0, signal: null })
  const events = whole.told.events!
  expect(events).toBeGreaterThan(60)
  expect(whole.told.acks.size).toBe(3)

  // Where it begins differs from run to run, so that every call has its turn.
  const stride = scale > 1 ? 1 : 5
  let next = 1 + randomInt(stride)
  const take = () => {
    const killAt = next
    next += stride
    return killAt
  }
  const work = async () => {
    for (let killAt = take(); killAt <= events; killAt = take()) {
      const { folder, told, end } = await run(`at-${killAt}`, killAt)
      // When two blobs happen to share a folder there is less to do, and the last events do not come.
      if (told.events !== null && told.events < killAt) continue
      expect(end, `event ${killAt}`).toEqual({ code: null, signal: 'SIGKILL' })
      await reopen(folder, (library) => checkAfterKill(library, template.sample, session, told, killAt))
      rmSync(folder, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, work))
})

async function checkAfterKill(
  library: LabelLibrary,
  sample: SampleId,
  session: string,
  told: Told,
  killAt: number,
): Promise<void> {
  const at = `event ${killAt}`
  await expectAllReadable(library, told.acks)
  const revisions = async () => (await library.labels.revisions(sample)).length
  // One revision whose acknowledgement was cut off is all there may be besides.
  expect(await revisions(), at).toBeLessThanOrEqual(told.acks.size + 1)
  expect(await strokesIn(library, sample, told.stroke, told.tried), at).not.toBe(null)
  await expectClean(library)
  // The window outlives the host and sends again what was not acknowledged, from what it knows.
  const base = [...told.acks.keys()].at(-1) ?? null
  const n = told.acks.size + 1
  if (n > 3) return
  const again = await library.labels.save(sample, ...saveAfter(n, { session, base }))
  expect(['saved', 'unchanged'], at).toContain(again.kind)
  expect(again.head, at).toBe(again.revision)
  expect(await library.idsOf(again.revision), at).toEqual(idsAfter(n))
  expect(tipsOf(library), at).toBe(1)
  // Once more finds the same revision.
  const twice = await library.labels.save(sample, ...saveAfter(n, { session, base }))
  expect(twice.revision, at).toBe(again.revision)
  await expectClean(library)
}
