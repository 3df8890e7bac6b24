import { FrameBudget } from '../../renderer/canvas/layers/frame-budget.ts'
import { LabelLayer } from '../../renderer/canvas/layers/label-layer.ts'
import type { View } from '../../renderer/canvas/layers/view.ts'
import type { LabelMap, Rect } from '../../shared/label/label-map.ts'

/** What one case of the paint bench measures, in milliseconds per repaint. Runs inside of Chromium. */
export type PaintSamples = { readonly dirty: number[]; readonly whole: number[] }
export type PaintCase = {
  readonly width: number
  readonly height: number
  /** `fit`: the whole image in the window; `actual`: one image pixel per device pixel. */
  readonly zoom: 'fit' | 'actual'
  /** Side of the square that the edit changes, in image pixels. */
  readonly edit: number
  readonly runs: number
}

/** Edits per sample: one is shorter than the browser's clock can tell. */
const EDITS = 40
const WINDOW = { width: 1920, height: 1080 }
const palette = (id: number) => (id === 0 ? 0 : (0xff000000 | (id * 0x9e3779b1)) >>> 0)

/** Seven eighths of the image are labeled, in blocks as large as ordinary objects. */
function labeledMap(width: number, height: number): LabelMap {
  const ids = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = (x >> 8) + 31 * (y >> 8)
      ids[y * width + x] = block % 8 === 0 ? 0 : 1 + block
    }
  }
  return { width, height, ids }
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas.getContext('2d', { willReadFrequently: true })!
}

/** Drawing is put off until somebody looks: reading a pixel back makes the time the real one. */
function timed(context: CanvasRenderingContext2D, work: () => void): number {
  const started = performance.now()
  work()
  context.getImageData(0, 0, 1, 1)
  return performance.now() - started
}

export function measurePaint(test: PaintCase): PaintSamples {
  const { width, height, edit, runs } = test
  const map = labeledMap(width, height)
  const fit = Math.min(WINDOW.width / width, WINDOW.height / height)
  const scale = test.zoom === 'fit' ? fit : 1
  const camera = {
    scale,
    x: Math.round((WINDOW.width - width * scale) / 2),
    y: Math.round((WINDOW.height - height * scale) / 2),
  }
  const view: View = { camera, size: WINDOW, image: { width, height } }
  const rectAt = (run: number): Rect => {
    const x0 = Math.round(width / 2 + ((run * 37) % 400) - 200)
    const y0 = Math.round(height / 2 + ((run * 53) % 300) - 150)
    return { x0, y0, x1: x0 + edit, y1: y0 + edit }
  }
  const change = (rect: Rect, id: number) => {
    for (let y = rect.y0; y < rect.y1; y++) map.ids.fill(id, y * width + rect.x0, y * width + rect.x1)
  }

  const screen = canvasOf(WINDOW.width, WINDOW.height)
  // Its clock stands still: all is painted at once.
  const budget = new FrameBudget(() => 0)
  budget.start()
  const layer = new LabelLayer(map, palette, budget)
  layer.draw(screen, view)
  const dirty: number[] = []
  for (let run = 0; run < runs; run++) {
    let total = 0
    for (let i = 0; i < EDITS; i++) {
      const rect = rectAt(run * EDITS + i)
      change(rect, 1000 + run * EDITS + i)
      total += timed(screen, () => layer.update(screen, view, rect))
    }
    dirty.push(total / EDITS)
  }

  // The obvious way: colour the whole mask, put it on a canvas of the image's size, draw that.
  const mask = canvasOf(width, height)
  const image = mask.createImageData(width, height)
  const colors = new Uint32Array(image.data.buffer)
  const whole: number[] = []
  for (let run = 0; run < Math.min(runs, 7); run++) {
    change(rectAt(run), 2000 + run)
    whole.push(
      timed(screen, () => {
        for (let i = 0; i < colors.length; i++) colors[i] = palette(map.ids[i]!)
        mask.putImageData(image, 0, 0)
        screen.clearRect(0, 0, WINDOW.width, WINDOW.height)
        screen.imageSmoothingEnabled = false
        screen.drawImage(mask.canvas, camera.x, camera.y, width * scale, height * scale)
      }),
    )
  }
  return { dirty, whole }
}
