import { createHash, randomUUID } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FileOps } from '../../electron/adapters/file-ops.ts'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { faultyFileOps } from '../support/faulty-file-ops.ts'
import {
  chanceOf,
  type DiskCall,
  DiskModel,
  type Loss,
  losses,
  recordingFileOps,
  writeFiles,
} from '../support/power-cut.ts'
import { openVersionLibrary } from '../support/version-library.ts'
import {
  type ActStates,
  doAct,
  makeVersionWorld,
  prepareAct,
  problemsOfAct,
  statesOfAct,
  type VersionAct,
  type VersionWorld,
} from '../support/version-world.ts'

// Promise D2 for versions: every file call of a commit, a restore, a switch and a merge is recorded; for moments between
// them the disk is built as a cut of power could leave it, and the library opened, checked, and gone on with.
// TESSERA_FAULT_SCALE=10 looks at every moment under every loss; else at some of them, spread over all, under one each.

const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
const root = mkdtempSync(join(tmpdir(), 'tessera-power-version-'))
const codec = createLabelCodec()
let world: VersionWorld
beforeAll(async () => {
  world = await makeVersionWorld(join(root, 'world', 'library'), codec)
}, 60_000)
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

/** A moment after the first `done` calls; `index` is a copy of what was committed by then. */
type Moment = { readonly done: number; readonly isAcknowledged: boolean; readonly index: string }
type Recording = {
  readonly folder: string
  readonly image: string
  readonly states: ActStates
  readonly calls: readonly DiskCall[]
  readonly moments: readonly Moment[]
}

const quick = (folder: string) =>
  openVersionLibrary({ folder, codec, ops: faultyFileOps({ fastSync: true }) })

async function record(act: VersionAct, mutant: (ops: FileOps) => FileOps = (ops) => ops): Promise<Recording> {
  const place = join(root, randomUUID())
  const [folder, image, other] = ['run', 'image', 'other'].map((name) => join(place, name, 'library')) as [
    string,
    string,
    string,
  ]
  cpSync(world.folder, folder, { recursive: true })
  const first = await quick(folder)
  await prepareAct(first, world.ids, act)
  await first.versions.settled()
  await first.close()
  for (const copy of [image, other]) cpSync(folder, copy, { recursive: true })
  const twin = await quick(other)
  const states = await statesOfAct(twin, world.ids, act)
  await twin.versions.settled()
  await twin.close()

  const calls: DiskCall[] = []
  const moments: Moment[] = []
  let isRecording = false
  let index = join(image, 'library.db')
  let changes = -1
  const remember = (isAcknowledged = false) => {
    if (!isRecording) return
    const { db } = library.context
    if (db.isTransaction) throw new Error('a file call inside a transaction')
    const made = Number(db.prepare('SELECT total_changes() AS made').get()!.made)
    if (made !== changes) {
      changes = made
      index = join(place, `index-${moments.length}.db`)
      db.prepare('VACUUM INTO ?').run(index)
    }
    moments.push({ done: calls.length, isAcknowledged, index })
  }
  const library = await openVersionLibrary({
    folder,
    codec,
    ops: mutant(recordingFileOps(calls, () => remember())),
  })
  isRecording = true
  await doAct(library, act)
  remember(true)
  isRecording = false
  const recorded = { calls: [...calls], moments }
  await library.versions.settled()
  await library.close()
  return { folder, image, states, ...recorded }
}

function partialBlobs(folder: string): string[] {
  const blobs = join(folder, 'blobs', 'sha256')
  if (!existsSync(blobs)) return []
  const isWhole = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(blobs, name)))
      .digest('hex') === basename(name)
  return readdirSync(blobs, { recursive: true, encoding: 'utf8' }).filter(
    (name) => basename(name).length === 64 && !isWhole(name),
  )
}

async function problemsAfter(
  recording: Recording,
  act: VersionAct,
  files: ReadonlyMap<string, Uint8Array | 'folder'>,
  { isAcknowledged, index }: Moment,
  isUndone: boolean,
): Promise<string[]> {
  const folder = join(root, `cut-${randomUUID()}`, 'library')
  writeFiles(files, recording.folder, folder)
  for (const name of ['library.db-wal', 'library.db-shm']) rmSync(join(folder, name), { force: true })
  copyFileSync(index, join(folder, 'library.db'))
  const problems = partialBlobs(folder).map((name) => `part of a blob lies under its final name: ${name}`)
  try {
    const library = await quick(folder)
    try {
      const options = { isUndone, isAcknowledged }
      problems.push(...(await problemsOfAct(library, world.ids, act, recording.states, options)))
    } finally {
      await library.versions.settled()
      await library.close()
    }
  } catch (error) {
    problems.push(`it does not go on: ${String(error)}`)
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
  return problems
}

/**
 * Cuts the power at moments of a recording: under every loss at those where the index changed, under one of them at others.
 * `untilFirst`: only there, and until a problem is found.
 */
async function cutEverywhere(act: VersionAct, recording: Recording, untilFirst = false) {
  const { calls, moments, folder, image } = recording
  const disk = new DiskModel(folder, image)
  const found: { cut: number; loss: Loss; problems: string[] }[] = []
  const stride = Math.max(1, Math.round(moments.length / (4 * scale)))
  let applied = 0
  let states = 0
  for (const [i, now] of moments.entries()) {
    while (applied < now.done) disk.apply(calls[applied++]!)
    // Between two moments there may have been a commit: the cut falls before it or after it.
    const before = moments[Math.max(0, i - 1)]!
    const isCommit = before.index !== now.index
    const isTurn = now.isAcknowledged || (isCommit && (untilFirst || scale > 1))
    if (!isTurn && (untilFirst || i % stride !== 0)) continue
    for (const [j, loss] of losses.entries()) {
      if (!isTurn && scale === 1 && (i / stride) % losses.length !== j) continue
      const files = disk.after(loss, chanceOf(i * 31 + j))
      for (const moment of isCommit ? [before, now] : [now]) {
        states++
        const problems = await problemsAfter(recording, act, files, moment, (i + j) % 2 === 1)
        if (problems.length > 0) found.push({ cut: now.done, loss, problems })
        if (untilFirst && found.length > 0) return { found, states }
      }
    }
  }
  return { found, states }
}

it.each(['commit', 'restore', 'switch', 'merge'] as const)(
  'loses nothing to a cut of power during a %s',
  { timeout: 900_000 },
  async (act) => {
    const recording = await record(act)
    const { found, states } = await cutEverywhere(act, recording)
    expect(found).toEqual([])
    expect(recording.calls.length).toBeGreaterThan(10)
    expect(states).toBeGreaterThan(6)
  },
)

it.each([
  ['does not sync what it stores', (isFolder: boolean) => !isFolder],
  ['does not sync its folders', (isFolder: boolean) => isFolder],
])('would notice a commit that %s', { timeout: 300_000 }, async (_, isSkipped) => {
  const recording = await record('commit', (ops) => {
    const folders = new Map<number, boolean>()
    return {
      ...ops,
      open(path, flags, mode) {
        const fd = ops.open(path, flags, mode)
        folders.set(fd, flags === 'r')
        return fd
      },
      fsync: (fd) => (isSkipped(folders.get(fd)!) ? undefined : ops.fsync(fd)),
    }
  })
  const { found } = await cutEverywhere('commit', recording, true)
  expect(found).not.toEqual([])
})
