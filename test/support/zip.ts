import { crc32 } from 'node:zlib'
import { expect } from 'vitest'

/** The files of a zip archive that holds them as they are, found from its end, as readers of zip archives do. */
export function unpacked(zip: Buffer) {
  const end = zip.length - 22
  expect(zip.readUInt32LE(end)).toBe(0x06054b50)
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  expect(at + zip.readUInt32LE(end + 12)).toBe(end)
  const files: [path: string, content: Buffer][] = []
  for (let i = 0; i < count; i++) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50)
    const [size, nameLength, local] = [at + 24, at + 28, at + 42].map((place, n) =>
      n === 1 ? zip.readUInt16LE(place) : zip.readUInt32LE(place),
    ) as [number, number, number]
    const path = zip.toString('utf8', at + 46, at + 46 + nameLength)
    expect(zip.readUInt32LE(local)).toBe(0x04034b50)
    // Stored as it is, and named in UTF-8.
    expect([zip.readUInt16LE(local + 6), zip.readUInt16LE(local + 8)]).toEqual([0x0800, 0])
    const start = local + 30 + zip.readUInt16LE(local + 26)
    const content = zip.subarray(start, start + size)
    expect(zip.readUInt32LE(local + 14)).toBe(crc32(content))
    expect(zip.readUInt32LE(at + 16)).toBe(crc32(content))
    files.push([path, content])
    at += 46 + nameLength
  }
  return files
}
