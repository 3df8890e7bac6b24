import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FrameBudget } from '../../../renderer/canvas/layers/frame-budget.ts'
import { SCREEN_TILE, ScreenTiles } from '../../../renderer/canvas/layers/screen-tiles.ts'
import type { Context2d } from '../../../renderer/canvas/layers/view.ts'

beforeEach(() => {
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        return { clearRect() {} }
      }
    },
  )
})
afterEach(() => vi.unstubAllGlobals())

/** Three tiles by two. `log`: what was put onto the canvas in one frame, in order. */
function scene() {
  let now = 0
  const budget = new FrameBudget(() => now)
  const log: string[] = []
  let painted = 0
  const tiles = new ScreenTiles<null>({
    budget,
    capacity: 10,
    begin: () => null,
    // So long that the first frame has time for three.
    paint: () => {
      painted++
      now += 3
      return true
    },
    standIn: () => log.push('stand-in'),
  })
  const context = {
    save() {},
    restore() {},
    beginPath() {},
    rect: (x: number, y: number) => log.push(`clip ${x / SCREEN_TILE}:${y / SCREEN_TILE}`),
    clip() {},
    drawImage: (_: unknown, x: number, y: number) => log.push(`tile ${x / SCREEN_TILE}:${y / SCREEN_TILE}`),
  } as unknown as Context2d
  const size = { width: 3 * SCREEN_TILE, height: 2 * SCREEN_TILE }
  const draw = (scale: number, isZooming = false) => {
    log.length = 0
    budget.start(isZooming)
    const image = { width: size.width / scale, height: size.height / scale }
    return tiles.draw(context, { camera: { scale, x: 0, y: 0 }, size, image })
  }
  return { draw, log, painted: () => painted }
}

it('lets the stand-in fill the places of tiles that are not there yet, and only those', () => {
  const { draw, log } = scene()
  expect(draw(0.5)).toBe(true)
  const clips = ['clip 0:1', 'clip 1:1', 'clip 2:1']
  expect(log).toEqual([...clips, 'stand-in', 'tile 0:0', 'tile 1:0', 'tile 2:0'])
  expect(draw(0.5)).toBe(false)
  expect(log).toHaveLength(6)
  expect(log).not.toContain('stand-in')
})

it('shows the stand-in alone while the zoom changes, paints nothing for it, and all of it at rest', () => {
  const { draw, log, painted } = scene()
  expect(draw(0.5, true)).toBe(false)
  expect([log, painted()]).toEqual([['stand-in'], 0])
  expect(draw(0.25, true)).toBe(false)
  expect([log, painted()]).toEqual([['stand-in'], 0])
  let frames = 1
  while (draw(0.25) && frames < 10) frames++
  expect([log.length, painted(), frames]).toEqual([6, 6, 2])
  expect(log).not.toContain('stand-in')
})

it.each([
  [1440, 900],
  [1920, 1208],
  [3840, 2160],
])('shows every tile in its own place while a window of %i × %i is panned', (width, height) => {
  /** Canvases that remember what was painted on them. */
  class Sheet {
    content: string | null = null
    getContext() {
      return {
        clearRect: () => {
          this.content = null
        },
        paint: (content: string) => {
          this.content = content
        },
      }
    }
  }
  vi.stubGlobal('OffscreenCanvas', Sheet)
  const tiles = new ScreenTiles<null>({
    budget: { holds: false, isSpent: false } as FrameBudget,
    capacity: 60,
    begin: () => null,
    paint: (context, { column, row }) => {
      ;(context as unknown as { paint(content: string): void }).paint(`${column}:${row}`)
      return true
    },
  })
  for (let pan = 0; pan <= 2000; pan += 40) {
    const camera = { scale: 0.9, x: -400 - pan, y: -300 - pan / 2 }
    const shown: string[] = []
    const context = {
      drawImage({ content }: Sheet, x: number, y: number) {
        shown.push(content!)
        expect(content).toBe(`${(x - camera.x) / SCREEN_TILE}:${(y - camera.y) / SCREEN_TILE}`)
      },
    } as unknown as Context2d
    expect(
      tiles.draw(context, { camera, size: { width, height }, image: { width: 9000, height: 6000 } }),
    ).toBe(false)
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeGreaterThanOrEqual(
      Math.floor(width / SCREEN_TILE) * Math.floor(height / SCREEN_TILE),
    )
  }
})
