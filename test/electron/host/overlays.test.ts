import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drawOverlay } from '../../../electron/adapters/label-overlay.ts'
import { createCategories } from '../../../electron/host/categories.ts'
import { createOverlays, type Overlays } from '../../../electron/host/overlays.ts'
import type { RevisionId } from '../../../shared/dataset/digest.ts'
import { type LabelLibrary, openLabelLibrary, painted, saveOf } from '../../support/label-library.ts'

let library: LabelLibrary
let overlays: Overlays
let cacheFolder: string
beforeEach(async () => {
  library = await openLabelLibrary()
  cacheFolder = mkdtempSync(join(tmpdir(), 'tessera-overlays-'))
  overlays = createOverlays({
    labels: library.labels,
    categories: createCategories(library.context),
    cacheFolder,
  })
})
afterEach(async () => {
  await overlays.close()
  await library.cleanup()
  rmSync(cacheFolder, { recursive: true, force: true })
})

async function saved(): Promise<RevisionId> {
  const sample = await library.addSample('a.png')
  // 7 × 5: the middle three rows.
  const { revision } = await library.labels.save(sample, ...saveOf(painted(1, 7, 21), null))
  return revision as RevisionId
}
const pixel = (png: Uint8Array, p: number) => [...decode(png).data.slice(4 * p, 4 * p + 4)]

it('draws objects in the colours of their categories, through which the photograph shows', async () => {
  const png = await overlays.draw(await saved())
  const { width, height, channels } = decode(png)
  expect([width, height, channels]).toEqual([7, 5, 4])
  const { color } = createCategories(library.context).list()[1]!
  const rgb = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  expect(pixel(png, 0)[3]).toBe(0)
  const inside = pixel(png, 2 * 7 + 3)
  expect(inside.slice(0, 3)).toEqual(rgb)
  expect(inside[3]).toBeGreaterThan(100)
  expect(inside[3]).toBeLessThan(200)
  // Where it ends there is a line.
  expect(pixel(png, 3 * 7 + 3)[3]).toBe(255)
})

it('keeps a drawing for each revision and palette, and draws one that was damaged or lost again', async () => {
  const revision = await saved()
  const first = await overlays.draw(revision)
  const [file] = readdirSync(cacheFolder)
  expect(file).toContain(revision)
  expect(Buffer.from(await overlays.draw(revision))).toEqual(Buffer.from(first))
  createCategories(library.context).update({ id: 2, color: '#123456' })
  const other = await overlays.draw(revision)
  expect(pixel(other, 2 * 7 + 3).slice(0, 3)).toEqual([0x12, 0x34, 0x56])
  expect(readdirSync(cacheFolder)).toHaveLength(2)
  for (const name of readdirSync(cacheFolder)) rmSync(join(cacheFolder, name))
  expect(Buffer.from(await overlays.draw(revision))).toEqual(Buffer.from(other))
  for (const name of readdirSync(cacheFolder)) writeFileSync(join(cacheFolder, name), 'no picture')
  expect(Buffer.from(await overlays.draw(revision))).toEqual(Buffer.from(other))
})

it('draws without a cache, once for all who ask at the same time, and says what is not there', async () => {
  const revision = await saved()
  rmSync(cacheFolder, { recursive: true })
  writeFileSync(cacheFolder, 'a file where the folder should be')
  const drawn = await Promise.all([1, 2, 3].map(() => overlays.draw(revision)))
  expect(new Set(drawn).size).toBe(1)
  expect(existsSync(join(cacheFolder, 'x'))).toBe(false)
  await expect(overlays.draw('ab'.repeat(32) as RevisionId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('makes a large label as small as a thumbnail, and never averages ids', () => {
  const [width, height] = [1000, 10]
  const ids = Uint32Array.from({ length: width * height }, (_, p) => (p % 2 ? 5 : 900_000))
  const png = drawOverlay(
    { width, height, ids },
    {
      side: 320,
      objects: Uint32Array.of(5, 1, 900_000, 2),
      categories: [
        { id: 1, color: '#ff0000' },
        { id: 2, color: '#0000ff' },
      ],
    },
  )
  const picture = decode(png)
  expect([picture.width, picture.height]).toEqual([320, 3])
  const colours = new Set<string>()
  for (let p = 0; p < 320 * 3; p++) colours.add([...picture.data.slice(4 * p, 4 * p + 3)].join())
  expect([...colours].sort()).toEqual(['0,0,255', '255,0,0'])
})

it('hatches void, and tells colours apart that touch and look alike', () => {
  const [width, height] = [48, 16]
  const ids = Uint32Array.from({ length: width * height }, (_, p) => 1 + Math.floor((p % width) / 16))
  const categories = [
    { id: 1, color: '#000000', isVoid: true as const },
    { id: 2, color: '#336699' },
    { id: 3, color: '#336699' },
  ]
  const picture = decode(
    drawOverlay({ width, height, ids }, { side: 320, objects: Uint32Array.of(1, 1, 2, 2, 3, 3), categories }),
  )
  const colours = (x0: number) => {
    const found = new Set<string>()
    for (let y = 1; y < 14; y++)
      for (let x = x0 + 1; x < x0 + 14; x++)
        found.add([...picture.data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)].join())
    return [...found].sort()
  }
  expect(colours(0)).toEqual(['111,111,111', '221,221,221'])
  expect(colours(16)).toEqual(['51,102,153'])
  expect(colours(32)).toHaveLength(2)
})
