import { encode } from 'fast-png'
import { type LabelMap, UNLABELED } from '../../shared/label/label-map.ts'
import type { OverlayJob } from './label-codec-message.ts'

/** Of 255. The photograph shows through, and an object ends in a line of its own. */
const [fillAlpha, lineAlpha] = [140, 255]

/** Takes the pixel nearest to the middle of each small one: ids are names and have no average. */
export function drawOverlay(
  map: LabelMap,
  { side, colors }: Pick<OverlayJob, 'side' | 'colors'>,
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
  const colorOf = new Map<number, number>()
  for (let i = 0; i < colors.length; i += 2) colorOf.set(colors[i]!, colors[i + 1]!)
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
      const color = colorOf.get(id) ?? 0x99_99_99
      data.set([color >> 16, (color >> 8) & 0xff, color & 0xff, isEdge ? lineAlpha : fillAlpha], p * 4)
    }
  }
  return new Uint8Array(encode({ width, height, data, channels: 4 }))
}
