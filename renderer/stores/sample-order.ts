import type { Sample } from '../../shared/host/host-api.ts'
import { type LabelStatus, statuses } from '../../shared/label/status.ts'

/** Conditions combine with AND; an empty list of statuses lets all through. */
export type SampleFilter = { readonly text: string; readonly statuses: readonly LabelStatus[] }

export const sampleSorts = ['added', 'newest', 'name', 'status', 'objects'] as const
export type SampleSort = (typeof sampleSorts)[number]

const naturalOrder = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Every word of `text` must occur in the name, whatever the case. */
export function visibleSamples(
  all: readonly Sample[],
  filter: SampleFilter,
  sort: SampleSort,
): readonly Sample[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const wanted = new Set(filter.statuses)
  const shown = all.filter(
    ({ name, status }) =>
      (wanted.size === 0 || wanted.has(status)) && words.every((word) => name.toLowerCase().includes(word)),
  )
  switch (sort) {
    case 'added':
      return shown
    case 'newest':
      return shown.reverse()
    case 'name':
      return shown.sort((a, b) => naturalOrder.compare(a.name, b.name))
    case 'status':
      return shown.sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))
    case 'objects':
      return shown.sort((a, b) => b.objectCount - a.objectCount)
  }
}

/** How many samples have each status, all statuses present. */
export function countByStatus(all: readonly Sample[]): Record<LabelStatus, number> {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<LabelStatus, number>
  for (const { status } of all) counts[status]++
  return counts
}

const baseOf = (name: string) => name.slice(name.lastIndexOf('/') + 1)

/** File names without their folder that several samples share. */
export function sharedBaseNames(samples: readonly Sample[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const { name } of samples) {
    const base = baseOf(name)
    if (seen.has(base)) shared.add(base)
    seen.add(base)
  }
  return shared
}

/** A name as short as it can be told apart: without its folders, or with the last one where the file name is shared. */
export function shortName(name: string, shared: ReadonlySet<string>): string {
  return name
    .split('/')
    .slice(shared.has(baseOf(name)) ? -2 : -1)
    .join('/')
}
