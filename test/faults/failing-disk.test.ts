import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import { AppError, type ErrorCode } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { type FaultyFileOps, faultyFileOps } from '../support/faulty-file-ops.ts'
import { type LabelLibrary, openLabelLibrary } from '../support/label-library.ts'
import { editOf, idsAfter, saveAfter, size } from '../support/label-steps.ts'

// Promise D4: a save that fails never damages what was there and never says "saved".

const codec = createLabelCodec()
afterAll(() => codec.close())

const codes: Record<string, ErrorCode> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EIO: 'DISK_FAILING',
  EROFS: 'DISK_READONLY',
  EMFILE: 'DISK_FAILING',
}

type Drawing = {
  readonly library: LabelLibrary
  readonly ops: FaultyFileOps
  readonly sample: SampleId
  readonly session: string
  /** Strokes drawn, and the revision they are saved in. */
  n: number
  base: string
}

async function begin(ops = faultyFileOps({ fastSync: true }), reserveBytes = 0): Promise<Drawing> {
  const library = await openLabelLibrary({ size, codec, ops, reserveBytes })
  onTestFinished(() => library.cleanup())
  const sample = await library.addSample('a.png')
  const session = randomUUID()
  const { revision } = await library.labels.save(sample, ...saveAfter(1, { session, base: null }))
  return { library, ops, sample, session, n: 1, base: revision }
}

const headOf = ({ library, sample }: Drawing) =>
  String(
    library.context.db.prepare('SELECT head_revision AS head FROM samples WHERE id = ?').get(sample)!.head,
  )

/** Draws the next stroke and saves it. What is acknowledged is true; what is not has an error somebody can act on. */
async function attempt(drawing: Drawing, code: ErrorCode): Promise<'saved' | 'refused'> {
  const { library, sample, session, base } = drawing
  const n = drawing.n + 1
  await library.labels.appendJournal(sample, ...editOf(n, { session, base })).catch((error: unknown) => {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe(code)
  })
  try {
    const saved = await library.labels.save(sample, ...saveAfter(n, { session, base }))
    expect(saved).toMatchObject({ kind: 'saved', head: saved.revision })
    expect(headOf(drawing)).toBe(saved.revision)
    drawing.n = n
    drawing.base = saved.revision
    return 'saved'
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe(code)
    expect(headOf(drawing)).toBe(base)
    return 'refused'
  }
}

async function expectWhole({ library, base, n }: Drawing): Promise<void> {
  expect(await library.idsOf(base)).toEqual(idsAfter(n))
}

/** After a failed sync the kernel may have dropped the bytes, so a second one on the same file would lie. */
function expectNoSecondSync(ops: FaultyFileOps, failed: number): void {
  const call = ops.calls[failed]
  if (!call || (call.name !== 'fsync' && call.name !== 'fdatasync')) return
  for (const later of ops.calls.slice(failed + 1)) {
    if (later.fd !== call.fd) continue
    if (later.name === 'close') return
    expect(later.name, 'a sync that failed is made again').not.toMatch(/sync/)
  }
}

async function expectClean({ library }: Drawing): Promise<void> {
  const noVersions = { list: async () => [], manifest: async () => [] }
  const { findings } = await verifyLibrary(library.context, noVersions, {
    signal: AbortSignal.timeout(30_000),
  })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
}

it.each(Object.entries(codes))(
  'saves or says why not when any one file call fails with %s',
  async (errno, code) => {
    const drawing = await begin()
    const { ops } = drawing
    const outcomes = { saved: 0, refused: 0 }
    // Each attempt makes its own calls; the last one is past them all.
    for (let failing = 0; ; failing++) {
      const from = ops.calls.length
      ops.fail(errno, (i) => i === failing)
      const outcome = await attempt(drawing, code)
      const made = ops.calls.length - from
      outcomes[outcome]++
      ops.heal()
      await expectWhole(drawing)
      expectNoSecondSync(ops, from + failing)
      if (outcome === 'refused') expect(await attempt(drawing, code), `after call ${failing}`).toBe('saved')
      if (made <= failing) break
    }
    // A full disk is asked once more after the reserve was given back, and has room then; so are too many open files.
    if (code === 'DISK_FULL' || errno === 'EMFILE') expect(outcomes.refused).toBe(0)
    else expect(outcomes.refused).toBeGreaterThan(10)
    await expectWhole(drawing)
    await expectClean(drawing)
  },
)

