import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { createCards } from '../../electron/host/cards.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { faultyFileOps } from '../support/faulty-file-ops.ts'
import { fillLibrary } from '../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../support/open-test-library.ts'
import {
  chanceOf,
  type DiskCall,
  DiskModel,
  losses,
  recordingFileOps,
  writeFiles,
} from '../support/power-cut.ts'

// Promises D1, D2 and D4 for what is said of samples: tags, metadata, issues, and what was put into the trash.

const root = mkdtempSync(join(tmpdir(), 'tessera-cards-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const program = fileURLToPath(new URL('../support/card-child.ts', import.meta.url))
const tag = (n: number) => ({ kind: 'tags' as const, add: [`tag ${n}`], remove: [] })

async function newLibrary(name: string): Promise<{ folder: string; ids: SampleId[] }> {
  const folder = join(root, name)
  const library = await openTestLibrary({ folder })
  const fill = fillLibrary(library.context)
  const ids: SampleId[] = []
  for (const image of ['a.png', 'b.png', 'c.png']) ids.push((await fill.image(image)) as SampleId)
  await library.close()
  return { folder, ids }
}

async function damageIn({ context }: TestLibrary): Promise<string[]> {
  const noVersions = { list: async () => [], manifest: async () => [] }
  const { findings } = await verifyLibrary(context, noVersions, { signal: AbortSignal.timeout(30_000) })
  return findings.flatMap(({ severity, code, message }) =>
    severity === 'error' ? [`${code}: ${message}`] : [],
  )
}

const tagsOf = async (library: TestLibrary, id: SampleId) => (await createCards(library.context).get(id)).tags

it.each(['ENOSPC', 'EIO', 'EROFS'])(
  'changes all cards or none, and says which, when any one file call fails with %s',
  { timeout: 120_000 },
  async (errno) => {
    const { folder, ids } = await newLibrary(`failing-${errno}`)
    const ops = faultyFileOps({ fastSync: true })
    const library = await openTestLibrary({ folder, ops })
    onTestFinished(() => library.close())
    const cards = createCards(library.context)
    let [n, refused] = [0, 0]
    for (let failing = 0; ; failing++) {
      const from = ops.calls.length
      ops.fail(errno, (i) => i === failing)
      const before = await tagsOf(library, ids[0]!)
      n++
      const error = await cards.change(ids, tag(n)).then(
        () => null,
        (reason: unknown) => reason,
      )
      const made = ops.calls.length - from
      ops.heal()
      if (error) {
        refused++
        expect(error).toBeInstanceOf(AppError)
        expect((error as AppError).code).toMatch(/^DISK_/)
      }
      for (const id of ids) {
        const tags = await tagsOf(library, id)
        expect(tags).toHaveLength(before.length + (error ? 0 : 1))
      }
      if (made <= failing) break
    }
    // A full disk is asked once more.
    if (errno === 'ENOSPC') expect(refused).toBe(0)
    else expect(refused).toBeGreaterThan(5)
    expect(await damageIn(library)).toEqual([])
  },
)

it('loses nothing acknowledged to a kill at any file call or step of a transaction', {
  timeout: 300_000,
}, async () => {
  const { folder, ids } = await newLibrary('killed')
  let total = Number.POSITIVE_INFINITY
  // Where it begins differs from run to run; TESSERA_FAULT_SCALE=2 takes every call.
  const stride = Number(process.env.TESSERA_FAULT_SCALE ?? 1) > 1 ? 1 : 5
  for (let killAt = 1 + randomInt(stride); killAt <= total; killAt += stride) {
    const copy = join(root, 'killed-copy')
    rmSync(copy, { recursive: true, force: true })
    cpSync(folder, copy, { recursive: true })
    const { stdout, signal, stderr } = spawnSync(process.execPath, [program, copy, String(killAt), ...ids], {
      encoding: 'utf8',
    })
    const acks = [...stdout.matchAll(/ACK (\d)/g)].length
    const events = /EVENTS (\d+)/.exec(stdout)?.[1]
    if (events === undefined) expect(signal, stderr).toBe('SIGKILL')
    else total = Number(events)
    const library = await openTestLibrary({ folder: copy })
    try {
      const { db } = library.context
      const left = db.prepare('SELECT id, trashed_at AS trashed FROM samples ORDER BY seq').all()
      // One step more than was acknowledged may have happened, and it has happened whole.
      for (const id of ids.slice(1)) {
        const tags = await tagsOf(library, id)
        expect(tags.length, `killed at ${killAt}`).toBeGreaterThanOrEqual(Math.min(acks, 3))
        expect(tags.length).toBeLessThanOrEqual(Math.min(acks + 1, 3))
        expect(tags).toEqual([1, 2, 3].slice(0, tags.length).map((n) => `tag ${n}`))
      }
      expect(await tagsOf(library, ids[1]!)).toEqual(await tagsOf(library, ids[2]!))
      if (acks >= 5) expect(left).toHaveLength(2)
      else if (acks === 4 && left.length === 3) expect(left[0]!.trashed).not.toBeNull()
      else if (acks < 3) expect(left.map(({ trashed }) => trashed)).toEqual([null, null, null])
      expect(await damageIn(library)).toEqual([])
    } finally {
      await library.close()
    }
  }
  expect(total).toBeGreaterThan(30)
  expect(total).toBeLessThan(200)
})

it('loses nothing acknowledged to a cut of power at any file call', { timeout: 300_000 }, async () => {
  const { folder, ids } = await newLibrary('power')
  const image = join(root, 'power-image')
  cpSync(folder, image, { recursive: true })
  const calls: DiskCall[] = []
  const moments: { done: number; acks: number; index: string }[] = []
  let library: TestLibrary | null = null
  let [acks, changes, index] = [0, -1, join(image, 'library.db')]
  const remember = () => {
    const db = library?.context.db
    if (db) {
      const made = Number(db.prepare('SELECT total_changes() AS made').get()!.made)
      if (made !== changes) {
        changes = made
        index = join(root, `power-index-${moments.length}.db`)
        db.prepare('VACUUM INTO ?').run(index)
      }
    }
    moments.push({ done: calls.length, acks, index })
  }
  library = await openTestLibrary({ folder, ops: recordingFileOps(calls, remember) })
  const cards = createCards(library.context)
  for (const n of [1, 2]) {
    await cards.change(ids, tag(n))
    acks = n
    remember()
  }
  const recorded = { calls: [...calls], moments: [...moments] }
  const opened = library
  library = null
  await opened.close()

  const disk = new DiskModel(folder, image)
  let [applied, states] = [0, 0]
  for (const [i, now] of recorded.moments.entries()) {
    while (applied < now.done) disk.apply(recorded.calls[applied++]!)
    const before = recorded.moments[Math.max(0, i - 1)]!
    const sides = before.index === now.index ? [now] : [before, now]
    for (const loss of losses) {
      const files = disk.after(loss, chanceOf(i))
      for (const side of sides) {
        states++
        const cut = join(root, 'power-cut', 'library')
        rmSync(cut, { recursive: true, force: true })
        writeFiles(files, folder, cut)
        for (const name of ['-wal', '-shm']) rmSync(join(cut, `library.db${name}`), { force: true })
        cpSync(side.index, join(cut, 'library.db'))
        const after = await openTestLibrary({ folder: cut, ops: faultyFileOps({ fastSync: true }) })
        try {
          const found = await Promise.all(ids.map((id) => tagsOf(after, id)))
          for (const tags of found)
            expect(tags.length, `${loss} at ${now.done}`).toBeGreaterThanOrEqual(side.acks)
          expect(new Set(found.map(String)).size).toBe(1)
          // The interrupted change again.
          await createCards(after.context).change(ids, tag(2))
          expect(await tagsOf(after, ids[0]!)).toContain('tag 2')
          expect(await damageIn(after)).toEqual([])
        } finally {
          await after.close()
        }
      }
    }
  }
  expect(states).toBeGreaterThan(60)
})
