import type { SegmentsFate, SegmentsPlan, SegmentsPlanItem } from '../../../shared/host/segments-methods.ts'

/** Fates as people count them, in the order of the screen. */
export const groups = ['send', 'get', 'both', 'new', 'goneThere', 'goneHere', 'kept'] as const
export type Group = (typeof groups)[number]

const groupByFate: Readonly<Record<Exclude<SegmentsFate, 'unchanged'>, Group>> = {
  push: 'send',
  'create there': 'send',
  pull: 'get',
  conflict: 'both',
  'create here': 'new',
  'gone there': 'goneThere',
  'gone here': 'goneHere',
  carried: 'kept',
}
/** Null for what is the same on both sides. */
export const groupOf = (fate: SegmentsFate): Group | null => (fate === 'unchanged' ? null : groupByFate[fate])

/** How many samples are in each group, those included that the list leaves out. */
export function countGroups({ counts }: Pick<SegmentsPlan, 'counts'>): Readonly<Record<Group, number>> {
  const found: Record<Group, number> = {
    send: 0,
    get: 0,
    both: 0,
    new: 0,
    goneThere: 0,
    goneHere: 0,
    kept: 0,
  }
  for (const [fate, count] of Object.entries(counts) as [SegmentsFate, number][]) {
    const group = groupOf(fate)
    if (group) found[group] += count
  }
  return found
}

/** Those of one group, or all, whose name has `query` in it, whatever its case. */
export function matching(
  items: readonly SegmentsPlanItem[],
  group: Group | 'all',
  query: string,
): readonly SegmentsPlanItem[] {
  const wanted = query.trim().toLowerCase()
  return items.filter(
    ({ fate, name }) =>
      (group === 'all' || groupOf(fate) === group) && (wanted === '' || name.toLowerCase().includes(wanted)),
  )
}
