import type { Rect } from '../../../shared/label/label-map.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'

/** Share of the view that a place may fill, so that what is around it is seen too. */
const fill = 0.4
/** Device pixels per image pixel at most: a place of one pixel shows with its neighbours. */
const closest = 12

/** Brings a rectangle of the image to the middle of the canvas, at a size at which it can be judged. */
export function lookAtRect({ view }: CanvasController, { x0, y0, x1, y1 }: Rect): void {
  const { width, height } = view.size
  const scale = Math.min(closest, (fill * width) / (x1 - x0), (fill * height) / (y1 - y0))
  view.zoomTo(scale)
  view.lookAt({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, scale)
}
