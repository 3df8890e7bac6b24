import fc from 'fast-check'
import { expect, it } from 'vitest'
import { floodRuns } from '../../../shared/image/flood.ts'

const [width, height] = [8, 7]

function pixelsOf(runs: Uint32Array): number[] {
  const pixels: number[] = []
  for (let i = 0; i < runs.length; i += 2)
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) pixels.push(p)
  return pixels
}

/** Pixel by pixel, from neighbour to neighbour. */
function bruteForce(open: readonly boolean[], start: number, diagonal: boolean): number[] {
  const found = new Set<number>()
  const queue = open[start] ? [start] : []
  for (const pixel of queue) {
    if (found.has(pixel)) continue
    found.add(pixel)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    for (const dy of [-1, 0, 1])
      for (const dx of [-1, 0, 1]) {
        const isNeighbour = diagonal ? dx !== 0 || dy !== 0 : Math.abs(dx) + Math.abs(dy) === 1
        const [nx, ny] = [x + dx, y + dy]
        if (isNeighbour && nx >= 0 && ny >= 0 && nx < width && ny < height && open[ny * width + nx])
          queue.push(ny * width + nx)
      }
  }
  return [...found].sort((a, b) => a - b)
}

it('reaches the pixels that a walk from neighbour to neighbour reaches', () => {
  const someImage = fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height })
  fc.assert(
    fc.property(someImage, fc.nat(width * height - 1), fc.boolean(), (open, start, diagonal) => {
      const accepts = (pixel: number) => open[pixel]!
      const expected = bruteForce(open, start, diagonal)
      const request = { width, height, start, accepts, diagonal }
      expect(pixelsOf(floodRuns(request)!)).toEqual(expected)
      const touches = expected.some((p) => {
        const [x, y] = [p % width, Math.floor(p / width)]
        return x === 0 || y === 0 || x === width - 1 || y === height - 1
      })
      const enclosed = floodRuns({ ...request, enclosed: true })
      expect(enclosed && pixelsOf(enclosed)).toEqual(touches ? null : expected)
    }),
    { numRuns: 300 },
  )
})

it('fills an image of one pixel, and a long thin one', () => {
  const accepts = () => true
  const dot = floodRuns({ width: 1, height: 1, start: 0, accepts, diagonal: false })!
  expect([...dot]).toEqual([0, 1])
  const thread = floodRuns({ width: 1, height: 50_000, start: 9, accepts, diagonal: false })!
  expect(thread).toHaveLength(100_000)
})
