import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packBrush, unpackBrush } from '../../../../shared/formats/exchange/brush-rle.ts'
import { runsByValue } from '../../../../shared/formats/exchange/shapes.ts'
import { Unreadable } from '../../../../shared/formats/exchange/unreadable.ts'
import { generatedLabel } from '../../../support/generated-labels.ts'

const { brushes } = JSON.parse(readFileSync(new URL('./brushes.golden.json', import.meta.url), 'utf8')) as {
  brushes: { seed: number; id: number; rle: number[] }[]
}

describe('brushes of Label Studio', () => {
  it('are read as its own SDK wrote them', () => {
    expect(brushes.length).toBeGreaterThan(50)
    for (const { seed, id, rle } of brushes) {
      const { map } = generatedLabel(seed)
      const own = runsByValue(map.ids, map.width, map.height).get(id)
      expect(unpackBrush(rle, map.width, map.height)).toEqual(own)
    }
  })

  it('come back from what is written, also over runs longer than one length holds', () => {
    const [width, height] = [400, 300]
    const ids = new Uint32Array(width * height).fill(1, 7, 400 * 299)
    const runs = runsByValue(ids, width, height).get(1)!
    expect(unpackBrush(packBrush(runs, width * height), width, height)).toEqual(runs)
  })

  it('are refused when they are cut off, of another size, or hold what is no byte', () => {
    const runs = Uint32Array.of(1, 2)
    const bytes = packBrush(runs, 12)
    expect(() => unpackBrush(bytes.slice(0, -2), 4, 3)).toThrow(Unreadable)
    expect(() => unpackBrush(bytes, 4, 4)).toThrow(/16/)
    expect(() => unpackBrush([...bytes.slice(0, 8), 'x', ...bytes.slice(9)], 4, 3)).toThrow(Unreadable)
    expect(() => unpackBrush([...bytes.slice(0, 8), 999, ...bytes.slice(9)], 4, 3)).toThrow(Unreadable)
  })
})
