import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'

/** The pixels as numpy reads them: three bytes each, row-major. */
export function rawRgb({ data }: RgbaImage): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    rgb[o] = data[i]!
    rgb[o + 1] = data[i + 1]!
    rgb[o + 2] = data[i + 2]!
  }
  return rgb
}
