import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelConflict } from '../../../shared/history/label-side.ts'
import { runsOfIds } from '../../../shared/history/map-runs.ts'
import { mergeLabel } from '../../../shared/history/merge-label.ts'
import { type Choice, groupConflicts, resolveLabel } from '../../../shared/history/resolve-label.ts'
import { idsOf, type PlainLabel, parted, sideOf } from '../../support/label-sides.ts'

/** A label of `text`: a digit a pixel, `.` for unlabeled; every id is a car unless `categories` says otherwise. */
function labelOf(text: string, categories: Record<number, number> = {}): PlainLabel {
  const ids = [...text].map((sign) => (sign === '.' ? 0 : Number(sign)))
  const objects = [...new Set(ids)]
    .filter((id) => id > 0)
    .sort()
    .map((id) => ({ id, categoryId: categories[id] ?? 2, attributes: {} }))
  return { ids, objects, nextObjectId: 10, status: 'in progress' }
}
const side = (text: string, categories?: Record<number, number>) => sideOf(labelOf(text, categories))
const resolve = (
  [base, mine, theirs]: readonly [string, string, string],
  answers: Record<number, Choice>,
  categories: readonly (Record<number, number> | undefined)[] = [],
) =>
  resolveLabel(side(base, categories[0]), side(mine, categories[1]), side(theirs, categories[2]), {
    isOneCounter: true,
    answers: new Map(Object.entries(answers).map(([key, choice]) => [Number(key), choice])),
  })
const shown = ({ runs, objects }: ReturnType<typeof resolve>) =>
  `${idsOf(runs)
    .map((id) => id || '.')
    .join('')} ${objects.map(({ id, categoryId }) => `${id}:${categoryId}`).join(' ')}`.trim()

describe('conflicts as questions', () => {
  it('are one where two objects claim the same pixels, and where such objects hang together', () => {
    const pixels = (mine: number, theirs: number): LabelConflict => ({
      kind: 'pixels',
      base: 0,
      mine,
      theirs,
      pixels: 3,
    })
    const groups = groupConflicts([
      pixels(5, 9),
      pixels(7, 9),
      pixels(0, 4),
      { kind: 'field', object: 2, field: 'categoryId', mine: 1, theirs: 3 },
    ])
    expect(groups.map(({ key, objects, choices }) => ({ key, objects, choices }))).toEqual([
      { key: 2, objects: [2], choices: ['mine', 'theirs'] },
      { key: 4, objects: [4], choices: ['mine', 'theirs', 'both'] },
      { key: 5, objects: [5, 7, 9], choices: ['mine', 'theirs', 'both'] },
    ])
  })
})

describe('an answer', () => {
  // Both drew a car of their own over the same place.
  const twice = ['......', '.111..', '..222.'] as const
  it.each([
    ['mine', '.111.. 1:2'],
    ['theirs', '..222. 2:2'],
    ['both', '.1112. 1:2 2:2'],
  ] as const)('of %s gives a whole object, not the pixels that were contested', (choice, expected) => {
    expect(shown(resolve(twice, { 1: choice }))).toBe(expected)
  })

  it('leaves what nobody answered as the merge has it', () => {
    expect(shown(resolve(twice, {}))).toBe('.1112. 1:2 2:2')
  })

  it('of both keeps what one side drew and the other one erased', () => {
    // 1 was there; I erased its end, they gave the end to 2.
    expect(shown(resolve(['1111..', '11....', '1122..'], { 2: 'both' }))).toBe('1122.. 1:2 2:2')
    expect(shown(resolve(['1111..', '11....', '1122..'], { 2: 'mine' }))).toBe('11.... 1:2')
    expect(shown(resolve(['1111..', '11....', '1122..'], { 2: 'theirs' }))).toBe('1122.. 1:2 2:2')
  })

  it('chooses the category, and what else is said of an object', () => {
    const sides = ['11....', '11....', '11....'] as const
    const categories = [{ 1: 2 }, { 1: 3 }, { 1: 4 }]
    expect(shown(resolve(sides, {}, categories))).toBe('11.... 1:3')
    expect(shown(resolve(sides, { 1: 'mine' }, categories))).toBe('11.... 1:3')
    expect(shown(resolve(sides, { 1: 'theirs' }, categories))).toBe('11.... 1:4')
  })

  it('deletes an object that one side deleted and the other one changed, or keeps it', () => {
    const sides = ['11..33', '....33', '111.33'] as const
    expect(shown(resolve(sides, { 1: 'mine' }))).toBe('....33 3:2')
    expect(shown(resolve(sides, { 1: 'theirs' }))).toBe('111.33 1:2 3:2')
    expect(shown(resolve(sides, { 1: 'both' }))).toBe('111.33 1:2 3:2')
  })

  it('leaves objects alone that are in no conflict', () => {
    // Beside the conflict of 1 and 2 each side moved on with 3 and 4.
    const sides = ['...3.4', '11.334', '22.3.4'] as const
    expect(shown(resolve(sides, { 1: 'theirs' }))).toBe('22.334 2:2 3:2 4:2')
    expect(shown(resolve(sides, { 1: 'mine' }))).toBe('11.334 1:2 3:2 4:2')
  })
})

