import type { LabelMap } from './label-map.ts'

/** Ids per chunk on a machine that needs them reordered: small enough to hash and drop one by one. */
const CHUNK_IDS = 1 << 20
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/**
 * The bytes whose SHA-256 is the `LabelIdentity`, in order: u32 width, u32 height, then one u32 per pixel, row-major;
 * all little-endian. Chunks may share the map's memory: hash them before the map changes.
 */
export function identityBytes(map: LabelMap): Uint8Array[] {
  const header = new Uint8Array(8)
  const view = new DataView(header.buffer)
  view.setUint32(0, map.width, true)
  view.setUint32(4, map.height, true)
  if (littleEndian) {
    return [header, new Uint8Array(map.ids.buffer, map.ids.byteOffset, map.ids.byteLength)]
  }
  const chunks: Uint8Array[] = [header]
  for (let start = 0; start < map.ids.length; start += CHUNK_IDS) {
    chunks.push(littleEndianBytes(map.ids.subarray(start, start + CHUNK_IDS)))
  }
  return chunks
}

function littleEndianBytes(ids: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(ids.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < ids.length; i++) view.setUint32(i * 4, ids[i]!, true)
  return bytes
}
