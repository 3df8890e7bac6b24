import { encode } from 'fast-png'
import { changeColors } from '../../shared/label/change-colors.ts'
import type { LabelDiff } from '../../shared/label/diff.ts'
import type { Size } from './label-codec-message.ts'

/** Of 255: the photograph shows through. */
const alpha = 190

/**
 * The changed pixels as a small picture, no side longer than `side`. A change of a single pixel shows: a small pixel is
 * changed when one of those is that it stands for.
 */
export function drawChanges({ runs, kinds }: LabelDiff, image: Size, side: number): Uint8Array {
  const scale = Math.min(1, side / Math.max(image.width, image.height))
  const width = Math.max(1, Math.round(image.width * scale))
  const height = Math.max(1, Math.round(image.height * scale))
  const data = new Uint8Array(width * height * 4)
  for (let i = 0; i < kinds.length; i++) {
    const [start, length] = [runs[2 * i]!, runs[2 * i + 1]!]
    const row = Math.floor(start / image.width)
    const column = start - row * image.width
    const y = Math.min(height - 1, Math.floor((row * height) / image.height))
    const from = Math.min(width - 1, Math.floor((column * width) / image.width))
    const to = Math.min(width - 1, Math.floor(((column + length - 1) * width) / image.width))
    const [r, g, b] = changeColors[kinds[i]!]!
    for (let x = from; x <= to; x++) data.set([r, g, b, alpha], (y * width + x) * 4)
  }
  return new Uint8Array(encode({ width, height, data, channels: 4 }))
}
