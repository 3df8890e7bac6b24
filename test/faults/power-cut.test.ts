import { createHash, randomUUID } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type FileOps, writeFully } from '../../electron/adapters/file-ops.ts'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import { faultyFileOps } from '../support/faulty-file-ops.ts'
import { type LabelLibrary, openLabelLibrary } from '../support/label-library.ts'
import { editOf, idsAfter, saveAfter, size, strokesIn } from '../support/label-steps.ts'
import {
  chanceOf,
  type DiskCall,
  DiskModel,
  type Loss,
  losses,
  recordingFileOps,
  writeFiles,
} from '../support/power-cut.ts'

// Promise D2: what was acknowledged survives the loss of power and of everything that was not synced. Every file call of
// two saves and their journal is recorded; for each moment between them the disk is built as a cut could leave it, the
// library opened, everything acknowledged looked for, and the interrupted save made again.

const codec = createLabelCodec()
const root = mkdtempSync(join(tmpdir(), 'tessera-power-'))
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

/** What had been acknowledged, and what had been asked for, at one moment. */
type Known = {
  readonly saves: readonly { revision: string; n: number }[]
  readonly stroke: number
  readonly tried: number
}
/** A moment after the first `done` calls; the copy `index` holds what was committed by then. */
type Moment = { readonly done: number; readonly known: Known; readonly index: string }

type Recording = {
  readonly folder: string
  readonly image: string
  readonly sample: SampleId
  readonly session: string
  readonly calls: readonly DiskCall[]
  /** One before each call and one after each acknowledgement, in order. */
  readonly moments: readonly Moment[]
}

/** A fault put into the program on purpose, to see that it is found. */
type Mutant = {
  readonly ops?: (ops: FileOps) => FileOps
  /** Called when the record of a revision is stored, before its row is committed. */
  readonly onRecord?: (revision: string, now: { acknowledge(): void; library: LabelLibrary }) => void
}

async function record(mutant: Mutant = {}): Promise<Recording> {
  const place = join(root, randomUUID())
  const [folder, image] = [join(place, 'library'), join(place, 'image')]
  const session = randomUUID()
  const first = await openLabelLibrary({ folder, size, codec })
  const sample = await first.addSample('a.png')
  const { revision } = await first.labels.save(sample, ...saveAfter(1, { session: randomUUID(), base: null }))
  await first.close()
  cpSync(folder, image, { recursive: true })

  const calls: DiskCall[] = []
  const moments: Moment[] = []
  let known: Known = { saves: [{ revision, n: 1 }], stroke: 1, tried: 1 }
  let library: LabelLibrary | null = null
  let index = join(image, 'library.db')
  let changes = -1
  const remember = () => {
    if (library) {
      const { db } = library.context
      if (db.isTransaction) throw new Error('a file call inside a transaction')
      const made = Number(db.prepare('SELECT total_changes() AS made').get()!.made)
      if (made !== changes) {
        changes = made
        index = join(place, `index-${moments.length}.db`)
        db.prepare('VACUUM INTO ?').run(index)
      }
    }
    moments.push({ done: calls.length, known, index })
  }
  const recorder = recordingFileOps(calls, remember)
  const ops = mutant.ops?.(recorder) ?? recorder
  const opened = await openLabelLibrary({ folder, size, codec, ops })
  library = opened
  let saving = 0
  const acknowledge = (saved: string) => {
    if (known.saves.some((save) => save.revision === saved)) return
    known = { ...known, saves: [...known.saves, { revision: saved, n: saving }] }
    remember()
  }
  const { blobs } = opened.context
  const put = blobs.put.bind(blobs)
  Object.assign(blobs, {
    async put(bytes: Uint8Array) {
      const ref = await put(bytes)
      if (Buffer.from(bytes).includes('"kind":"revision"')) {
        mutant.onRecord?.(ref.digest, { acknowledge: () => acknowledge(ref.digest), library: opened })
      }
      return ref
    },
  })
  const draw = async (n: number, base: string) => {
    known = { ...known, tried: n }
    await opened.labels.appendJournal(sample, ...editOf(n, { session, base }, 2))
    known = { ...known, stroke: n }
    remember()
  }
  const save = async (n: number, base: string) => {
    saving = n
    const saved = await opened.labels.save(sample, ...saveAfter(n, { session, base }, 2))
    acknowledge(saved.revision)
    return saved.revision
  }
  await opened.labels.open(sample)
  await draw(2, revision)
  const second = await save(2, revision)
  await draw(3, second)
  await draw(4, second)
  await save(4, second)
  await draw(5, second)
  const recorded = { calls: [...calls], moments: [...moments] }
  library = null
  await opened.close()
  return { folder, image, sample, session, ...recorded }
}

