import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { encode } from 'fast-png'
import { encodeLabelPng } from '../../electron/adapters/label-png.ts'
import { rowSum, type SqlValue } from '../../electron/adapters/sqlite/row-sum.ts'
import type { Categories } from '../../electron/host/categories.ts'
import type { LibraryContext } from '../../electron/host/library-context.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { labelFileText } from '../../shared/formats/label-file.ts'
import { revisionRecordText } from '../../shared/formats/revision-record.ts'
import { foldName, naturalKey } from '../../shared/image/sample-name.ts'
import { emptyLabelMap, type LabelMap } from '../../shared/label/label-map.ts'

export type SeedLabels = {
  readonly samples: number
  readonly width: number
  readonly height: number
  readonly objects: number
  /** Different masks; samples take turns. */
  readonly masks: number
  /** Every label has a mask file of its own all the same: what stands behind the end of a picture makes it another one. */
  readonly hasOwnMasks?: boolean
}

/**
 * Puts samples with whole labels and images into an empty library in one transaction and without a sync, which no other
 * writer does: for tests and benches of what reads every pixel. Every sample has an image and a label of its own, the
 * pixels of which it shares with a few.
 */
export async function seedLabels(
  context: LibraryContext,
  categories: Pick<Categories, 'create' | 'ontology'>,
  { samples, width, height, objects: count, masks, hasOwnMasks = false }: SeedLabels,
): Promise<void> {
  const { db } = context
  const names = ['car', 'person', 'tree', 'road', 'sky']
  for (const [i, name] of names.entries()) categories.create({ name, hasInstances: i < 3 })
  const ontology = await categories.ontology()
  const insert = (table: string, columns: number) =>
    db.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`)
  const insertBlob = insert('blobs', 5)
  const insertSample = insert('samples', 15)
  const insertRevision = insert('revisions', 17)
  const insertTip = insert('tips', 2)
  const insertListing = insert('listing', 18)
  const setHead = db.prepare('UPDATE samples SET head_revision = ?, row_sum = ? WHERE id = ?')
  const folders = new Set<string>()
  const known = new Set<string>()
  const store = (bytes: Uint8Array) => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    const md5 = createHash('md5').update(bytes).digest('base64')
    if (!known.has(digest)) {
      const path = context.blobs.pathOf(digest as BlobDigest)
      if (!folders.has(dirname(path))) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      folders.add(dirname(path))
      writeFileSync(path, bytes)
      insertBlob.run(digest, md5, bytes.length, 0, context.now())
      known.add(digest)
    }
    return { digest, md5, size: bytes.length }
  }
  const pictures = await Promise.all(
    Array.from({ length: masks }, (_, i) => encodeLabelPng(blobs(width, height, count, i))),
  )
  const photo = encode({ width, height, channels: 3, data: noise(width * height * 3) })
  context.transaction(() => {
    const stored = hasOwnMasks ? [] : pictures.map((png) => store(png))
    for (let i = 0; i < samples; i++) {
      const id = randomUUID()
      const name = `drive-${i % 7}/frame-${String(i).padStart(6, '0')}.png`
      // What stands behind the end of a picture is nobody's business, and makes it another one.
      const image = store(Buffer.concat([photo, Buffer.from(`${i}`)])).digest
      const sample: SqlValue[] = [id, name, foldName(name), image, 'png', width, height, 1]
      sample.push(context.now(), context.nextSeq(), image)
      insertSample.run(...sample, null, null, null, rowSum([...sample, null, null, null]))
      const [addedAt, seq] = [Number(sample[8]), Number(sample[9])]
      const listed = ['labeled', count, 0.5, 'a', 'a', null, 0, 0, 0]
      insertListing.run(
        ...[seq, id, foldName(name), naturalKey(name), ...listed, addedAt, addedAt, width, height, 0],
      )
      const objects = Array.from({ length: count }, (_, at) => ({
        id: at + 1,
        categoryId: 1 + ((at + i) % names.length),
        attributes: at % 4 === 0 ? { occluded: i % 2 === 0 } : {},
      }))
      const png = stored[i % masks] ?? store(Buffer.concat([pictures[i % masks]!, Buffer.from(`${i}`)]))
      const json = store(Buffer.from(labelFileText({ width, height, status: 'labeled', objects })))
      const identity = createHash('sha256').update(png.digest).digest('hex')
      const revisionSeq = context.nextSeq()
      const record = {
        v: 1,
        kind: 'revision',
        sampleId: id,
        parents: [],
        identity,
        payloads: [
          { role: 'mask', ...png },
          { role: 'label', ...json },
          { role: 'ontology', ...ontology },
        ],
        status: 'labeled',
        objectCount: count,
        labeledPixels: 5,
        nextObjectId: count + 1,
        tool: 'seed',
        author: 'A',
        createdAt: context.now(),
        deviceId: context.deviceId,
        seq: revisionSeq,
      } as const
      const revision = store(
        Buffer.from(revisionRecordText({ ...record, parents: [], payloads: [...record.payloads] })),
      ).digest
      const row: SqlValue[] = [revision, id, revisionSeq, '[]', identity, png.digest, json.digest]
      row.push(ontology.digest, 'labeled', count, 5, count + 1, 'seed', 'A', context.now())
      // No shapes.
      insertRevision.run(...row, rowSum(row), null)
      insertTip.run(id, revision)
      setHead.run(revision, rowSum([...sample, revision, null, null]), id)
    }
  })
}

/** Blobs with uneven borders, one over the other. */
function blobs(width: number, height: number, count: number, seed: number): LabelMap {
  const map = emptyLabelMap(width, height)
  let state = seed * 7919 + 1
  const chance = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  for (let id = 1; id <= count; id++) {
    const [cx, cy, r] = [chance() * width, chance() * height, (0.05 + chance() * 0.12) * width]
    const [a, b] = [3 + Math.floor(chance() * 4), chance() * 6]
    for (let y = Math.max(0, Math.floor(cy - 1.3 * r)); y < Math.min(height, cy + 1.3 * r); y++) {
      for (let x = Math.max(0, Math.floor(cx - 1.3 * r)); x < Math.min(width, cx + 1.3 * r); x++) {
        const reach = r * (1 + 0.25 * Math.sin(a * Math.atan2(y - cy, x - cx) + b))
        if (Math.hypot(x - cx, y - cy) < reach) map.ids[y * width + x] = id
      }
    }
  }
  return map
}

/** As large as a photograph is: a little of everything. */
function noise(length: number): Uint8Array {
  const data = new Uint8Array(length)
  for (let i = 0; i < length; i++) data[i] = ((i >> 4) + ((i * 2654435761) >>> 30)) & 255
  return data
}
