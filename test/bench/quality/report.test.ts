import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Scores } from '../../../bench/metrics/scores.ts'
import { counts } from '../../../bench/quality/cuts.ts'
import { committedReport, regressionOf } from '../../../bench/quality/gate.ts'
import type { ImageResult } from '../../../bench/quality/image-result.ts'
import { imageSet } from '../../../bench/quality/image-set.ts'
import { reportOf } from '../../../bench/quality/report.ts'
import { tableOf } from '../../../bench/quality/table.ts'
import { judge } from '../../../bench/quality/verdicts.ts'

const scores = (components: number, ue: number): Scores => ({
  labels: components,
  components,
  smallest: 20,
  ue,
  recall: 0.9,
  asa: 1 - ue / 2,
  explained: 0.9,
  compactness: 0.31,
  density: Math.sqrt(components) / 80,
})

const slic = { name: 'OpenCV SLIC', from: 'OpenCV 4', requests: [50, 2000] }
const seeds = { name: 'OpenCV SEEDS', from: 'OpenCV 4', requests: [100, 400] }

/** An image on which ours has the error `ue`, SLIC 0.1 and SEEDS 0.08 up to 300 regions. */
function image(place: number, ue: number, faults: string[] = []): ImageResult {
  return {
    split: 'val',
    id: String(place),
    isEven: place % 2 === 0,
    engine: 'tree 1',
    leafCount: 8000 + place,
    digest: 'ab',
    faults,
    ours: counts.map((count) => scores(count, ue)),
    peers: [
      { method: slic.name, request: 50, scores: scores(50, 0.1) },
      { method: slic.name, request: 2000, scores: scores(2000, 0.1) },
      { method: seeds.name, request: 100, scores: scores(60, 0.08) },
      { method: seeds.name, request: 400, scores: scores(300, 0.08) },
    ],
  }
}

const val = { split: 'val', every: 1 } as const
const report = (first = 0.04, second = 0.06, faults: string[] = []) =>
  reportOf(val, [image(0, first), image(1, second, faults)], [slic, seeds])

describe('a report', () => {
  it('has means over images, of all of them and of every second one', () => {
    const { all, half, leaves } = report()
    expect(leaves).toBe(8000.5)
    expect([all.images, half!.images]).toEqual([2, 1])
    expect(all.ours.map(({ ue }) => ue)).toEqual([0.05, 0.05, 0.05, 0.05, 0.05])
    expect(half!.ours[2]!.ue).toBe(0.04)
  })

  it('holds ours against the best that returns as many', () => {
    const { ratios } = report()
    expect(ratios.map(({ bestPeer }) => bestPeer)).toEqual([
      'OpenCV SEEDS',
      'OpenCV SEEDS',
      'OpenCV SLIC',
      'OpenCV SLIC',
      'OpenCV SLIC',
    ])
    expect(ratios[0]).toMatchObject({ count: 100, bestPublished: 'ERGC' })
    expect(ratios[0]!.toOpenCvSlic).toBeCloseTo(0.5, 12)
    expect(ratios[0]!.toBestPeer).toBeCloseTo(0.05 / 0.08, 12)
    expect(ratios[2]!.toBestPublished).toBeCloseTo(0.04 / 0.078, 12)
    // ETPS is the best known where superpixels are small.
    expect(ratios[4]!.bestPublished).toBe('ETPS, 25 iterations')
  })

  it('judges every target, and a fault as a missed one', () => {
    const of = (what: string, { verdicts } = report()) => verdicts.find((verdict) => verdict.what === what)!
    expect(of('error at 400')).toMatchObject({ value: 0.05, must: 0.068, aim: 0.064, verdict: 'aim' })
    expect(of('error at 1000')).toMatchObject({ verdict: 'must' })
    expect(of('error at 400', report(0.07, 0.08))).toMatchObject({ verdict: 'missed' })
    expect(of('smallest region at 400, of the mean size').value).toBeCloseTo(20 / 386.0025, 6)
    expect(of("recall at 200 minus fast-slic's, on the half").verdict).toBe('not measured')
    expect(of("recall at 400 minus fast-slic's, on the half").value).toBeCloseTo(0.9 - 0.792, 12)
    const faultless = 'cuts not nested, 4-connected, exact or deterministic'
    expect(of(faultless).verdict).toBe('must')
    expect(of(faultless, report(0.04, 0.06, ['torn'])).verdict).toBe('missed')
  })

  it('judges nothing by images that the targets are not for', () => {
    const part = reportOf({ split: 'train', every: 1 }, [image(0, 0.04)], [slic])
    expect(part.verdicts).toEqual([])
    expect(part.ratios[0]!.toBestPublished).toBeNull()
  })

  it('reads as lines', () => {
    const text = tableOf(report()).join('\n')
    expect(text).toContain('val: 2 images, engine tree 1')
    expect(text).toMatch(/Tessera at 400 +0\.0500 +0\.900 +0\.9750/)
    expect(text).toMatch(/OpenCV SEEDS +0\.0800 +0\.0800 +- +- +-/)
    expect(text).not.toMatch(/NaN|undefined|null/)
  })

  it('takes other methods from a result of the same images', () => {
    const alone = [0.05, 0.07].map((ue, place) => ({ ...image(place, ue), peers: [] }))
    const later = reportOf(val, alone, report())
    expect(later.all.peers).toEqual(report().all.peers)
    expect(later.half!.peers).toEqual(report().half!.peers)
    expect(later.ratios[0]!.toOpenCvSlic).toBeCloseTo(0.6, 12)
    expect([report().peersOf, later.peersOf]).toEqual(['this run', 'an earlier run'])
    expect(tableOf(later)).toContain('other methods: measured in an earlier run')
  })

  it('needs no other methods', () => {
    const alone = reportOf(val, [{ ...image(0, 0.04), peers: [] }], [])
    expect(alone.ratios[0]).toMatchObject({ toOpenCvSlic: null, bestPeer: null, toBestPeer: null })
    expect(tableOf(alone).join('\n')).not.toMatch(/NaN|undefined|null/)
  })
})

