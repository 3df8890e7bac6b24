/** The formats that can be imported. Names match sharp's and the `format` column of a sample. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'gif'

/** How many leading bytes `sniffFormat` may look at. */
export const SNIFF_BYTES = 512

const mimeTypes: Record<ImageFormat, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  avif: 'image/avif',
  gif: 'image/gif',
}

export function mimeType(format: ImageFormat): string {
  return mimeTypes[format]
}

/** What a file is by its first bytes, whatever it is called; undefined when it is none of ours. */
export function sniffFormat(head: Uint8Array): ImageFormat | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (ascii(head, 0, 6) === 'GIF87a' || ascii(head, 0, 6) === 'GIF89a') return 'gif'
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'webp'
  if (startsWith(head, [0x49, 0x49, 0x2a, 0]) || startsWith(head, [0x4d, 0x4d, 0, 0x2a])) return 'tiff'
  // BigTIFF, which cameras do not write but microscopes and satellites do.
  if (startsWith(head, [0x49, 0x49, 0x2b, 0]) || startsWith(head, [0x4d, 0x4d, 0, 0x2b])) return 'tiff'
  if (ascii(head, 4, 8) === 'ftyp' && hasAvifBrand(head)) return 'avif'
  return undefined
}

/** HEIC shares the container with AVIF, so the major brand alone (`mif1`) does not tell them apart. */
function hasAvifBrand(head: Uint8Array): boolean {
  if (head.length < 16) return false
  const boxSize = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  const end = Math.min(boxSize, head.length, SNIFF_BYTES)
  for (let at = 8; at + 4 <= end; at += 4) {
    // Bytes 12 … 15 are the minor version, not a brand.
    if (at === 12) continue
    const brand = ascii(head, at, at + 4)
    if (brand === 'avif' || brand === 'avis') return true
  }
  return false
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte)
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
