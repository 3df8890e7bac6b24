import { toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { PartRef } from '../../shared/formats/part-index.ts'
import { firstBranch } from '../../shared/history/version-name.ts'
import { artifactRoleSchema } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import type { RowForm } from './parted-list.ts'
import type { Finding } from './verify.ts'
import { carriedRows, createVersionFiles, manifestRows, snapshotRows } from './version-files.ts'
import type { Versions } from './versions.ts'
import { createWorkingCopy } from './working-copy.ts'

/** What is wrong with a list; null when nothing is. */
type Fault = Pick<Finding, 'code' | 'message'> | null

/**
 * That every sample and every file of every version is among the blobs. A part that many versions share is read once; of
 * the version the library stands on, the files are also held against W&B's digest. Last, that nothing changed since that
 * version without being written down for the next one.
 */
export async function verifyVersions(
  { db, blobs }: Pick<LibraryContext, 'db' | 'blobs'>,
  versions: Pick<Versions, 'manifest'>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const files = createVersionFiles(blobs)
  const findings: Finding[] = []
  const faults = new Map<string, Fault>()

  async function partFault<T>(form: RowForm<T>, blob: string, isThere: (row: T) => boolean): Promise<Fault> {
    const known = faults.get(blob)
    if (known !== undefined) return known
    const fault = await faultOf(async () => {
      const lost = (await files.lists.rows(form, [blob])).filter((row) => !isThere(row))
      return lost.length === 0
        ? null
        : { code: 'MISSING_BLOB', message: `what ${lost.length} rows name is not stored.` }
    })
    faults.set(blob, fault)
    return fault
  }

  async function listFault<T>(
    list: () => Promise<readonly PartRef[]>,
    form: RowForm<T>,
    isThere: (row: T) => boolean,
  ): Promise<Fault> {
    return faultOf(async () => {
      for (const { blob } of await list()) {
        signal.throwIfAborted()
        const fault = await partFault(form, blob, isThere)
        if (fault) return fault
      }
      return null
    })
  }

  const isStored = (digest: string | null) =>
    digest === null || blobs.stat(digest as BlobDigest) !== undefined
  const tell = (id: unknown, number: unknown, what: string, fault: Fault) => {
    if (!fault) return
    const about = { id: String(id), affects: [`version ${number}`], severity: 'error' as const }
    findings.push({ ...about, code: fault.code, message: `The list of ${what}: ${fault.message}` })
  }

  // Not the list of versions: that one refuses a damaged row, and here the others are still to be looked at.
  for (const { id, number } of db.prepare('SELECT id, number FROM versions ORDER BY number').all()) {
    const fault = await listFault(
      async () => (await files.snapshot((await files.record(String(id))).snapshot.digest)).list,
      snapshotRows,
      ({ image, head, card }) => [image, head, card].every(isStored),
    )
    tell(id, number, 'samples', fault)
    const carried = await listFault(
      async () => files.carried(await files.record(String(id))),
      carriedRows,
      ({ record }) => isStored(record),
    )
    tell(id, number, 'what is kept without being shown', carried)
  }
  const head = headOf(db)
  const artifacts = db
    .prepare(
      `SELECT a.version_id AS id, a.role, a.manifest_digest AS manifest, v.number
       FROM version_artifacts a JOIN versions v ON v.id = a.version_id ORDER BY v.number, a.role`,
    )
    .all()
  for (const { id, role, number, manifest } of artifacts) {
    signal.throwIfAborted()
    let fault = await listFault(
      () => files.manifest(String(manifest)),
      manifestRows,
      ({ blob, digest: md5, size }) => {
        const stored = blobs.stat(blob)
        return stored?.md5 === md5 && stored.size === size
      },
    )
    if (!fault && id === head) {
      fault = await faultOf(async () => {
        await versions.manifest(String(id), artifactRoleSchema.parse(role))
        return null
      })
    }
    tell(id, number, `files of ${role}`, fault)
  }
  const working = await faultOf(() => uncommittedFault(db, files))
  if (working) {
    findings.push({ ...working, severity: 'error', id: 'uncommitted', affects: [] })
  }
  return findings
}

async function faultOf(work: () => Promise<Fault>): Promise<Fault> {
  try {
    return await work()
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'CANCELLED') throw error
    const known = code === 'MISSING_BLOB' || code === 'BLOB_CORRUPT' ? code : 'ROW_CORRUPT'
    return { code: known, message: 'it cannot be read.' }
  }
}

function headOf(db: LibraryContext['db']): unknown {
  const branch = db.prepare("SELECT value FROM meta WHERE key = 'branch'").get()?.value ?? firstBranch
  return db.prepare('SELECT version_id AS id FROM refs WHERE name = ?').get(branch!)?.id
}

/** Samples that are not what the last version says, though nothing was written down of it. */
async function uncommittedFault(
  db: LibraryContext['db'],
  files: ReturnType<typeof createVersionFiles>,
): Promise<Fault> {
  const working = createWorkingCopy({ db })
  const since = working.since()
  if (since === null) return null
  const { snapshot } = await files.record(since)
  const before = new Map((await files.getSnapshot(snapshot.digest)).samples.map((each) => [each.name, each]))
  const { samples } = await working.allStates()
  const noted = new Set(
    db
      .prepare('SELECT name FROM uncommitted')
      .all()
      .map(({ name }) => String(name)),
  )
  const differing = new Set(before.keys())
  for (const [name, state] of samples) {
    const old = before.get(name)
    const isSame =
      old && state && old.image === state.image && old.head === state.head && old.card === state.card
    if (isSame) differing.delete(name)
    else differing.add(name)
  }
  const lost = [...differing].filter((name) => !noted.has(name)).length
  const message = `${lost} images differ from the last version, and the next one would not see it. Save them again.`
  return lost === 0 ? null : { code: 'INDEX_BAD', message }
}
