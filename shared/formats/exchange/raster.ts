/** The samples of a PNG as they are stored, without any conversion of colour. */
export type Raster = {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  /** Row by row, `channels` for each pixel; 16-bit samples as 16-bit numbers. */
  readonly data: Uint8Array | Uint16Array
  /** Red, green and blue of each index, where `data` holds indices of a palette. */
  readonly palette: Uint8Array | null
}

/** One number for each pixel: an index or gray value, or red, green and blue as the lowest three bytes. */
export function valuesOfRaster({ width, height, channels, data }: Raster): Uint32Array {
  const values = new Uint32Array(width * height)
  if (channels === 1) {
    values.set(data)
    return values
  }
  for (let p = 0, i = 0; p < values.length; p++, i += channels) {
    values[p] = (data[i]! & 255) | ((data[i + 1]! & 255) << 8) | ((data[i + 2]! & 255) << 16)
  }
  return values
}

/** The opposite, in the fewest bits that hold `most`. */
export function grayRaster(values: Uint32Array, width: number, height: number, most: number): Raster {
  const data = most > 255 ? Uint16Array.from(values) : Uint8Array.from(values)
  return { width, height, channels: 1, data, palette: null }
}

/** `values` as `valuesOfRaster` gives them, as red, green and blue. */
export function colorRaster(values: Uint32Array, width: number, height: number): Raster {
  const data = new Uint8Array(values.length * 3)
  for (let p = 0, i = 0; p < values.length; p++, i += 3) {
    const value = values[p]!
    data[i] = value
    data[i + 1] = value >>> 8
    data[i + 2] = value >>> 16
  }
  return { width, height, channels: 3, data, palette: null }
}

/** `#rrggbb` as `valuesOfRaster` gives the colour. */
export function valueOfColor(color: string): number {
  const rgb = Number.parseInt(color.slice(1), 16)
  return ((rgb >> 16) & 255) | (rgb & 0xff00) | ((rgb & 255) << 16)
}

export function colorOfValue(value: number): string {
  const rgb = ((value & 255) << 16) | (value & 0xff00) | ((value >>> 16) & 255)
  return `#${rgb.toString(16).padStart(6, '0')}`
}