describe('whatever two people did', () => {
  const answers = fc.array(fc.constantFrom<Choice | undefined>('mine', 'theirs', 'both', undefined), {
    minLength: 8,
    maxLength: 8,
  })
  const answered = (
    sides: { base: PlainLabel; mine: PlainLabel; theirs: PlainLabel },
    list: readonly unknown[],
  ) => {
    const [base, mine, theirs] = [sideOf(sides.base), sideOf(sides.mine), sideOf(sides.theirs)]
    const { conflicts } = mergeLabel(base, mine, theirs)
    const chosen = new Map(
      groupConflicts(conflicts).flatMap(({ key }, i) => {
        const choice = list[i % list.length] as Choice | undefined
        return choice ? [[key, choice] as const] : []
      }),
    )
    return {
      base,
      mine,
      theirs,
      conflicts,
      chosen,
      result: resolveLabel(base, mine, theirs, { answers: chosen }),
    }
  }

  it('no pixel is of an object that is not there, and none has a value that no side had', () => {
    fc.assert(
      fc.property(parted, answers, (sides, list) => {
        const { result } = answered(sides, list)
        const [ids, mine] = [idsOf(result.runs), sides.mine.ids]
        const theirs = sides.theirs.ids.map((id) => result.renumbered.get(id) ?? id)
        const objects = new Set(result.objects.map(({ id }) => id))
        expect(ids).toHaveLength(mine.length)
        for (const [p, id] of ids.entries()) {
          expect([mine[p], theirs[p]]).toContain(id)
          if (id !== 0) expect(objects).toContain(id)
        }
        for (const id of objects) expect(id).toBeLessThan(result.nextObjectId)
      }),
    )
  })

  it('without an answer it is the merge', () => {
    fc.assert(
      fc.property(parted, ({ base, mine, theirs }) => {
        const sides = [sideOf(base), sideOf(mine), sideOf(theirs)] as const
        const result = resolveLabel(...sides, { answers: new Map() })
        const merged = mergeLabel(...sides)
        expect(idsOf(result.runs)).toEqual(idsOf(merged.runs))
        expect(result.objects.filter(({ id }) => idsOf(result.runs).includes(id))).toEqual(
          merged.objects.filter(({ id }) => idsOf(merged.runs).includes(id)),
        )
      }),
    )
  })

  it('answered as mine, every object in conflict is as I have it, with all its pixels', () => {
    fc.assert(
      fc.property(parted, (sides) => {
        const { result } = answered(sides, ['mine'])
        const ids = idsOf(result.runs)
        for (const { objects } of result.groups) {
          for (const id of objects) {
            const own = sides.mine.objects.find((object) => object.id === id)
            const here = result.objects.find((object) => object.id === id)
            for (const [p, mine] of sides.mine.ids.entries()) if (mine === id) expect(ids[p]).toBe(id)
            if (own) expect(here).toEqual(own)
            else expect(here).toBeUndefined()
          }
        }
      }),
    )
  })
})

it('does not care how large the picture is, only how many stretches it has', () => {
  const far = (text: string) => ({
    ...side(text),
    runs: runsOfIds([...labelOf(text).ids, ...new Array(50_000).fill(0)]),
  })
  const result = resolveLabel(far('......'), far('.111..'), far('..222.'), {
    isOneCounter: true,
    answers: new Map([[1, 'theirs']]),
  })
  expect([...result.runs.ids]).toEqual([0, 2, 0])
})
