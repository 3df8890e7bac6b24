import { describe, expect, it } from 'vitest'
import { counts, cutsOf, faultsOf, leavesOf } from '../../../bench/quality/cuts.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { sceneImage } from '../../support/made-images.ts'

const cut = (asked: number, ...label: number[]) => ({
  asked,
  label: Uint32Array.from(label),
  count: new Set(label).size,
})

describe('faults of cuts', () => {
  it('are none where every superpixel is one piece and lies in one of the coarser cut', () => {
    expect(faultsOf([cut(2, 0, 0, 0, 1), cut(3, 0, 0, 1, 2)], 2)).toEqual([])
  })

  it('tell a count that is not the one asked for', () => {
    expect(faultsOf([cut(3, 0, 0, 1, 1)], 2)).toEqual(['2 superpixels where 3 were asked for'])
  })

  it('tell a superpixel in two pieces, even if they touch at a corner', () => {
    expect(faultsOf([cut(2, 0, 1, 1, 0)], 2)).toEqual(['2 superpixels at 2 lie in 4 pieces'])
  })

  it('tell a superpixel that lies in two coarser ones', () => {
    expect(faultsOf([cut(2, 0, 0, 1, 1), cut(3, 0, 1, 0, 2)], 2)).toEqual([
      'a superpixel of 3 lies in several of 2',
    ])
  })

  it('are none in the cuts of a tree, down to its leaves', () => {
    const h = buildHierarchy(sceneImage(240, 160))
    const cuts = cutsOf(h)
    expect(cuts.map(({ asked }) => asked)).toEqual([...counts])
    expect(faultsOf([...cuts, leavesOf(h)], 240)).toEqual([])
  })
})
