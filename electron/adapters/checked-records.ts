import { crc32 } from 'node:zlib'

/**
 * Records that are appended to a file one after the other: `[u32 length][u32 crc32][u8 type][body]`, little-endian, where
 * length and checksum are those of type and body.
 */
export type CheckedRecord = { readonly type: number; readonly body: Uint8Array; readonly end: number }

const recordHead = 8

export function checkedRecord(type: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(recordHead + 1 + body.length)
  const view = new DataView(out.buffer)
  out[recordHead] = type
  out.set(body, recordHead + 1)
  const content = out.subarray(recordHead)
  view.setUint32(0, content.length, true)
  view.setUint32(4, crc32(content), true)
  return out
}

/**
 * The records from `from` on, up to the first bad length or checksum. `end` of each is where it ends. `most`: what one may
 * claim, so that a length that is damaged makes no reader allocate for it. Never throws.
 */
export function* checkedRecords(bytes: Uint8Array, from: number, most: number): Generator<CheckedRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + recordHead < bytes.length; ) {
    const length = view.getUint32(at, true)
    const end = at + recordHead + length
    if (length < 1 || length > most || end > bytes.length) return
    const content = bytes.subarray(at + recordHead, end)
    if (crc32(content) !== view.getUint32(at + 4, true)) return
    yield { type: content[0]!, body: content.subarray(1), end }
    at = end
  }
}
