import type { DatabaseSync } from 'node:sqlite'
import { type Card, emptyCard, foldTag, openIssues } from '../../shared/dataset/card.ts'
import { foldName, naturalKey } from '../../shared/image/sample-name.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'

/** Objects of one label by category id; a category without any is left out. */
export type ObjectCounts = ReadonlyMap<number, number>

export function countObjects(objects: readonly Pick<LabelObject, 'categoryId'>[]): ObjectCounts {
  const counts = new Map<number, number>()
  for (const { categoryId } of objects) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1)
  return counts
}

/** What is listed of a sample itself. */
export type ListedSample = {
  readonly seq: number
  readonly id: string
  readonly name: string
  readonly width: number
  readonly height: number
  readonly addedAt: number
}
/** What is listed of the label shown. */
export type ListedLabel = {
  readonly status: string
  readonly objectCount: number
  readonly labeledPixels: number
  readonly tool: string
  readonly author: string
  readonly createdAt: number
}

/**
 * What lists are searched and sorted by: the tables `listing…`. Every writer keeps them in the transaction that moves what
 * they are made from, so a list never says other than the samples do. All methods are called inside a transaction.
 */
export type Listing = {
  add(sample: ListedSample): void
  setLabel(sampleId: string, label: ListedLabel, objects: ObjectCounts, shapes: ObjectCounts): void
  setCard(sampleId: string, card: Card | null, at: number): void
  setTrashed(sampleId: string, isTrashed: boolean): void
  remove(sampleId: string): void
}

/** Revisions of these tools say how far a label is; who made the pixels is somebody else. */
const statusTools: ReadonlySet<string> = new Set(['status', 'review'])
/** Of revisions that gave objects another category, or took that back: the number of the job follows. */
export const categoryTools = { moved: 'category:', takenBack: 'category-undo:' } as const
const isByAnother = (tool: string) =>
  statusTools.has(tool) || Object.values(categoryTools).some((prefix) => tool.startsWith(prefix))

export const foldPerson = (name: string): string => name.trim().normalize('NFC').toLowerCase()
/** Metadata is compared as it is printed, whatever the case. */
export const foldValue = (value: string | number | boolean): string =>
  String(value).trim().normalize('NFC').toLowerCase()

/** The number that a value is, or null: texts that spell one count. */
export function numberOf(value: string | number | boolean): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean' || value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

export function createListing(db: DatabaseSync): Listing {
  const insert = db.prepare(
    `INSERT INTO listing (seq, sample_id, name_key, name_order, status, object_count, labeled, author_key, labeler_key,
       split, priority, issues, open_issues, added_at, modified_at, width, height, trashed)
     VALUES (?, ?, ?, ?, 'unlabeled', 0, 0, '', '', NULL, 0, 0, 0, ?, ?, ?, ?, 0)`,
  )
  const selectSeq = db.prepare('SELECT seq FROM listing WHERE sample_id = ?')
  const updateLabel = db.prepare(
    `UPDATE listing SET status = ?2, object_count = ?3, labeled = ?4 / (width * height * 1.0), author_key = ?5,
       labeler_key = CASE WHEN ?6 THEN labeler_key ELSE ?5 END, modified_at = ?7
     WHERE seq = ?1`,
  )
  const updateCard = db.prepare(
    'UPDATE listing SET split = ?, priority = ?, issues = ?, open_issues = ?, modified_at = ? WHERE seq = ?',
  )
  const updateTrashed = db.prepare('UPDATE listing SET trashed = ? WHERE sample_id = ?')
  const clear = {
    tags: db.prepare('DELETE FROM listing_tags WHERE seq = ?'),
    metadata: db.prepare('DELETE FROM listing_metadata WHERE seq = ?'),
    objects: db.prepare('DELETE FROM listing_objects WHERE seq = ?'),
    shapes: db.prepare('DELETE FROM listing_shapes WHERE seq = ?'),
    row: db.prepare('DELETE FROM listing WHERE seq = ?'),
  }
  const insertTag = db.prepare('INSERT INTO listing_tags (tag_key, seq, tag) VALUES (?, ?, ?)')
  const insertMetadata = db.prepare(
    'INSERT INTO listing_metadata (key, seq, value_key, number) VALUES (?, ?, ?, ?)',
  )
  const insertObjects = db.prepare('INSERT INTO listing_objects (category_id, seq, count) VALUES (?, ?, ?)')

  const insertShapes = db.prepare('INSERT INTO listing_shapes (category_id, seq, count) VALUES (?, ?, ?)')

  function seqOf(sampleId: string): number {
    const row = selectSeq.get(sampleId)
    if (!row) throw new Error('a sample is not listed')
    return Number(row.seq)
  }

  return {
    add({ seq, id, name, width, height, addedAt }) {
      insert.run(seq, id, foldName(name), naturalKey(name), addedAt, addedAt, width, height)
    },

    setLabel(sampleId, label, objects, shapes) {
      const seq = seqOf(sampleId)
      const { status, objectCount, labeledPixels, tool, author, createdAt } = label
      const isStatusOnly = Number(isByAnother(tool))
      updateLabel.run(seq, status, objectCount, labeledPixels, foldPerson(author), isStatusOnly, createdAt)
      clear.objects.run(seq)
      for (const [category, count] of objects) insertObjects.run(category, seq, count)
      clear.shapes.run(seq)
      for (const [category, count] of shapes) insertShapes.run(category, seq, count)
    },

    setCard(sampleId, card, at) {
      const seq = seqOf(sampleId)
      const { tags, metadata, split, priority, issues } = card ?? emptyCard
      updateCard.run(split, priority, issues.length, openIssues(card ?? emptyCard), at, seq)
      clear.tags.run(seq)
      clear.metadata.run(seq)
      for (const tag of tags) insertTag.run(foldTag(tag), seq, tag)
      for (const [key, value] of Object.entries(metadata)) {
        insertMetadata.run(key, seq, foldValue(value), numberOf(value))
      }
    },

    setTrashed(sampleId, isTrashed) {
      updateTrashed.run(Number(isTrashed), sampleId)
    },

    remove(sampleId) {
      const seq = seqOf(sampleId)
      for (const statement of [clear.tags, clear.metadata, clear.objects, clear.shapes, clear.row])
        statement.run(seq)
    },
  }
}
