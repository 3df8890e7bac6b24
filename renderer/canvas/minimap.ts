import type { Camera, ImagePoint, Size } from './camera.ts'

/** The part of an image that the view shows, as shares of its width and height. */
export type SeenPart = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Null when the view shows all of it: then nobody needs a map. */
export function seenPart(camera: Camera, view: Size, image: Size): SeenPart | null {
  const along = (offset: number, seen: number, pixels: number) => {
    const from = Math.min(1, Math.max(0, -offset / camera.scale / pixels))
    const to = Math.min(1, Math.max(0, (seen - offset) / camera.scale / pixels))
    return [from, to - from] as const
  }
  const [x, width] = along(camera.x, view.width, image.width)
  const [y, height] = along(camera.y, view.height, image.height)
  const fits = image.width * camera.scale <= view.width && image.height * camera.scale <= view.height
  return fits ? null : { x, y, width, height }
}

/** Where on the image a place of the map lies; `x` and `y` as shares of the map. */
export function placeOnImage(x: number, y: number, image: Size): ImagePoint {
  const within = (share: number) => Math.min(1, Math.max(0, share))
  return { x: within(x) * image.width, y: within(y) * image.height }
}

/** The largest size with the image's shape that fits into `most`. */
export function mapSize(image: Size, most: Size): Size {
  const scale = Math.min(most.width / image.width, most.height / image.height)
  return {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  }
}
