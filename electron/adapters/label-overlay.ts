import { encode } from 'fast-png'
import { type LabelMap, UNLABELED } from '../../shared/label/label-map.ts'
import { VOID_COLOR } from '../../shared/label/palette.ts'
import {
  choosePatterns,
  markChannels,
  PATTERN_PERIOD,
  type PatternRows,
  patternRows,
} from '../../shared/label/pattern.ts'
import { Touching } from '../../shared/label/touching.ts'
import type { OverlayJob } from './label-codec-message.ts'

/** Of 255. The photograph shows through, and an object ends in a line of its own. */
const [fillAlpha, lineAlpha] = [140, 255]

type Color = readonly [number, number, number]
type Look = { readonly color: Color; readonly mark: Color; readonly rows: PatternRows | null }
const unknown: Look = { color: [0x99, 0x99, 0x99], mark: [0x99, 0x99, 0x99], rows: null }

/** Takes the pixel nearest to the middle of each small one: ids are names and have no average. */
export function drawOverlay(
  map: LabelMap,
  { side, objects, categories }: Pick<OverlayJob, 'side' | 'objects' | 'categories'>,
): Uint8Array {
  const scale = Math.min(1, side / Math.max(map.width, map.height))
  const width = Math.max(1, Math.round(map.width * scale))
  const height = Math.max(1, Math.round(map.height * scale))
  const ids = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * map.height) / height) * map.width
    for (let x = 0; x < width; x++)
      ids[y * width + x] = map.ids[row + Math.floor(((x + 0.5) * map.width) / width)]!
  }
  const lookOf = objectLooks(map, objects, categories)
  const data = new Uint8Array(width * height * 4)
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const id = ids[p]!
      if (id === UNLABELED) continue
      const isEdge =
        (x + 1 < width && ids[p + 1] !== id) ||
        (y + 1 < height && ids[p + width] !== id) ||
        (x > 0 && ids[p - 1] === UNLABELED) ||
        (y > 0 && ids[p - width] === UNLABELED)
      const { color, mark, rows } = lookOf.get(id) ?? unknown
      const isMark = !isEdge && rows && (rows[y % PATTERN_PERIOD]! >> (x % PATTERN_PERIOD)) & 1
      data.set(isMark ? mark : color, p * 4)
      data[p * 4 + 3] = isEdge ? lineAlpha : fillAlpha
    }
  }
  return new Uint8Array(encode({ width, height, data, channels: 4 }))
}

/** How each object looks by its id: the colours and patterns that the canvas gives to categories. */
function objectLooks(
  map: LabelMap,
  objects: Uint32Array,
  categories: OverlayJob['categories'],
): ReadonlyMap<number, Look> {
  const categoryOf = new Map<number, number>()
  for (let i = 0; i < objects.length; i += 2) categoryOf.set(objects[i]!, objects[i + 1]!)
  const touching = new Touching(map, (id) => categoryOf.get(id))
  touching.look({ x0: 0, y0: 0, x1: map.width, y1: map.height })
  const patterns = choosePatterns(categories, touching.pairs)
  const looks = new Map<number, Look>()
  for (const { id, color, isVoid } of categories) {
    const value = Number.parseInt((isVoid ? VOID_COLOR : color).slice(1), 16)
    const channels: Color = [value >> 16, (value >> 8) & 0xff, value & 0xff]
    const pattern = patterns.get(id)
    looks.set(id, {
      color: channels,
      mark: markChannels(...channels),
      rows: pattern ? patternRows[pattern] : null,
    })
  }
  return new Map([...categoryOf].map(([id, category]) => [id, looks.get(category) ?? unknown]))
}
