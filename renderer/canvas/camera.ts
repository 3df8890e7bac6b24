import type { Rect } from '../../shared/label/label-map.ts'

/** A place on the canvas in device pixels, origin at its top-left corner. */
export type ScreenPoint = { readonly x: number; readonly y: number }
/** A place on the image in image pixels; pixel (i, j) covers [i, i+1) × [j, j+1). */
export type ImagePoint = { readonly x: number; readonly y: number }
export type Size = { readonly width: number; readonly height: number }

/**
 * Where the image lies on the canvas: `screen = image · scale + (x, y)`, in device pixels, so that 100 % shows one
 * image pixel as one pixel of the display. `x` and `y` are whole numbers: nothing is drawn half a pixel off.
 */
export type Camera = { readonly scale: number; readonly x: number; readonly y: number }

export const MIN_SCALE = 0.02
export const MAX_SCALE = 64
/** One notch of a mouse wheel, one press of + or -. */
export const ZOOM_STEP = 1.2
/** Share of the view (or of the image, where that is smaller) that panning keeps on the image. */
const KEPT_SHARE = 0.2
const FIT_MARGIN = 0.04

export function clampScale(scale: number): number {
  return Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale))
}

export function toImage(camera: Camera, at: ScreenPoint): ImagePoint {
  return { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale }
}

export function toScreen(camera: Camera, at: ImagePoint): ScreenPoint {
  return { x: at.x * camera.scale + camera.x, y: at.y * camera.scale + camera.y }
}

/** The whole image in the middle of the view, with a small margin; never larger than `MAX_SCALE`. */
export function fitted(view: Size, image: Size): Camera {
  const room = 1 - FIT_MARGIN
  const scale = clampScale(Math.min((view.width * room) / image.width, (view.height * room) / image.height))
  return centred(view, { x: image.width / 2, y: image.height / 2 }, scale)
}

/** The image point `middle` in the middle of the view. */
export function centred(view: Size, middle: ImagePoint, scale: number): Camera {
  return {
    scale,
    x: Math.round(view.width / 2 - middle.x * scale),
    y: Math.round(view.height / 2 - middle.y * scale),
  }
}

/**
 * Multiplies the zoom by `factor`; the image point under `at` stays there, to within half a device pixel. Several steps
 * in one place are given the point of the first as `under`: the roundings of all would add up to a drift.
 */
export function zoomAt(
  camera: Camera,
  at: ScreenPoint,
  factor: number,
  under: ImagePoint = toImage(camera, at),
): Camera {
  const scale = clampScale(camera.scale * factor)
  return { scale, x: Math.round(at.x - under.x * scale), y: Math.round(at.y - under.y * scale) }
}

export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { scale: camera.scale, x: Math.round(camera.x + dx), y: Math.round(camera.y + dy) }
}

/** Keeps a part of the image in the view, so that it cannot be lost. */
export function bounded(camera: Camera, view: Size, image: Size): Camera {
  return {
    scale: camera.scale,
    x: boundedAxis(camera.x, view.width, image.width * camera.scale),
    y: boundedAxis(camera.y, view.height, image.height * camera.scale),
  }
}

function boundedAxis(offset: number, view: number, image: number): number {
  const kept = KEPT_SHARE * Math.min(view, image)
  return Math.round(Math.min(view - kept, Math.max(kept - image, offset)))
}

/** For an image of another size: the same zoom relative to fitting, the same relative middle. */
export function carriedOver(camera: Camera, view: Size, from: Size, to: Size): Camera {
  const middle = toImage(camera, { x: view.width / 2, y: view.height / 2 })
  const relative = camera.scale / fitted(view, from).scale
  const scale = clampScale(fitted(view, to).scale * relative)
  return bounded(
    centred(view, { x: (middle.x / from.width) * to.width, y: (middle.y / from.height) * to.height }, scale),
    view,
    to,
  )
}

/** The image pixels that the view shows at least partly, clipped to the image. */
export function visiblePixels(camera: Camera, view: Size, image: Size): Rect {
  const from = toImage(camera, { x: 0, y: 0 })
  const to = toImage(camera, { x: view.width, y: view.height })
  return {
    x0: clamp(Math.floor(from.x), 0, image.width),
    y0: clamp(Math.floor(from.y), 0, image.height),
    x1: clamp(Math.ceil(to.x), 0, image.width),
    y1: clamp(Math.ceil(to.y), 0, image.height),
  }
}

/** The device pixels that `rect` of the image covers, grown to whole ones and clipped to the view. */
export function screenRect(camera: Camera, rect: Rect, view: Size): Rect {
  const from = toScreen(camera, { x: rect.x0, y: rect.y0 })
  const to = toScreen(camera, { x: rect.x1, y: rect.y1 })
  return {
    x0: clamp(Math.floor(from.x), 0, view.width),
    y0: clamp(Math.floor(from.y), 0, view.height),
    x1: clamp(Math.ceil(to.x), 0, view.width),
    y1: clamp(Math.ceil(to.y), 0, view.height),
  }
}

export function isEmptyRect(rect: Rect): boolean {
  return rect.x0 >= rect.x1 || rect.y0 >= rect.y1
}

export function intersection(a: Rect, b: Rect): Rect {
  return {
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  }
}

export function unionRect(a: Rect | null, b: Rect | null): Rect | null {
  if (!a) return b
  if (!b) return a
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
