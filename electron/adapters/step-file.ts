import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { type StepEntry, stepEntrySchema, stepKeySchema } from '../../shared/host/label-steps.ts'
import { checkedRecord, checkedRecords } from './checked-records.ts'
import { type FileOps, quietly, writeFully } from './file-ops.ts'

/**
 * Undo steps of one sample on the disk. A part is two files that only grow: `.steps`, eight bytes of magic and records as
 * `checked-records.ts` has them, and `.bodies`, the bodies of its steps one after the other. The format page is
 * `docs/formats/library.md`.
 */
const magic = Uint8Array.of(0x54, 0x53, 0x52, 0x41, 0x53, 0x54, 0x50, 0x31) // TSRASTP1
const recordType = { step: 0, place: 1 } as const
const MAX_RECORD_BYTES = 64 * 1024

const storedStepSchema = z.strictObject({
  ...stepEntrySchema.shape,
  /** Where its body begins in `.bodies`, and what it is checked by. */
  offset: z.int().min(0),
  crc: z.int().min(0).max(0xff_ff_ff_ff),
})
export type StoredStep = z.infer<typeof storedStepSchema>
const placeSchema = z.strictObject({ place: stepKeySchema.nullable() })

export type StepRecord =
  | { readonly kind: 'step'; readonly step: StoredStep }
  | { readonly kind: 'place'; readonly place: string | null }

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const namePattern = new RegExp(`^(${uuid})\\.(\\d{1,9})\\.(steps|bodies)$`)

export const stepFileName = (sampleId: string, part: number, kind: 'steps' | 'bodies') =>
  `${sampleId}.${part}.${kind}`

/** Null for a name that `stepFileName` did not give. */
export function parseStepFileName(
  name: string,
): { readonly sampleId: string; readonly part: number; readonly kind: 'steps' | 'bodies' } | null {
  const match = namePattern.exec(name)
  return match && { sampleId: match[1]!, part: Number(match[2]), kind: match[3] as 'steps' | 'bodies' }
}

/** Reads up to the first record that is damaged or means nothing. Throws what the file system throws. */
export function readStepFile(path: string): { records: StepRecord[]; size: number; isWhole: boolean } {
  const bytes = readFileSync(path)
  const records: StepRecord[] = []
  if (!magic.every((byte, i) => bytes[i] === byte)) return { records, size: bytes.length, isWhole: false }
  let end = magic.length
  for (const { type, body, end: next } of checkedRecords(bytes, end, MAX_RECORD_BYTES)) {
    const record = parseRecord(type, body)
    if (!record) break
    records.push(record)
    end = next
  }
  return { records, size: bytes.length, isWhole: end === bytes.length }
}

function parseRecord(type: number, body: Uint8Array): StepRecord | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString())
    if (type === recordType.step) return { kind: 'step', step: storedStepSchema.parse(value) }
    if (type === recordType.place) return { kind: 'place', ...placeSchema.parse(value) }
    return null
  } catch {
    return null
  }
}

/** The body of a step, or null when it is not what was written. Throws what the file system throws. */
export function readStepBody(path: string, { offset, bytes, crc }: StoredStep): Uint8Array | null {
  const fd = openSync(path, 'r')
  try {
    const body = Buffer.alloc(bytes)
    for (let read = 0; read < bytes; ) {
      const count = readSync(fd, body, read, bytes - read, offset + read)
      if (count === 0) return null
      read += count
    }
    return crc32(body) === crc ? body : null
  } finally {
    closeSync(fd)
  }
}

/** A part that takes more steps. Once a call has thrown, it takes no more: what it holds already stays good. */
export type StepFile = {
  /** Of both files. */
  readonly bytes: number
  readonly steps: number
  /** Bodies first: a step is never named before its bytes are written. Throws what the file system throws. */
  append(
    steps: readonly { readonly entry: StepEntry; readonly body: Uint8Array }[],
    place?: string | null,
  ): StoredStep[]
  /** Asks the disk to keep what was written; a cut of power before that takes steps of undo and nothing else. */
  sync(): void
  close(): void
}

/** Begins a part, or goes on with one whose `.steps` is whole. `known` is what it holds. */
export function openStepFile(
  ops: FileOps,
  paths: { readonly steps: string; readonly bodies: string },
  known: { readonly steps: number; readonly stepBytes: number } | null,
): StepFile {
  const flags = known ? 'a' : 'wx'
  const bodies = ops.open(paths.bodies, flags, 0o600)
  let list: number
  try {
    list = ops.open(paths.steps, flags, 0o600)
  } catch (error) {
    quietly(() => ops.close(bodies))
    if (!known) quietly(() => ops.remove(paths.bodies))
    throw error
  }
  // A body that a stop left without its record stays where it is, and the next one begins after it.
  let offset = known ? statSync(paths.bodies).size : 0
  let listed = known?.stepBytes ?? 0
  let count = known?.steps ?? 0
  return {
    get bytes() {
      return offset + listed
    },
    get steps() {
      return count
    },
    append(steps, place) {
      const stored = steps.map(({ entry, body }) => {
        const step = { ...entry, offset, crc: crc32(body) }
        offset += body.length
        return step
      })
      const records = stored.map((step) => checkedRecord(recordType.step, json(step)))
      if (place !== undefined) records.push(checkedRecord(recordType.place, json({ place })))
      if (listed === 0) records.unshift(magic)
      const bytes = Buffer.concat(records)
      for (const { body } of steps) writeFully(ops, bodies, body)
      writeFully(ops, list, bytes)
      listed += bytes.length
      count += steps.length
      return stored
    },
    sync() {
      ops.fdatasync(bodies)
      ops.fdatasync(list)
    },
    close() {
      quietly(() => ops.close(bodies))
      ops.close(list)
    },
  }
}

const json = (value: unknown) => Buffer.from(canonicalJson(value))
