import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'

type Colour = readonly [red: number, green: number, blue: number, alpha?: number]

/** An image whose every pixel is computed. */
export function imageOf(width: number, height: number, colour: (x: number, y: number) => Colour): RgbaImage {
  const data = new Uint8Array(width * height * 4)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [red, green, blue, alpha = 255] = colour(x, y)
      data.set([red, green, blue, alpha], i)
    }
  }
  return { width, height, data }
}

/** A byte that looks random and depends on nothing but its arguments. */
export function noiseByte(x: number, y: number, seed = 0): number {
  let hash = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(seed + 1, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) >>> 24
}

/** Discs of several colours on a gradient, with some noise: has edges, flat parts and texture. */
export function sceneImage(width: number, height: number, seed = 0): RgbaImage {
  const discs = Array.from({ length: 6 }, (_, i) => ({
    x: (noiseByte(i, 0, seed) / 255) * width,
    y: (noiseByte(i, 1, seed) / 255) * height,
    radius: (0.08 + (noiseByte(i, 2, seed) / 255) * 0.2) * Math.min(width, height),
    colour: [noiseByte(i, 3, seed), noiseByte(i, 4, seed), noiseByte(i, 5, seed)] as const,
  }))
  return imageOf(width, height, (x, y) => {
    const disc = discs.findLast((d) => (x - d.x) ** 2 + (y - d.y) ** 2 < d.radius ** 2)
    const shade = Math.floor((90 * y) / height) + 60
    const [red, green, blue] = disc?.colour ?? [shade, shade + 10, 255 - shade]
    const grain = noiseByte(x, y, seed + 7) >> 4
    return [Math.max(red - grain, 0), Math.max(green - grain, 0), Math.max(blue - grain, 0)]
  })
}
