import type { FoundObject } from '../../stores/object-review.ts'
import type { CropBox } from './crop-pictures.ts'

/** Sides of the pixels of a mask that have nothing of it behind them, in pixels of the image: x0, y0, x1, y1 each. */
export function maskSides({ mask, bounds }: Pick<FoundObject, 'mask' | 'bounds'>): Float64Array {
  const { width, height } = mask
  const bytes = Uint8Array.from(atob(mask.bits), (character) => character.charCodeAt(0))
  const has = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return false
    const at = y * width + x
    return (bytes[at >> 3]! & (0x80 >> (at & 7))) !== 0
  }
  const [x0, y0, x1, y1] = bounds
  const toX = (x: number) => x0 + (x * (x1 - x0)) / width
  const toY = (y: number) => y0 + (y * (y1 - y0)) / height
  const sides: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!has(x, y)) continue
      if (!has(x - 1, y)) sides.push(toX(x), toY(y), toX(x), toY(y + 1))
      if (!has(x + 1, y)) sides.push(toX(x + 1), toY(y), toX(x + 1), toY(y + 1))
      if (!has(x, y - 1)) sides.push(toX(x), toY(y), toX(x + 1), toY(y))
      if (!has(x, y + 1)) sides.push(toX(x), toY(y + 1), toX(x + 1), toY(y + 1))
    }
  }
  return Float64Array.from(sides)
}

/** Light on dark, so that it shows on any image. `ratio`: device to CSS pixels. */
export function drawOutline(
  context: CanvasRenderingContext2D,
  sides: Float64Array,
  box: CropBox,
  side: number,
  ratio: number,
): void {
  const scale = side / box.side
  context.beginPath()
  for (let i = 0; i < sides.length; i += 4) {
    context.moveTo((sides[i]! - box.x) * scale, (sides[i + 1]! - box.y) * scale)
    context.lineTo((sides[i + 2]! - box.x) * scale, (sides[i + 3]! - box.y) * scale)
  }
  context.lineCap = 'square'
  context.strokeStyle = 'rgb(0 0 0 / 80%)'
  context.lineWidth = 3.5 * ratio
  context.stroke()
  context.strokeStyle = '#ffffff'
  context.lineWidth = 1.5 * ratio
  context.stroke()
}