describe('the gate', () => {
  it('lets an error pass that rose by one percent, and no more', () => {
    expect(regressionOf(report(0.0504, 0.0504), report(0.05, 0.05))).toBeNull()
    expect(regressionOf(report(0.04, 0.04), report(0.05, 0.05))).toBeNull()
    expect(regressionOf(report(0.0507, 0.0507), report(0.05, 0.05))).toMatch(/rose by 1\.4 %/)
  })

  it('reads a committed result of the same images only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
    try {
      const file = join(folder, 'result.json')
      await writeFile(file, JSON.stringify({ benches: [{ name: 'superpixel-quality', data: report() }] }))
      expect(committedReport(file, val)).toEqual(report())
      expect(() => committedReport(file, { split: 'val', every: 2 })).toThrow(/like with like/)
      expect(() => committedReport(file, { split: 'train', every: 1 })).toThrow(/like with like/)
      await writeFile(file, JSON.stringify({ benches: [{ name: 'superpixel' }] }))
      expect(() => committedReport(file, val)).toThrow(/holds no result of superpixel-quality/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

it('judges in the direction that is better', () => {
  expect(judge(0.5, 'less', 0.6, 0.5)).toBe('aim')
  expect(judge(0.55, 'less', 0.6, 0.5)).toBe('must')
  expect(judge(0.65, 'less', 0.6, 0.5)).toBe('missed')
  expect(judge(0.65, 'more', 0.6, 0.7)).toBe('must')
  expect(judge(0.5, 'less', 0.6, null)).toBe('must')
  expect(judge(null, 'more', 0.6, 0.7)).toBe('not measured')
})

it('knows its sets, and keeps val out of the small one', () => {
  expect(imageSet('val', undefined)).toEqual({ split: 'val', every: 1 })
  expect(imageSet('small', '2')).toEqual({ split: 'train', every: 20 })
  expect(() => imageSet('test', undefined)).toThrow(/No set is called test/)
  for (const bad of ['0', '-1', '1.5', 'x', '']) expect(() => imageSet('val', bad)).toThrow(/whole number/)
})
