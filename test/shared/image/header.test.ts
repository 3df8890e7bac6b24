import fc from 'fast-check'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { readHeader } from '../../../shared/image/header.ts'
import { checkDimensions, checkFileSize, imageLimits } from '../../../shared/image/limits.ts'
import { displayedSize, toOrientation } from '../../../shared/image/orientation.ts'
import { sniffFormat } from '../../../shared/image/sniff.ts'

const picture = () => sharp({ create: { width: 37, height: 23, channels: 3, background: '#c84' } })
const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const

it.each(formats)('knows %s by its first bytes', async (format) => {
  expect(sniffFormat(await picture().toFormat(format).toBuffer())).toBe(format)
})

it.each(['jpeg', 'png', 'webp', 'gif'] as const)('reads the size of %s', async (format) => {
  const bytes = await picture().toFormat(format).toBuffer()
  expect(readHeader(bytes)).toMatchObject({ format, width: 37, height: 23, orientation: 1 })
})

it('reads lossless WebP', async () => {
  const bytes = await picture().webp({ lossless: true }).toBuffer()
  expect(readHeader(bytes)).toMatchObject({ width: 37, height: 23 })
})

it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads orientation %i as sharp wrote it', async (orientation) => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const bytes = await picture().withMetadata({ orientation }).toFormat(format).toBuffer()
    expect(readHeader(bytes)?.orientation, format).toBe(orientation)
  }
})

it('never throws and never reads past the end, whatever the bytes', async () => {
  const seeds = await Promise.all(
    (['jpeg', 'png', 'webp', 'gif'] as const).map((format) =>
      picture().withMetadata({ orientation: 6 }).toFormat(format).toBuffer(),
    ),
  )
  const damaged = fc
    .tuple(fc.constantFrom(...seeds), fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
    .map(([seed, cut, flips]) => {
      const bytes = Uint8Array.from(seed.subarray(0, cut % (seed.length + 1)))
      for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value
      return bytes
    })
  fc.assert(
    fc.property(damaged, (bytes) => {
      const header = readHeader(bytes)
      if (header) expect(Number.isInteger(header.width) && Number.isInteger(header.height)).toBe(true)
      sniffFormat(bytes)
    }),
    { numRuns: 500 },
  )
})

it('swaps the sides for orientations 5 to 8 alone, and back', () => {
  for (const value of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1.5, undefined]) {
    const orientation = toOrientation(value)
    const shown = displayedSize(3, 2, orientation)
    expect(shown.width).toBe(value !== undefined && value >= 5 && value <= 8 ? 2 : 3)
    expect(displayedSize(shown.width, shown.height, orientation)).toEqual({ width: 3, height: 2 })
  }
})

it('refuses what passes a limit and admits what meets it', () => {
  expect(() => checkFileSize(imageLimits.fileBytes)).not.toThrow()
  expect(() => checkFileSize(imageLimits.fileBytes + 1)).toThrow(/MiB/)
  expect(() => checkFileSize(0)).toThrow(/empty/)
  expect(() => checkDimensions(10_000, 10_000)).not.toThrow()
  expect(() => checkDimensions(10_001, 10_000)).toThrow(/megapixels/)
  expect(() => checkDimensions(32_769, 1)).toThrow(/side/)
  expect(() => checkDimensions(0, 5)).toThrow(/0 ×/)
  expect(() => checkDimensions(5, 5, 1001)).toThrow(/frames/)
})
