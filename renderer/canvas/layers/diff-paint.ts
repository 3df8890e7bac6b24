import type { Camera, Size } from '../camera.ts'
import type { KindPyramid } from './kind-pyramid.ts'

/** Colours as little-endian RGBA. */
type KindLook = { readonly fill: number; readonly mark: number; has(u: number, v: number): boolean }

/** Side of the square that a pattern repeats in, in CSS pixels. */
const tile = 12
const [middle, from, to] = [5, 2, 10]
const inBar = (at: number) => at >= middle && at < middle + 2
const inLength = (at: number) => at >= from && at < to

/**
 * By the index in `diffKinds`. No two differ by colour alone: plus signs on blue, minus signs on orange, stripes on
 * purple, dots on grey.
 */
export const kindLooks: readonly KindLook[] = [
  {
    fill: 0xb0b27200,
    mark: 0xffffffff,
    has: (u, v) => (inBar(u) && inLength(v)) || (inBar(v) && inLength(u)),
  },
  { fill: 0xb0009fe6, mark: 0xff000000, has: (u, v) => inBar(v) && inLength(u) },
  { fill: 0xb0a7338a, mark: 0xffffffff, has: (u, v) => (u + v) % 6 < 2 },
  { fill: 0xb0808080, mark: 0xffffffff, has: (u, v) => u % 6 < 2 && v % 6 < 2 },
]
/** Over all that stayed as it was. */
const dimmed = 0x70000000
const edge = 0xff000000

/**
 * Device pixels of the changes over the part of the image that the view shows, one number each; kinds whose index is in
 * `hidden` are left out. Costs what the view has,
 * whatever the image and the number of changes.
 */
export function paintChanges(
  pyramid: KindPyramid,
  camera: Camera,
  view: Size,
  ratio: number,
  hidden: ReadonlySet<number> = new Set(),
): Uint32Array<ArrayBuffer> {
  const { width, height } = view
  const image = pyramid[0]!
  // The level whose pixels are the smallest that still cover a device pixel: a sample then misses none.
  const wanted = Math.max(0, Math.ceil(Math.log2(1 / camera.scale)))
  const index = Math.min(wanted, pyramid.length - 1)
  const level = pyramid[index]!
  const step = 2 ** index
  const columns = new Int32Array(width)
  for (let x = 0; x < width; x++) {
    const at = Math.floor((x + 0.5 - camera.x) / camera.scale)
    columns[x] = at < 0 || at >= image.width ? -1 : Math.floor(at / step)
  }
  const kinds = new Uint8Array(width * height)
  const inside = new Uint8Array(width * height)
  for (let y = 0, p = 0; y < height; y++) {
    const at = Math.floor((y + 0.5 - camera.y) / camera.scale)
    if (at < 0 || at >= image.height) {
      p += width
      continue
    }
    const row = Math.floor(at / step) * level.width
    for (let x = 0; x < width; x++, p++) {
      if (columns[x]! < 0) continue
      inside[p] = 1
      const kind = level.kinds[row + columns[x]!]!
      kinds[p] = hidden.has(kind - 1) ? 0 : kind
    }
  }
  const colors = new Uint32Array(width * height)
  const side = tile * Math.max(1, Math.round(ratio))
  const unit = side / tile
  // Patterns move with the image, so that panning does not make them swim.
  const shift = (offset: number) => ((-Math.round(offset) % side) + side) % side
  const [dx, dy] = [shift(camera.x), shift(camera.y)]
  for (let y = 0, p = 0; y < height; y++) {
    const v = Math.floor(((y + dy) % side) / unit)
    for (let x = 0; x < width; x++, p++) {
      const kind = kinds[p]!
      if (kind === 0) {
        if (inside[p]) colors[p] = dimmed
        continue
      }
      const isEdge =
        (x > 0 && kinds[p - 1] !== kind) ||
        (x + 1 < width && kinds[p + 1] !== kind) ||
        (y > 0 && kinds[p - width] !== kind) ||
        (y + 1 < height && kinds[p + width] !== kind)
      const look = kindLooks[kind - 1]!
      const u = Math.floor(((x + dx) % side) / unit)
      colors[p] = isEdge ? edge : look.has(u, v) ? look.mark : look.fill
    }
  }
  return colors
}

/** Device pixels of a label as it was: `colorOf` an id, 0 for none. */
export function paintLabel(
  ids: Uint32Array,
  image: Size,
  colorOf: (id: number) => number,
  camera: Camera,
  { width, height }: Size,
): Uint32Array<ArrayBuffer> {
  const colors = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y + 0.5 - camera.y) / camera.scale)
    if (row < 0 || row >= image.height) continue
    let lastId = 0
    let color = 0
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x + 0.5 - camera.x) / camera.scale)
      if (column < 0 || column >= image.width) continue
      const id = ids[row * image.width + column]!
      if (id !== lastId) {
        lastId = id
        color = colorOf(id)
      }
      colors[y * width + x] = color
    }
  }
  return colors
}
