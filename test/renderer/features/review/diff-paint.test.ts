import { expect, it } from 'vitest'
import { paintChanges, paintLabel } from '../../../../renderer/canvas/layers/diff-paint.ts'
import { kindPyramid } from '../../../../renderer/canvas/layers/kind-pyramid.ts'
import { finish } from '../../../../shared/label/checks/check-label.ts'

/** One changed pixel in an image far larger than the window. */
const [width, height] = [2048, 1536]
const at = { x: 1001, y: 703 }
const pyramid = finish(
  kindPyramid({ runs: Uint32Array.of(at.y * width + at.x, 1), kinds: Uint8Array.of(1) }, width, height),
)

it('keeps a single changed pixel at every size', () => {
  expect(pyramid.map((level) => level.width)).toEqual([2048, 1024, 512, 256, 128, 64])
  for (const [i, level] of pyramid.entries()) {
    const [x, y] = [at.x >> i, at.y >> i]
    expect(level.kinds[y * level.width + x]).toBe(2)
    expect(level.kinds.reduce((count, kind) => count + Number(kind > 0), 0)).toBe(1)
  }
})

it.each([1, 0.5, 0.31, 0.2, 0.125])(
  'shows it at a scale of %f, and dims the rest of the image only',
  (scale) => {
    const view = { width: Math.ceil(width * scale) + 40, height: Math.ceil(height * scale) + 40 }
    const colors = paintChanges(pyramid, { scale, x: 20, y: 20 }, view, 1)
    const unlike = [...colors].filter((color) => color !== 0 && color !== 0x70000000)
    expect(unlike.length).toBeGreaterThan(0)
    expect(unlike.length).toBeLessThanOrEqual(16)
    expect(colors[0]).toBe(0)
    expect(colors[25 * view.width + 25]).toBe(0x70000000)
  },
)

it('paints a label as it was, each object in its colour', () => {
  const ids = Uint32Array.of(0, 7, 7, 9)
  const colorOf = (id: number) => (id === 7 ? 0xff112233 : id === 9 ? 0xff445566 : 0)
  const colors = paintLabel(
    ids,
    { width: 2, height: 2 },
    colorOf,
    { scale: 2, x: 1, y: 0 },
    { width: 5, height: 4 },
  )
  const rows = Array.from({ length: 4 }, (_, y) => [...colors.subarray(y * 5, y * 5 + 5)])
  const upper = [0, 0, 0, 0xff112233, 0xff112233]
  const lower = [0, 0xff112233, 0xff112233, 0xff445566, 0xff445566]
  expect(rows).toEqual([upper, upper, lower, lower])
})
