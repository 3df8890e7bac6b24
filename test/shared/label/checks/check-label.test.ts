import { describe, expect, it } from 'vitest'
import { checkLabel, finish, median } from '../../../../shared/label/checks/check-label.ts'
import { dismissalOf, type Finding, undismissed } from '../../../../shared/label/checks/finding.ts'
import { emptyLabelMap, type LabelMap } from '../../../../shared/label/label-map.ts'
import type { Category, LabelObject } from '../../../../shared/label/ontology.ts'
import type { LabelStatus } from '../../../../shared/label/status.ts'

const categories: Category[] = [
  { id: 1, name: 'car', color: '#e69f00', hasInstances: true },
  { id: 2, name: 'road', color: '#56b4e9', hasInstances: false },
]

/** An image of its own for each test: rectangles of [id, x, y, width, height], later ones on top; id 0 erases. */
class Scene {
  readonly map: LabelMap
  readonly objects = new Map<number, LabelObject>()

  constructor(width = 200, height = 100) {
    this.map = emptyLabelMap(width, height)
  }

  paint(id: number, x: number, y: number, width: number, height: number, categoryId = 1): this {
    for (let row = y; row < y + height; row++)
      this.map.ids.fill(id, row * this.map.width + x, row * this.map.width + x + width)
    if (id > 0 && !this.objects.has(id)) this.objects.set(id, { id, categoryId, attributes: {} })
    return this
  }

  check(status: LabelStatus = 'labeled'): readonly Finding[] {
    const label = { map: this.map, objects: this.objects, status }
    return finish(checkLabel(label, categories, { smallest: 30 })).findings
  }
}

const reasons = (findings: readonly Finding[]) => findings.map(({ reason }) => reason)

