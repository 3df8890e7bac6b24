import type { WriteLabel } from '../../shared/formats/exchange/format.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'

/** Things, stuff and one void, with names that formats like to trip over. */
export const generatedCategories: readonly Category[] = [
  { id: 1, name: 'car', color: '#e6194b', hasInstances: true },
  { id: 2, name: 'sky & <sun> "x"', color: '#3cb44b', hasInstances: false },
  { id: 3, name: 'straße, breit', color: '#4363d8', hasInstances: true },
  { id: 7, name: 'road', color: '#f58231', hasInstances: false },
  { id: 300, name: 'ignore', color: '#808080', hasInstances: false, isVoid: true },
]

function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Label number `seed`: rectangles, rings with holes, several parts, single pixels, lines one pixel wide, the border of
 * the image, and ids of one, two and three bytes. Every tenth is empty. The same seed gives the same label.
 */
export function generatedLabel(seed: number): WriteLabel {
  const next = random(seed)
  const whole = (most: number) => Math.floor(next() * most)
  const [width, height] = [1 + whole(48), 1 + whole(40)]
  const ids = new Uint32Array(width * height)
  const objects: LabelObject[] = []
  const fill = (id: number, x0: number, y0: number, x1: number, y1: number) => {
    for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
      for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) ids[y * width + x] = id
    }
  }
  const count = seed % 10 === 0 ? 0 : 1 + whole(9)
  const bases = [1, 250, 65_530, 16_777_200]
  for (let i = 0; i < count; i++) {
    const id = bases[i % 4]! + i
    const category = generatedCategories[whole(generatedCategories.length)]!
    // Of stuff there is one region in an image.
    if (!category.hasInstances && objects.some(({ categoryId }) => categoryId === category.id)) continue
    const attributes = i % 3 === 0 ? { occluded: true, note: 'a "b" <c> & d', level: 2.5 } : {}
    objects.push({ id, categoryId: category.id, attributes })
    const [x, y, w, h] = [whole(width), whole(height), 1 + whole(20), 1 + whole(20)]
    switch (whole(6)) {
      case 0:
        fill(id, x, y, x + w, y + h)
        break
      case 1: {
        fill(id, x, y, x + w + 4, y + h + 4)
        const hole = objects.length > 1 ? objects[0]!.id : 0
        fill(hole, x + 2, y + 2, x + w + 2, y + h + 2)
        break
      }
      case 2:
        for (let part = 0; part < 4; part++) {
          const [px, py] = [whole(width), whole(height)]
          fill(id, px, py, px + 3, py + 2)
        }
        break
      case 3:
        fill(id, x, y, x + 1, y + 1)
        break
      case 4:
        fill(id, 0, y, width, y + 1)
        fill(id, x, 0, x + 1, height)
        break
      default:
        fill(id, 0, 0, width, 1)
        fill(id, 0, height - 1, width, height)
        fill(id, width - 1, 0, width, height)
    }
  }
  const present = new Set(ids)
  const statuses = ['labeled', 'reviewed', 'in progress'] as const
  return {
    name: `${seed % 3 === 0 ? 'street/' : ''}frame_${String(seed).padStart(3, '0')}.${seed % 2 ? 'jpg' : 'png'}`,
    map: { width, height, ids },
    objects: objects.filter(({ id }) => present.has(id)).sort((a, b) => a.id - b.id),
    status: statuses[seed % 3]!,
    split: ([null, 'train', 'val', 'test'] as const)[seed % 4]!,
  }
}

/** By name, as writers take them. */
export const generatedLabels = (count = 100): WriteLabel[] =>
  Array.from({ length: count }, (_, seed) => generatedLabel(seed)).sort((a, b) => (a.name < b.name ? -1 : 1))
