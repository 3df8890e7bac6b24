import { AppError } from '../base/app-error.ts'
import { type LabelMap, MAX_OBJECT_ID } from './label-map.ts'

/**
 * Ids as the pixels of an RGBA mask, the form that Segments.ai and our own artifacts use: id = R + 256·G + 65536·B,
 * alpha 255. Only the pixels; PNG is the caller's, who must not let them pass through anything that manages colour.
 */
export function maskFromIds(ids: Uint32Array): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(ids.length * 4)
  for (let p = 0, i = 0; p < ids.length; p++, i += 4) {
    const id = ids[p]!
    rgba[i] = id & 255
    rgba[i + 1] = (id >>> 8) & 255
    rgba[i + 2] = (id >>> 16) & 255
    rgba[i + 3] = 255
  }
  return rgba
}

/** Ids of a mask of `width` × `height`; alpha carries nothing. Throws AppError `IN_SIZE_MISMATCH`. */
export function idsFromMask(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): LabelMap {
  if (rgba.length !== width * height * 4) {
    throw new AppError(
      'IN_SIZE_MISMATCH',
      `The mask has ${rgba.length} bytes; ${width} × ${height} RGBA pixels have ${width * height * 4}.`,
      { remedy: 'Give a mask as large as the upright image, with four channels of 8 bits.' },
    )
  }
  const ids = new Uint32Array(width * height)
  for (let p = 0, i = 0; p < ids.length; p++, i += 4) {
    ids[p] = rgba[i]! | (rgba[i + 1]! << 8) | (rgba[i + 2]! << 16)
  }
  return { width, height, ids }
}

/**
 * Where the pixels (`index` has every id with pixels) and the list of objects disagree, both in order of id: ids that have pixels and are not listed, which
 * make a label invalid, and listed ids without pixels, which exporters skip.
 */
export function compareToList(
  index: ReadonlyMap<number, unknown>,
  listed: Iterable<number>,
): { readonly unlisted: number[]; readonly empty: number[] } {
  const known = new Set(listed)
  const byId = (a: number, b: number) => a - b
  return {
    unlisted: [...index.keys()].filter((id) => !known.has(id)).sort(byId),
    empty: [...known].filter((id) => !index.has(id)).sort(byId),
  }
}

/** Throws AppError `BAD_REQUEST` when a pixel has an id that is not listed or that does not fit a mask. */
export function requireListed(index: ReadonlyMap<number, unknown>, listed: Iterable<number>): void {
  const { unlisted } = compareToList(index, listed)
  if (unlisted.length === 0) return
  const tooLarge = unlisted.filter((id) => id > MAX_OBJECT_ID)
  const shown = unlisted.slice(0, 10).join(', ') + (unlisted.length > 10 ? ', …' : '')
  throw new AppError(
    'BAD_REQUEST',
    tooLarge.length > 0
      ? `The mask has ids above ${MAX_OBJECT_ID}: ${tooLarge.slice(0, 10).join(', ')}.`
      : `The mask has pixels of ${unlisted.length === 1 ? 'an object' : 'objects'} that the list does not name: ${shown}.`,
    { remedy: 'List every id that the mask uses with its category, or make those pixels 0.' },
  )
}
