import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cutParts, endsPart } from '../../../shared/formats/parts.ts'

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `images/frame-${String(i).padStart(6, '0')}.jpg`)
const cut = (list: readonly string[]) => [...cutParts(list, (name) => name)]
const texts = (list: readonly string[]) => cut(list).map((part) => part.join('\n'))

it('gives back the list, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (list) => {
      expect(cut(list).flat()).toEqual(list)
      expect(cut(list).every((part) => part.length > 0)).toBe(true)
    }),
  )
  expect(cut([])).toEqual([])
  const many = names(20_000)
  expect(cut(many).flat()).toEqual(many)
})

it('cuts numbered names into parts of some dozen rows', () => {
  const sizes = cut(names(100_000)).map((part) => part.length)
  expect(100_000 / sizes.length).toBeGreaterThan(32)
  expect(100_000 / sizes.length).toBeLessThan(128)
})

it('bounds a part of which no key is an end', () => {
  const key = names(2000).find((name) => cut([name, name]).length === 1)!
  const sizes = cut(Array.from({ length: 10_000 }, () => key)).map((part) => part.length)
  expect(sizes).toEqual([...Array<number>(19).fill(512), 272])
})

it.each([
  ['the front', 'aaa'],
  ['the middle', 'images/frame-050000-b.jpg'],
  ['the end', 'zzz'],
])('keeps all other parts when a row comes at %s', (_, extra) => {
  const before = new Set(texts(names(100_000)))
  const fresh = texts([...names(100_000), extra].sort()).filter((text) => !before.has(text))
  expect(fresh.length).toBeLessThanOrEqual(2)
  expect(fresh.some((text) => text.includes(extra))).toBe(true)
})

it('cuts the list of parts again, by keys that each end a part', () => {
  const last = cut(names(300_000)).map((part) => part.at(-1)!)
  const parts = [...cutParts(last, (name) => name, 'parts')]
  expect(parts.flat()).toEqual(last)
  expect(last.length / parts.length).toBeGreaterThan(32)
  expect(last.length / parts.length).toBeLessThan(128)
})

it('says of each part but the last that it ends there, whatever comes next', () => {
  const parts = cut(names(5000))
  for (const part of parts.slice(0, -1)) expect(endsPart(part.at(-1)!, part.length)).toBe(true)
  for (const part of parts) {
    for (let i = 1; i < part.length; i++) expect(endsPart(part[i - 1]!, i)).toBe(false)
  }
})
