import { expect, it } from 'vitest'
import { toScreen } from '../../../renderer/canvas/camera.ts'
import type { CompareView } from '../../../renderer/canvas/compare-view.ts'
import { LinkedViews } from '../../../renderer/canvas/linked-views.ts'
import { MovingView } from '../../../renderer/canvas/moving-view.ts'

class Looking extends MovingView {
  constructor() {
    super(() => {})
    this.resizeTo({ width: 800, height: 600 }, 1)
    this.lookUpon({ width: 4000, height: 3000 }, false)
  }
  resize(width: number, height: number): void {
    this.resizeTo({ width, height }, 1)
  }
  next(): void {
    this.lookUpon({ width: 4000, height: 3000 }, false)
  }
  end(): void {
    this.stop()
  }
  protected override moved(): void {}
}

it('keeps what two fingers hold under them, however long they move', () => {
  const view = new Looking()
  const start = { x: 300, y: 200 }
  const held = view.toImage(start)
  const { scale } = view.camera
  view.grip(start)
  for (let i = 1; i <= 500; i++) {
    const at = { x: 300.3 + 100 * Math.sin(i / 9), y: 200.7 + 60 * Math.cos(i / 7) }
    const spread = 1.5 + Math.sin(i / 11)
    view.pinch(at, spread)
    expect(view.camera.scale).toBeCloseTo(scale * spread, 9)
    const there = toScreen(view.camera, held)
    expect(Math.abs(there.x - at.x)).toBeLessThanOrEqual(0.5 + 1e-9)
    expect(Math.abs(there.y - at.y)).toBeLessThanOrEqual(0.5 + 1e-9)
  }
  view.end()
})

it('lets go when another image comes', () => {
  const view = new Looking()
  view.grip({ x: 300, y: 200 })
  view.next()
  const { camera } = view
  view.pinch({ x: 500, y: 200 }, 3)
  expect(view.camera).toEqual(camera)
})

it('keeps views beside each other on the same part of the image when the window gets another size', () => {
  const linked = new LinkedViews()
  const views = [0, 1, 2, 3].map(() => new Looking())
  for (const view of views) linked.join(view as unknown as CompareView)
  const whole = views[0]!.camera
  // A row that cannot be halved: one view is a pixel wider, and the others follow it.
  const resize = (width: number, height: number) => {
    for (const [i, view] of views.entries()) view.resize(width + (i % 2), height)
  }
  resize(500, 400)
  linked.fit()
  resize(300, 400)
  resize(800, 600)
  for (const { camera } of views) expect(camera.scale / whole.scale).toBeCloseTo(1, 2)
  // One more comes when the others still have all the room: they make way, and it goes along.
  const late = new Looking()
  late.resize(400, 600)
  const leave = linked.join(late as unknown as CompareView)
  for (const view of views) view.resize(400, 600)
  expect(late.camera).toEqual(views[0]!.camera)
  leave()
  late.end()
  resize(800, 600)
  views[2]!.zoomBy(4, { x: 100, y: 80 })
  const middle = views[0]!.toImage({ x: 400, y: 300 })
  resize(500, 300)
  for (const view of views) {
    expect(Math.abs(view.toImage({ x: 250, y: 150 }).x - middle.x)).toBeLessThan(3)
    expect(Math.abs(view.toImage({ x: 250, y: 150 }).y - middle.y)).toBeLessThan(3)
    view.end()
  }
})