it.each(Object.entries(codes))(
  'says why it does not save while every call fails with %s, and saves after',
  async (errno, code) => {
    const drawing = await begin()
    const { ops } = drawing
    for (let healthy = 0; healthy < 40; healthy += 3) {
      ops.fail(errno, (i) => i >= healthy)
      const outcome = await attempt(drawing, code)
      // Only what comes after the commit, as removing the journal does, may fail without failing the save.
      if (healthy < 12) expect(outcome).toBe('refused')
      ops.heal()
      await expectWhole(drawing)
      if (outcome === 'refused') expect(await attempt(drawing, code)).toBe('saved')
    }
    await expectClean(drawing)
  },
)

it('saves the same label, byte for byte, on a disk that takes one byte at a time', async () => {
  const payloadsOf = async (drawing: Drawing) => {
    await attempt(drawing, 'INTERNAL')
    const row = drawing.library.context.db
      .prepare('SELECT png_digest, json_digest, ontology_digest, identity FROM revisions WHERE id = ?')
      .get(drawing.base)
    expect(drawing.n).toBe(2)
    await expectWhole(drawing)
    return row
  }
  const slow = await begin(faultyFileOps({ shortWrites: true, fastSync: true }))
  expect(await payloadsOf(slow)).toEqual(await payloadsOf(await begin()))
  await expectClean(slow)
})

it.each([
  ['happened', true],
  ['did not happen', false],
])(
  'says "saved" only of what it finds when the disk did not confirm a commit that %s',
  async (_, happened) => {
    const drawing = await begin()
    const { library, sample, session, base } = drawing
    const { transaction } = library.context
    const uncertain = new AppError('SAVE_UNCERTAIN', 'The disk did not confirm the last save.', {
      remedy: 'Wait.',
    })
    let isDown = false
    let attempts = 0
    Object.assign(library.context, {
      transaction<T>(work: () => T): T {
        attempts++
        if (isDown || attempts === 1) {
          if (happened && attempts === 1) transaction(work)
          throw uncertain
        }
        return transaction(work)
      },
    })
    const saved = await library.labels.save(sample, ...saveAfter(2, { session, base }))
    const found = happened ? [1, 'unchanged'] : [2, 'saved']
    expect([attempts, saved.kind, saved.revision]).toEqual([...found, headOf(drawing)])
    expect((await library.labels.revisions(sample)).length).toBe(2)
    isDown = true
    const next = saveAfter(3, { session, base: saved.revision })
    await expect(library.labels.save(sample, ...next)).rejects.toBe(uncertain)
    expect(headOf(drawing)).toBe(saved.revision)
  },
)

it('gives the space that is kept back to a save and to a journal, and to nothing else', async () => {
  const reserveOf = ({ library }: Drawing) => existsSync(join(library.folder, 'reserve.bin'))
  for (const use of ['save', 'journal'] as const) {
    const drawing = await begin(faultyFileOps({ fastSync: true }), 4096)
    const { library, ops, sample, session, base } = drawing
    ops.fail('ENOSPC', (_, { name }) => name === 'write' && reserveOf(drawing))
    await expect(library.context.blobs.put(Buffer.from('a version'))).rejects.toMatchObject({
      code: 'DISK_FULL',
    })
    expect(reserveOf(drawing)).toBe(true)
    if (use === 'save') await library.labels.save(sample, ...saveAfter(2, { session, base }))
    else await library.labels.appendJournal(sample, ...editOf(2, { session, base }))
    expect(reserveOf(drawing)).toBe(false)
    ops.heal()
    await expectClean(drawing)
  }
})

it('keeps head, rows and journal when the database is full', async () => {
  const drawing = await begin()
  const { library, sample, session, base } = drawing
  await library.labels.appendJournal(sample, ...editOf(2, { session, base }))
  const { db } = library.context
  const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number }
  db.exec(`PRAGMA max_page_count = ${page_count}`)
  // Fill what is left of the pages there are, so that the next revision needs another.
  const fill = db.prepare("INSERT INTO settings (key, value) VALUES (?, '1')")
  try {
    for (let i = 0; ; i++) fill.run(`filler ${i} ${'x'.repeat(400)}`)
  } catch (error) {
    expect(String(error)).toContain('full')
  }
  let refusals = 0
  for (let n = 2; refusals === 0 && n < 60; n++) {
    const saved = await library.labels
      .save(sample, ...saveAfter(n, { session, base: drawing.base }))
      .catch((error: AppError) => error)
    if (saved instanceof Error) {
      expect(saved).toMatchObject({ code: 'DISK_FULL' })
      expect(headOf(drawing)).toBe(drawing.base)
      refusals++
    } else Object.assign(drawing, { n, base: saved.revision })
  }
  expect(refusals).toBe(1)
  await expectWhole(drawing)
  db.exec('PRAGMA max_page_count = 1000000')
  expect(await attempt(drawing, 'DISK_FULL')).toBe('saved')
  await expectClean(drawing)
})