/** What is wrong with what a cut left; nothing, if the promise holds. */
async function problemsAfter(
  recording: Recording,
  state: {
    readonly files: ReadonlyMap<string, Uint8Array | 'folder'>
    readonly known: Known
    readonly index: string
  },
): Promise<string[]> {
  const { sample, session } = recording
  const folder = join(root, `cut-${randomUUID()}`, 'library')
  writeFiles(state.files, recording.folder, folder)
  for (const name of ['library.db-wal', 'library.db-shm']) rmSync(join(folder, name), { force: true })
  copyFileSync(state.index, join(folder, 'library.db'))
  const problems = partialBlobs(folder).map((name) => `part of a blob lies under its final name: ${name}`)
  let library: LabelLibrary | null = null
  try {
    library = await openLabelLibrary({ folder, size, codec, ops: faultyFileOps({ fastSync: true }) })
    const { known } = state
    for (const { revision, n } of known.saves) {
      const ids = await library.idsOf(revision).catch((error) => String(error))
      if (String(ids) !== String(idsAfter(n)))
        problems.push(`acknowledged save ${n} is lost: ${String(ids).slice(0, 80)}`)
    }
    const least = Math.max(known.stroke, ...known.saves.map(({ n }) => n))
    if ((await strokesIn(library, sample, least, known.tried)) === null)
      problems.push(`stroke ${least} is lost`)
    problems.push(...(await damageIn(library)))
    // The interrupted save again, from what its window knows.
    const last = known.saves.at(-1)!
    const n = Math.min(last.n + (last.n === 2 ? 2 : 1), 4)
    const base = n === last.n ? known.saves.at(-2)!.revision : last.revision
    const { revision } = await library.labels.save(sample, ...saveAfter(n, { session, base }, 2))
    const ids = await library.idsOf(revision).catch((error) => String(error))
    const isSame = String(ids) === String(idsAfter(n))
    if (!isSame && known.tried <= n)
      problems.push(`save ${n}, made again, is not there: ${String(ids).slice(0, 80)}`)
    problems.push(...(await damageIn(library)))
  } catch (error) {
    problems.push(`it does not go on: ${String(error)}`)
  } finally {
    await library?.close().catch((error) => problems.push(`it does not close: ${String(error)}`))
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
  return problems
}

function partialBlobs(folder: string): string[] {
  const blobs = join(folder, 'blobs', 'sha256')
  if (!existsSync(blobs)) return []
  return readdirSync(blobs, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const isBlob = basename(name).length === 64
    return (
      isBlob &&
      createHash('sha256')
        .update(readFileSync(join(blobs, name)))
        .digest('hex') !== basename(name)
    )
  })
}

async function damageIn({ context }: LabelLibrary): Promise<string[]> {
  const noVersions = { list: async () => [], manifest: async () => [] }
  const { findings } = await verifyLibrary(context, noVersions, { signal: AbortSignal.timeout(30_000) })
  return findings.flatMap(({ severity, code, message }) =>
    severity === 'error' ? [`${code}: ${message}`] : [],
  )
}

type Found = { readonly cut: number; readonly loss: Loss; readonly problems: readonly string[] }

/** Cuts the power at every moment of a recording, under every loss. Stops at the first problem when `untilFirst`. */
async function cutEverywhere(
  recording: Recording,
  untilFirst: boolean,
): Promise<{ found: Found[]; states: number }> {
  const { calls, moments, folder, image } = recording
  const disk = new DiskModel(folder, image)
  const found: Found[] = []
  const seen = new Set<string>()
  let applied = 0
  for (const [i, now] of moments.entries()) {
    while (applied < now.done) disk.apply(calls[applied++]!)
    // Between two moments there may have been a commit: the cut falls before it or after it.
    const before = moments[Math.max(0, i - 1)]!
    const sides = before.index === now.index ? [now] : [before, now]
    for (const loss of losses) {
      for (let seed = 0; seed < (loss === 'torn' ? 3 : 1); seed++) {
        const files = disk.after(loss, chanceOf(i * 31 + seed))
        for (const { known, index } of sides) {
          const state = { files, known, index }
          const fingerprint = fingerprintOf(state)
          if (seen.has(fingerprint)) continue
          seen.add(fingerprint)
          const problems = await problemsAfter(recording, state)
          if (problems.length > 0) found.push({ cut: now.done, loss, problems })
          if (untilFirst && found.length > 0) return { found, states: seen.size }
        }
      }
    }
  }
  return { found, states: seen.size }
}

