import { dirname } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { checkedRecord, checkedRecords } from './checked-records.ts'
import { type FileOps, quietly, syncFolder, writeFully } from './file-ops.ts'

/**
 * The journal of one opening of one sample: edits that no revision holds yet, each appended and synced before it is
 * acknowledged. The format page is `docs/formats/label.md`: eight bytes of magic, then records as
 * `checked-records.ts` has them. The first record is the head.
 */
const magic = Uint8Array.of(0x54, 0x53, 0x52, 0x41, 0x4a, 0x4e, 0x4c, 0x31) // TSRAJNL1
const recordType = { head: 0, edit: 1 } as const
/** What one record may claim: a length that is damaged must not make a reader allocate for it. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024

const headSchema = z.strictObject({
  v: z.literal(1),
  sampleId: z.uuid(),
  /** One per opening of the sample. */
  session: z.uuid(),
  /** The revision that holds the session's edits up to `covers`; null is a label that was never saved. */
  base: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  covers: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
})
export type JournalHead = Omit<z.infer<typeof headSchema>, 'v'>

/** A session has one file, and another one after each that could not be written to its end. */
export function journalFileName(sampleId: string, session: string, part: number): string {
  return `${sampleId}.${session}.${part}.jnl`
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const namePattern = new RegExp(`^(${uuid})\\.(${uuid})\\.(\\d{1,9})\\.jnl$`)

/** Null for a name that `journalFileName` did not give. */
export function parseJournalFileName(
  name: string,
): { readonly sampleId: string; readonly session: string; readonly part: number } | null {
  const match = namePattern.exec(name)
  return match && { sampleId: match[1]!, session: match[2]!, part: Number(match[3]) }
}

/** An open journal file. Once a call has thrown, the file takes no more records: what it holds already stays good. */
export type JournalFile = {
  readonly bytes: number
  /** Returns once the record is on the disk. Throws what the file system throws. */
  append(body: Uint8Array): void
  close(): void
}

/** Makes the file with its first record. Throws what the file system throws; nothing is left of it then. */
export function createJournalFile(
  ops: FileOps,
  path: string,
  head: JournalHead,
  firstBody: Uint8Array,
): JournalFile {
  const start = Buffer.concat([
    magic,
    checkedRecord(recordType.head, Buffer.from(canonicalJson({ v: 1, ...head }))),
    checkedRecord(recordType.edit, firstBody),
  ])
  const fd = ops.open(path, 'wx', 0o600)
  let bytes = start.length
  let isBroken = false
  try {
    writeFully(ops, fd, start)
    ops.fsync(fd)
    syncFolder(ops, dirname(path))
  } catch (error) {
    quietly(() => ops.close(fd))
    quietly(() => ops.remove(path))
    throw error
  }
  return {
    get bytes() {
      return bytes
    },
    append(body) {
      // After a failed write the end of the file is unknown; after a failed sync the kernel may have dropped it.
      if (isBroken) throw new Error('a journal file that failed takes no more records')
      const bytesOfRecord = checkedRecord(recordType.edit, body)
      try {
        writeFully(ops, fd, bytesOfRecord)
        ops.fdatasync(fd)
      } catch (error) {
        isBroken = true
        throw error
      }
      bytes += bytesOfRecord.length
    },
    close: () => ops.close(fd),
  }
}

/** What a journal file holds. `end` is where the readable part ends: less than the file's length after damage. */
export type JournalContent = {
  /** Null when not even the head can be read. */
  readonly head: JournalHead | null
  readonly bodies: readonly Uint8Array[]
  readonly end: number
}

/** Reads up to the first bad length, checksum or type. Never throws: what cannot be read is past `end`. */
export function readJournal(bytes: Uint8Array): JournalContent {
  if (!magic.every((byte, i) => bytes[i] === byte)) return { head: null, bodies: [], end: 0 }
  const bodies: Uint8Array[] = []
  let head: JournalHead | null = null
  let end = magic.length
  for (const { type, body, end: next } of checkedRecords(bytes, end, MAX_RECORD_BYTES)) {
    if (head === null) {
      head = type === recordType.head ? readHead(body) : null
      if (head === null) break
    } else {
      if (type !== recordType.edit) break
      bodies.push(body)
    }
    end = next
  }
  return { head, bodies, end: head ? end : 0 }
}

function readHead(body: Uint8Array): JournalHead | null {
  try {
    const { v: _, ...head } = headSchema.parse(JSON.parse(Buffer.from(body).toString()))
    return head
  } catch {
    return null
  }
}
