import fc from 'fast-check'
import type { LabelSide } from '../../shared/history/label-side.ts'
import { type MapRuns, runsOfIds } from '../../shared/history/map-runs.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { statuses } from '../../shared/label/status.ts'

export const pixelCount = 24

/** A label as plain arrays, for tests that look at every pixel. */
export type PlainLabel = {
  readonly ids: readonly number[]
  readonly objects: readonly LabelObject[]
  readonly nextObjectId: number
  readonly status: LabelSide['status']
}

export function sideOf({ ids, ...rest }: PlainLabel): LabelSide {
  return { ...rest, runs: runsOfIds(ids) }
}

export function idsOf({ ends, ids }: MapRuns): number[] {
  const all: number[] = []
  for (let i = 0; i < ends.length; i++) while (all.length < ends[i]!) all.push(ids[i]!)
  return all
}

/** What a person does to a label: the numbers choose among what is there. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('paint' as const), pick: fc.nat(7), from: fc.nat(23), length: fc.nat(9) }),
  fc.record({
    kind: fc.constant('create' as const),
    category: fc.integer({ min: 1, max: 3 }),
    from: fc.nat(23),
    length: fc.nat(9),
  }),
  fc.record({ kind: fc.constant('delete' as const), pick: fc.nat(7) }),
  fc.record({
    kind: fc.constant('category' as const),
    pick: fc.nat(7),
    category: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('attribute' as const),
    pick: fc.nat(7),
    name: fc.constantFrom('a', 'b'),
    value: fc.constantFrom<null | number | undefined>(1, 2, null, undefined),
  }),
  fc.record({ kind: fc.constant('lock' as const), pick: fc.nat(7) }),
  fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(...statuses) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

export function after(label: PlainLabel, steps: readonly Step[]): PlainLabel {
  let { ids, objects, nextObjectId, status } = label
  const change = (pick: number, work: (object: LabelObject) => LabelObject | null) => {
    const at = objects.length === 0 ? -1 : pick % objects.length
    objects = objects.flatMap((object, i) => (i === at ? (work(object) ?? []) : [object]))
    return objects.length === 0 ? null : at
  }
  const paint = (id: number, from: number, length: number) => {
    const locked = new Set(objects.filter((object) => object.locked).map((object) => object.id))
    if (locked.has(id)) return
    ids = ids.map((old, p) => (p >= from && p < from + length && !locked.has(old) ? id : old))
  }
  for (const each of steps) {
    switch (each.kind) {
      case 'paint':
        paint(
          each.pick === 0 ? 0 : (objects[each.pick % Math.max(1, objects.length)]?.id ?? 0),
          each.from,
          each.length,
        )
        break
      case 'create':
        objects = [...objects, { id: nextObjectId, categoryId: each.category, attributes: {} }]
        paint(nextObjectId++, each.from, each.length)
        break
      case 'delete':
        change(each.pick, (object) => {
          if (object.locked) return object
          ids = ids.map((id) => (id === object.id ? 0 : id))
          return null
        })
        break
      case 'category':
        change(each.pick, (object) => ({ ...object, categoryId: each.category }))
        break
      case 'attribute':
        change(each.pick, (object) => {
          const { [each.name]: _, ...others } = object.attributes
          const set = each.value === undefined ? {} : { [each.name]: each.value }
          return { ...object, attributes: { ...others, ...set } }
        })
        break
      case 'lock':
        change(each.pick, ({ locked, ...open }) => (locked ? open : { ...open, locked: true }))
        break
      case 'status':
        status = each.status
        break
    }
  }
  return { ids, objects, nextObjectId, status }
}

export const emptyLabel: PlainLabel = {
  ids: new Array<number>(pixelCount).fill(0),
  objects: [],
  nextObjectId: 1,
  status: 'unlabeled',
}

const steps = (maxLength: number) => fc.array(step, { maxLength })

/** A label, and what two people made of it. */
export const parted = fc.tuple(steps(8), steps(6), steps(6)).map(([first, mine, theirs]) => {
  const base = after(emptyLabel, first)
  return { base, mine: after(base, mine), theirs: after(base, theirs) }
})