function fingerprintOf(state: {
  files: ReadonlyMap<string, Uint8Array | 'folder'>
  known: Known
  index: string
}): string {
  const hash = createHash('sha256').update(JSON.stringify([state.known, state.index]))
  for (const [path, content] of state.files) hash.update(`\n${path}\n`).update(content)
  return hash.digest('hex')
}

it('loses nothing acknowledged to a cut of power at any file call', { timeout: 600_000 }, async () => {
  const recording = await record()
  const { found, states } = await cutEverywhere(recording, false)
  expect(found).toEqual([])
  expect(recording.calls.length).toBeGreaterThan(50)
  // Some fewer when two blobs happen to share a folder.
  expect(states).toBeGreaterThan(80)
})

type Kind = 'folder' | 'blob' | 'journal'

/** Passes everything on but what `change` replaces. `kindOf` tells what a descriptor was opened for. */
function changedOps(change: (ops: FileOps, kindOf: (fd: number) => Kind) => Partial<FileOps>) {
  return (ops: FileOps): FileOps => {
    const kinds = new Map<number, Kind>()
    return {
      ...ops,
      open(path, flags, mode) {
        const fd = ops.open(path, flags, mode)
        kinds.set(fd, flags === 'r' ? 'folder' : path.endsWith('.jnl') ? 'journal' : 'blob')
        return fd
      },
      ...change(ops, (fd) => kinds.get(fd)!),
    }
  }
}

const withoutSync = (kind: Kind) =>
  changedOps((ops, kindOf) => ({ fsync: (fd) => (kindOf(fd) === kind ? undefined : ops.fsync(fd)) }))

const mutants: Record<string, Mutant> = {
  'does not sync its blobs': { ops: withoutSync('blob') },
  'does not sync its folders': { ops: withoutSync('folder') },
  'does not sync a journal it begins': { ops: withoutSync('journal') },
  'does not sync the edits of its journal': { ops: changedOps(() => ({ fdatasync: () => {} })) },
  'syncs a blob only under its final name': {
    ops: changedOps((ops, kindOf) => ({
      fsync: (fd) => (kindOf(fd) === 'blob' ? undefined : ops.fsync(fd)),
      rename(from, to) {
        ops.rename(from, to)
        const fd = ops.open(to, 'r')
        ops.fsync(fd)
        ops.close(fd)
      },
    })),
  },
  'writes blobs under their final name': {
    ops: changedOps((ops) => ({
      rename(from, to) {
        const bytes = readFileSync(from)
        const fd = ops.open(to, 'wx', 0o600)
        writeFully(ops, fd, bytes)
        ops.fsync(fd)
        ops.close(fd)
        ops.remove(from)
      },
    })),
  },
  'acknowledges before it commits': { onRecord: (_, { acknowledge }) => acknowledge() },
  'drops its journal before it commits': {
    onRecord(_, { library }) {
      const journal = join(library.folder, 'journal')
      for (const name of readdirSync(journal)) dropped?.remove(join(journal, name))
    },
  },
}
/** The recorder of the mutant that removes files behind the program's back. */
let dropped: FileOps | null = null

it.each(Object.entries(mutants))(
  'would notice a program that %s',
  { timeout: 120_000 },
  async (_what, mutant) => {
    const recording = await record({
      ...mutant,
      ops(ops) {
        dropped = ops
        return mutant.ops?.(ops) ?? ops
      },
    })
    const { found } = await cutEverywhere(recording, true)
    expect(found).not.toEqual([])
  },
)

it('would notice a blob that is gone', async () => {
  const recording = await record()
  const disk = new DiskModel(recording.folder, recording.image)
  for (const call of recording.calls) disk.apply(call)
  const { known, index } = recording.moments.at(-1)!
  const files = disk.after('kept', chanceOf(1))
  const blob = [...files.keys()].find(
    (path) => basename(path) === (known.saves[1]!.revision as string as BlobDigest),
  )!
  files.delete(blob)
  expect(await problemsAfter(recording, { files, known, index })).toEqual(
    expect.arrayContaining([expect.stringContaining('MISSING_BLOB')]),
  )
})
