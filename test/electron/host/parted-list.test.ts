import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPartedLists, type RowForm } from '../../../electron/host/parted-list.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { compareCodePoints } from '../../../shared/base/canonical-json.ts'
import type { BlobRef, BlobStore } from '../../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../../shared/dataset/digest.ts'

type Row = readonly [key: string, value: number]
const rows: RowForm<Row> = {
  keyOf: ([key]) => key,
  textOf: (part) => JSON.stringify(part),
  parse: (text) => JSON.parse(text) as Row[],
}

/** Blobs in memory, with what was read and stored. */
function memoryBlobs() {
  const kept = new Map<BlobDigest, Uint8Array>()
  const read: BlobDigest[] = []
  const putAll = async (contents: Iterable<Uint8Array>) =>
    [...contents].map((bytes): BlobRef => {
      const digest = createHash('sha256').update(bytes).digest('hex') as BlobDigest
      kept.set(digest, bytes)
      return { digest, md5: '' as EntryDigest, size: bytes.length }
    })
  const store: BlobStore = {
    putAll,
    put: async (bytes) => (await putAll([bytes]))[0]!,
    has: async (digest) => kept.has(digest),
    async get(digest) {
      read.push(digest)
      const bytes = kept.get(digest)
      if (bytes) return bytes
      throw new AppError('MISSING_BLOB', 'It is not there.', { remedy: 'None.' })
    },
  }
  return { store, kept, read }
}

const key = (n: number) => `images/${['a', 'é', '\u{1f600}', '\uff5e'][n % 4]}/frame-${n}.jpg`
const many = (count: number) => new Map(Array.from({ length: count }, (_, i) => [key(i), [key(i), i] as Row]))
const sorted = (list: ReadonlyMap<string, Row>) =>
  [...list.values()].sort(([a], [b]) => compareCodePoints(a, b))

it('is after any changes what cutting all rows anew gives, and can be read back', async () => {
  const change = fc.tuple(fc.nat(1400), fc.option(fc.nat(5), { nil: null }))
  const stretch = fc.record({ from: fc.nat(1200), count: fc.nat(400) })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1200),
      fc.array(fc.oneof(fc.array(change, { maxLength: 12 }), stretch), { minLength: 1, maxLength: 4 }),
      async (size, steps) => {
        const lists = createPartedLists(memoryBlobs().store)
        const whole = many(size)
        let { list } = await lists.change(rows, [], whole)
        for (const step of steps) {
          // A long stretch that goes takes places with it where parts ended.
          const changes = new Map<string, Row | null>(
            Array.isArray(step)
              ? step.map(([n, value]) => [key(n), value === null ? null : [key(n), value]])
              : sorted(whole)
                  .slice(step.from, step.from + step.count)
                  .map(([name]) => [name, null]),
          )
          const old = new Map(whole)
          for (const [name, row] of changes) {
            if (row) whole.set(name, row)
            else whole.delete(name)
          }
          const result = await lists.change(rows, list, changes)
          list = result.list
          expect(result.before).toEqual(new Map([...old].filter(([name]) => changes.has(name))))
        }
        const anew = await lists.change(rows, [], whole)
        expect(list).toEqual(anew.list)
        const index = await lists.writeIndex(list)
        expect(index).toEqual(await lists.writeIndex(anew.list))
        expect(await lists.readIndex(index)).toEqual(list)
        const parts = list.map(({ blob }) => blob)
        expect(await lists.rows(rows, parts)).toEqual(sorted(whole))
        const wanted = [key(3), key(700), key(5000), ...[...whole.keys()].slice(0, 3)]
        const found = new Map(wanted.flatMap((name) => (whole.has(name) ? [[name, whole.get(name)!]] : [])))
        expect(await lists.find(rows, list, wanted)).toEqual(found)
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)

it('reads and writes only the parts around what changed', async () => {
  const { store, kept, read } = memoryBlobs()
  const lists = createPartedLists(store)
  const whole = many(20_000)
  const { list } = await lists.change(rows, [], whole)
  await lists.writeIndex(list)
  const before = new Set(kept.keys())
  const names = [key(7), key(8000), key(15_000)]
  const changes = new Map<string, Row | null>([
    [names[0]!, [names[0]!, -1]],
    [names[1]!, null],
    [`${names[2]}.new`, [`${names[2]}.new`, 1]],
  ])
  const changed = await lists.change(rows, list, changes)
  await lists.writeIndex(changed.list)
  expect(list.length).toBeGreaterThan(200)
  expect(read.length).toBeLessThanOrEqual(6)
  // At most two parts and two part indexes for each.
  expect([...kept.keys()].filter((digest) => !before.has(digest)).length).toBeLessThanOrEqual(12)
  const [gone, fresh] = lists.apart(list, changed.list)
  expect(gone.length).toBeLessThanOrEqual(6)
  expect(fresh.length).toBeLessThanOrEqual(6)
  read.length = 0
  expect((await lists.find(rows, changed.list, names)).size).toBe(2)
  expect(read.length).toBeLessThanOrEqual(3)
})

it('tells of a part that is missing or written in an unknown way', async () => {
  const { store, kept } = memoryBlobs()
  const lists = createPartedLists(store)
  const { list } = await lists.change(rows, [], many(1000))
  const part = list[3]!
  kept.set(part.blob, Buffer.from('{'))
  await expect(lists.rows(rows, [part.blob])).rejects.toMatchObject({ code: 'FMT_TOO_NEW' })
  kept.delete(part.blob)
  await expect(lists.change(rows, list, new Map([[part.last, null]]))).rejects.toMatchObject({
    code: 'MISSING_BLOB',
  })
  await expect(lists.readIndex(['0'.repeat(64)])).rejects.toMatchObject({ code: 'MISSING_BLOB' })
})