describe('what is told of a label', () => {
  it('is nothing for two objects that are well apart', () => {
    expect(new Scene().paint(1, 10, 10, 40, 30).paint(2, 100, 10, 40, 30).check()).toEqual([])
  })

  it('names small parts of an object apart from its largest, and where the largest of them is', () => {
    const found = new Scene().paint(1, 10, 10, 40, 30).paint(1, 60, 10, 3, 3).paint(1, 70, 10, 5, 5).check()
    expect(found).toMatchObject([
      {
        reason: { check: 'islands', count: 2, pixels: 34, limit: 30 },
        objects: [1],
        where: { x0: 70, y0: 10, x1: 75, y1: 15 },
      },
    ])
  })

  it('names small holes in one object, but not large ones, nor those at the border or between objects', () => {
    const inside = new Scene().paint(1, 10, 10, 60, 60).paint(0, 20, 20, 3, 3).paint(0, 40, 40, 20, 20)
    expect(reasons(inside.check())).toEqual([{ check: 'pinholes', count: 1, pixels: 9, limit: 30 }])
    const atBorder = new Scene().paint(1, 0, 0, 60, 60).paint(0, 0, 20, 3, 3)
    expect(atBorder.check()).toEqual([])
  })

  it('names narrow unlabeled places between two objects, and not wide ones', () => {
    const narrow = new Scene().paint(1, 10, 10, 40, 30).paint(2, 52, 10, 40, 30, 2)
    expect(narrow.check()).toMatchObject([
      { reason: { check: 'slivers', pixels: 60, width: 3 }, objects: [1, 2], where: { x0: 50, x1: 52 } },
    ])
    expect(new Scene().paint(1, 10, 10, 40, 30).paint(2, 54, 10, 40, 30, 2).check()).toEqual([])
  })

  it('counts a pixel once that lies between two objects both ways', () => {
    const corner = new Scene()
      .paint(1, 10, 10, 40, 40)
      .paint(2, 52, 10, 20, 60, 2)
      .paint(2, 10, 52, 62, 20, 2)
    // Two pixels wide along both sides, and the corner where they meet belongs to neither way.
    expect(corner.check()).toMatchObject([{ reason: { check: 'slivers', pixels: 80 + 80 } }])
  })

  it('names an object that is too small to be meant, and says no more of it', () => {
    expect(reasons(new Scene().paint(1, 10, 10, 4, 4).check())).toEqual([
      { check: 'tiny', pixels: 16, limit: 30 },
    ])
  })

  it('names a thing in far parts, but neither near parts nor stuff', () => {
    const far = new Scene().paint(1, 10, 10, 20, 20).paint(1, 90, 10, 20, 20)
    expect(reasons(far.check())).toEqual([{ check: 'parts', count: 2, gap: 60, side: 20 }])
    expect(new Scene().paint(1, 10, 10, 60, 20).paint(1, 90, 10, 20, 20).check()).toEqual([])
    expect(new Scene().paint(1, 10, 10, 20, 20, 2).paint(1, 90, 10, 20, 20, 2).check()).toEqual([])
  })

  it('asks about two things of one category side by side, but not of two categories', () => {
    const side = new Scene().paint(1, 10, 10, 20, 20).paint(2, 30, 10, 20, 20)
    expect(side.check()).toMatchObject([
      { reason: { check: 'touching', length: 20, share: 0.25 }, objects: [1, 2], where: { x0: 10, x1: 50 } },
    ])
    expect(new Scene().paint(1, 10, 10, 20, 20).paint(2, 30, 10, 20, 20, 2).check()).toEqual([])
    const corner = new Scene().paint(1, 10, 10, 20, 20).paint(2, 30, 29, 20, 20)
    expect(corner.check()).toEqual([])
  })

  it('names an image without an object only when it is said to be done', () => {
    expect(reasons(new Scene().check('labeled'))).toEqual([{ check: 'empty' }])
    expect(new Scene().check('in progress')).toEqual([])
  })

  it('names a size that is unusual among many of its category, with their number', () => {
    const scene = new Scene(600, 300)
    for (let i = 0; i < 24; i++) scene.paint(i + 1, (i % 12) * 40, Math.floor(i / 12) * 40, 10, 10 + (i % 4))
    scene.paint(25, 100, 150, 300, 100)
    const found = scene.check()
    expect(found).toMatchObject([{ reason: { check: 'size', pixels: 30_000, outOf: 25 }, objects: [25] }])
    expect(found[0]!.reason).toHaveProperty('times', expect.closeTo(30_000 / 120, 6))
  })

  it('is ordered by kind, then by object', () => {
    const scene = new Scene().paint(3, 10, 10, 4, 4).paint(1, 30, 10, 4, 4).paint(2, 60, 10, 40, 40)
    scene.paint(0, 70, 20, 2, 2)
    expect(scene.check().map(({ reason, objects }) => [reason.check, ...objects])).toEqual([
      ['pinholes', 2],
      ['tiny', 1],
      ['tiny', 3],
    ])
  })
})

it('leaves a dismissed finding out until a pixel of its objects changes', () => {
  const scene = new Scene().paint(1, 10, 10, 20, 20).paint(2, 30, 10, 20, 20)
  const dismissed = scene.check().map(dismissalOf)
  expect(undismissed(scene.check(), dismissed)).toEqual([])
  scene.paint(3, 100, 50, 10, 10)
  expect(undismissed(scene.check(), dismissed)).toEqual([])
  scene.paint(2, 50, 10, 1, 1)
  expect(undismissed(scene.check(), dismissed)).toHaveLength(1)
})

it('says so when a map is too ragged to be checked', () => {
  const ids = new Uint32Array(3000 * 3000).map((_, i) => (i % 2) + 1)
  const objects = new Map([1, 2].map((id) => [id, { id, categoryId: 1, attributes: {} }]))
  const label = { map: { width: 3000, height: 3000, ids }, objects, status: 'labeled' as const }
  expect(finish(checkLabel(label, categories, { smallest: 30 }))).toEqual({ findings: [], isTooRagged: true })
})

it('takes the middle one, or the middle of the two in the middle', () => {
  expect([median([]), median([3]), median([3, 1]), median([3, 1, 2])]).toEqual([0, 3, 2, 2])
})
