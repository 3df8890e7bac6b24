import type { LabelTotals } from '../label/diff-totals.ts'
import type { HostOutput } from './host-api.ts'

/** Pairs of categories that are named; what is less is in their sum. */
const named = 2

/**
 * What changed within labels, for the message of a commit: "3 objects of another category (Rider → Person 2), 1,204 px
 * changed in 2 images". Empty when nothing of the kind is known.
 */
export function labelChangeWords(
  { reclassified }: Pick<HostOutput<'versions.compare'>, 'reclassified'>,
  totals: ReadonlyMap<string, LabelTotals>,
  nameOf: (category: number) => string,
): string {
  const moved = reclassified.reduce((sum, { count }) => sum + count, 0)
  const largest = reclassified
    .toSorted((a, b) => b.count - a.count)
    .slice(0, named)
    .map(({ from, to, count }) => `${nameOf(from)} → ${nameOf(to)} ${count}`)
  let [pixels, images] = [0, 0]
  for (const { pixels: kinds } of totals.values()) {
    const changed = kinds.added + kinds.removed + kinds.category + kinds.object
    pixels += changed
    if (changed > 0) images++
  }
  return [
    moved > 0 ? `${counted(moved, 'object')} of another category (${largest.join(', ')})` : '',
    pixels > 0 ? `${pixels.toLocaleString('en')} px changed in ${counted(images, 'image')}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

const counted = (count: number, noun: string) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
