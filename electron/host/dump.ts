import type { DatabaseSync } from 'node:sqlite'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import { firstBranch } from '../../shared/history/version-name.ts'
import { defaultRules } from '../../shared/label/ontology.ts'
import type { LibraryContext } from './library-context.ts'

type Row = Record<string, unknown>

/**
 * Everything a library holds as plain data: equal content gives equal data, whichever computer made it and when. Samples
 * go by name, revisions by their place in the sample's own order, versions by number. `all` adds ids, times and receipts.
 * One moment of the library, also while somebody writes to it.
 */
export function dumpLibrary(
  { db, libraryId }: Pick<LibraryContext, 'db' | 'libraryId'>,
  { all }: { readonly all: boolean },
): Row {
  const only = (fields: Row): Row => (all ? fields : {})
  db.exec('BEGIN')
  try {
    const versions = readVersions(db, only)
    return {
      v: 1,
      ...only({ libraryId }),
      categories: readCategories(db),
      rules: readRules(db),
      samples: readSamples(db, only),
      ...readCarried(db, only),
      versions: versions.list,
      branch: String(db.prepare("SELECT value FROM meta WHERE key = 'branch'").get()?.value ?? firstBranch),
      refs: Object.fromEntries(
        db
          .prepare('SELECT name, version_id FROM refs ORDER BY name')
          .all()
          .map(({ name, version_id }) => [String(name), versions.numberOf.get(String(version_id)) ?? null]),
      ),
      ...only({ receipts: readReceipts(db) }),
    }
  } finally {
    db.exec('ROLLBACK')
  }
}

type Only = (fields: Row) => Row

function readCategories(db: DatabaseSync): Row[] {
  return db
    .prepare(
      'SELECT id, name, color, has_instances, more FROM categories WHERE name_key IS NOT NULL ORDER BY position',
    )
    .all()
    .map(({ id, name, color, has_instances, more }) => ({
      id,
      name,
      color,
      hasInstances: has_instances === 1,
      ...(JSON.parse(String(more)) as Row),
    }))
}

function readRules(db: DatabaseSync): Row {
  const row = db.prepare("SELECT value FROM settings WHERE key = 'ontology'").get()
  return row ? (JSON.parse(String(row.value)) as Row) : { ...defaultRules }
}

function readSamples(db: DatabaseSync, only: Only): Row[] {
  const revisions = db.prepare('SELECT * FROM revisions WHERE sample_id = ? ORDER BY seq')
  const tips = db.prepare('SELECT revision_id AS id FROM tips WHERE sample_id = ?')
  const cards = db.prepare(
    'SELECT seq, digest, record_digest AS record, author, created_at AS createdAt FROM cards WHERE sample_id = ? ORDER BY seq',
  )
  const samples = db
    .prepare('SELECT s.*, b.md5, b.size FROM samples s JOIN blobs b ON b.digest = s.image_digest')
    .all()
  return samples
    .sort((a, b) => compareCodePoints(String(a.name), String(b.name)))
    .map((sample) => {
      const { id, name, format, width, height, orientation } = sample
      const rows = revisions.all(id!)
      const place = new Map(rows.map((row, i) => [String(row.id), i]))
      const placeOf = (revision: unknown) => place.get(String(revision)) ?? null
      return {
        ...only({ id, addedAt: sample.added_at, record: sample.record_digest }),
        name,
        image: { digest: sample.image_digest, md5: sample.md5, size: sample.size },
        format,
        width,
        height,
        orientation,
        card: sample.card_digest,
        inTrash: sample.trashed_at !== null,
        ...only({ cards: cards.all(id!).map((row) => ({ ...row })) }),
        head: placeOf(sample.head_revision),
        tips: tips
          .all(id!)
          .map((tip) => placeOf(tip.id) ?? -1)
          .sort((a, b) => a - b),
        revisions: rows.map((row) => readRevision(row, placeOf, only)),
      }
    })
}

/** Left out when there is nothing. */
function readCarried(db: DatabaseSync, only: Only): Row {
  const carried = db
    .prepare('SELECT * FROM carried')
    .all()
    .sort((a, b) => compareCodePoints(String(a.name), String(b.name)))
    .map((row) => ({
      ...only({ change: row.change_digest }),
      name: row.name,
      taskType: row.task_type,
      status: row.status,
      record: row.digest,
      inTrash: row.trashed_at !== null,
    }))
  return carried.length > 0 ? { carried } : {}
}

function readRevision(row: Row, placeOf: (revision: unknown) => number | null, only: Only): Row {
  return {
    ...only({ id: row.id, createdAt: row.created_at, author: row.author }),
    identity: row.identity,
    parents: (JSON.parse(String(row.parents)) as unknown[]).map(placeOf),
    mask: row.png_digest,
    label: row.json_digest,
    ontology: row.ontology_digest,
    ...(row.shapes_digest !== null && { shapes: row.shapes_digest }),
    status: row.status,
    objectCount: row.object_count,
    labeledPixels: row.labeled_pixels,
    nextObjectId: row.next_object_id,
    tool: row.tool,
  }
}

function readVersions(db: DatabaseSync, only: Only): { list: Row[]; numberOf: Map<string, number> } {
  const rows = db.prepare('SELECT * FROM versions ORDER BY number').all()
  const numberOf = new Map(rows.map(({ id, number }) => [String(id), Number(number)]))
  const artifacts = db.prepare(
    `SELECT a.*, d.digest FROM version_artifacts a LEFT JOIN artifact_digests d ON d.manifest_digest = a.manifest_digest
     WHERE version_id = ? ORDER BY role`,
  )
  const tags = db.prepare('SELECT tag FROM version_tags WHERE version_id = ? ORDER BY tag')
  const tagsOf = (id: unknown) => tags.all(String(id)).map(({ tag }) => tag)
  const list = rows.map((row) => ({
    ...only({ id: row.id, createdAt: row.created_at, record: row.record_digest }),
    number: row.number,
    message: row.message,
    author: row.author,
    parents: (JSON.parse(String(row.parents)) as unknown[]).map((id) => numberOf.get(String(id)) ?? null),
    summary: JSON.parse(String(row.summary)) as unknown,
    // Left out when there are none.
    ...(tagsOf(row.id).length > 0 && { tags: tagsOf(row.id) }),
    artifacts: artifacts.all(row.id!).map((artifact) => ({
      role: artifact.role,
      index: artifact.idx,
      // When it is worked out is no part of the content, and it follows from the manifest.
      ...only({ digest: artifact.digest }),
      manifest: artifact.manifest_digest,
      files: artifact.files,
      bytes: artifact.bytes,
    })),
  }))
  return { list, numberOf }
}

function readReceipts(db: DatabaseSync): Row[] {
  return db
    .prepare(
      `SELECT remote, role, version_id AS version, digest, artifact_id AS artifact, remote_version AS remoteVersion,
         run_name AS run, sent_at AS sentAt
       FROM receipts ORDER BY remote, role, version_id`,
    )
    .all()
    .map((row) => ({ ...row }))
}
