import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boxOfBounds } from '../../../../shared/formats/exchange/coco.ts'
import {
  checkCounts,
  cocoMasks,
  packCounts,
  unpackCounts,
} from '../../../../shared/formats/exchange/coco-rle.ts'
import { Unreadable } from '../../../../shared/formats/exchange/unreadable.ts'
import { generatedLabel } from '../../../support/generated-labels.ts'

type Golden = {
  labels: { seed: number; objects: { id: number; counts: string; area: number; bbox: number[] }[] }[]
}
const golden = JSON.parse(
  readFileSync(new URL('./coco-masks.golden.json', import.meta.url), 'utf8'),
) as Golden

describe('run lengths of COCO', () => {
  it('are the texts, areas and boxes that pycocotools makes of the same objects', () => {
    expect(golden.labels).toHaveLength(100)
    let objects = 0
    for (const { seed, objects: expected } of golden.labels) {
      const masks = cocoMasks(generatedLabel(seed).map)
      expect(masks.size).toBe(expected.length)
      for (const { id, counts, area, bbox } of expected) {
        const mask = masks.get(id)!
        expect({ counts: packCounts(mask.counts), area: mask.area, bbox: boxOfBounds(mask) }).toEqual({
          counts,
          area,
          bbox,
        })
        expect(unpackCounts(counts)).toEqual(mask.counts)
        objects++
      }
    }
    expect(objects).toBeGreaterThan(200)
  })

  it('are refused when they are of another size, negative or cut off', () => {
    expect(() => checkCounts([0, 5], 2, 2)).toThrow(Unreadable)
    expect(() => checkCounts([5, -1], 2, 2)).toThrow(Unreadable)
    expect(() => checkCounts([Number.NaN], 2, 2)).toThrow(Unreadable)
    expect(() => unpackCounts('P')).toThrow(Unreadable)
    expect(() => unpackCounts('\u00e9')).toThrow(Unreadable)
    expect(() => unpackCounts('oooooooooooooooo')).toThrow(Unreadable)
  })
})
