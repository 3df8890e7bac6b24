const SIDE = 8
type Table = readonly number[]

/** ITU-T T.81, tables K.1 and K.2: steps for quality 50. */
const lumaSteps: Table = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]
const chromaSteps: Table = Array.from({ length: 64 }, (_, i) => {
  const [x, y] = [i % SIDE, Math.floor(i / SIDE)]
  const near = [
    [17, 18, 24, 47],
    [18, 21, 26, 66],
    [24, 26, 56, 99],
    [47, 66, 99, 99],
  ]
  return near[y]?.[x] ?? 99
})

const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [k, x] = [Math.floor(i / SIDE), i % SIDE]
  return (k === 0 ? Math.sqrt(1 / 8) : 0.5) * Math.cos(((2 * x + 1) * k * Math.PI) / 16)
})

/** RGBA bytes of three planes (0 … 255, red, green, blue) after a JPEG with chroma at half the size has been read back. */
export function compress(
  [red, green, blue]: readonly [Float32Array, Float32Array, Float32Array],
  width: number,
  height: number,
  quality: number,
): Uint8ClampedArray<ArrayBuffer> {
  const luma = red.map((r, p) => clip(r) * 0.299 + clip(green[p]!) * 0.587 + clip(blue[p]!) * 0.114)
  const cb = luma.map((y, p) => (clip(blue[p]!) - y) / 1.772)
  const cr = luma.map((y, p) => (clip(red[p]!) - y) / 1.402)
  const scale = (quality < 50 ? 5000 / quality : 200 - 2 * quality) / 100
  const stepsOf = (table: Table) => table.map((step) => Math.min(255, Math.max(1, Math.round(step * scale))))
  quantise(luma, width, height, stepsOf(lumaSteps))
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const [blueness, redness] = [cb, cr].map((plane) => {
    const small = halved(plane, width, height)
    quantise(small, columns, rows, stepsOf(chromaSteps))
    return small
  })
  const out = new Uint8ClampedArray(4 * width * height)
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const [b, r] = [at(blueness!, columns, rows, x, y), at(redness!, columns, rows, x, y)]
      out[4 * p] = luma[p]! + 1.402 * r
      out[4 * p + 1] = luma[p]! - 0.344136 * b - 0.714136 * r
      out[4 * p + 2] = luma[p]! + 1.772 * b
      out[4 * p + 3] = 255
    }
  }
  return out
}

const clip = (value: number) => Math.min(255, Math.max(0, value))

function halved(plane: Float32Array, width: number, height: number): Float32Array {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  return Float32Array.from({ length: columns * rows }, (_, i) => {
    const [x, y] = [2 * (i % columns), 2 * Math.floor(i / columns)]
    const [right, lower] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)]
    const upperRow = plane[y * width + x]! + plane[y * width + right]!
    return (upperRow + plane[lower * width + x]! + plane[lower * width + right]!) / 4
  })
}

/** A plane of half the size, seen at pixel (x, y) with linear interpolation. */
function at(small: Float32Array, columns: number, rows: number, x: number, y: number): number {
  const [u, v] = [Math.max(0, x / 2 - 0.25), Math.max(0, y / 2 - 0.25)]
  const [left, top] = [Math.floor(u), Math.floor(v)]
  const [right, lower] = [Math.min(columns - 1, left + 1), Math.min(rows - 1, top + 1)]
  const [s, t] = [u - left, v - top]
  const upper = small[top * columns + left]! * (1 - s) + small[top * columns + right]! * s
  return (
    upper * (1 - t) + (small[lower * columns + left]! * (1 - s) + small[lower * columns + right]! * s) * t
  )
}

/** Rounds the cosine coefficients of each block of 8 × 8 to whole steps, in place. */
function quantise(plane: Float32Array, width: number, height: number, steps: Table): void {
  const block = new Float32Array(64)
  const half = new Float32Array(64)
  for (let top = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      for (let i = 0; i < 64; i++) {
        const y = Math.min(height - 1, top + (i >> 3))
        block[i] = plane[y * width + Math.min(width - 1, left + (i & 7))]! - 128
      }
      transform(block, half, (k, x) => cosines[8 * k + x]!)
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / steps[i]!) * steps[i]!
      transform(block, half, (x, k) => cosines[8 * k + x]!)
      for (let i = 0; i < 64; i++) {
        const [x, y] = [left + (i & 7), top + (i >> 3)]
        if (x < width && y < height) plane[y * width + x] = block[i]! + 128
      }
    }
  }
}

/** `block` times the matrix along rows and columns, in place. */
function transform(
  block: Float32Array,
  half: Float32Array,
  matrix: (row: number, column: number) => number,
): void {
  for (let i = 0; i < 64; i++) {
    let sum = 0
    for (let j = 0; j < 8; j++) sum += block[(i & 56) + j]! * matrix(i & 7, j)
    half[i] = sum
  }
  for (let i = 0; i < 64; i++) {
    let sum = 0
    for (let j = 0; j < 8; j++) sum += half[8 * j + (i & 7)]! * matrix(i >> 3, j)
    block[i] = sum
  }
}
