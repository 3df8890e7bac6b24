import { crc32 } from '../base/crc32.ts'
import { type Card, foldTag, type Split, splits } from './card.ts'

/** How samples come into splits when labels are exported. */
export type SplitPlan =
  | { readonly by: 'card' }
  | { readonly by: 'tags' }
  | { readonly by: 'none' }
  /** Shares of train, val and test; only what they are to one another counts. */
  | { readonly by: 'shares'; readonly shares: readonly [number, number, number]; readonly seed: number }

export type SplitSample = {
  readonly name: string
  readonly card: Pick<Card, 'split' | 'tags'> | null
  /** Of its objects. */
  readonly categories: readonly number[]
}

/**
 * The split of each sample by its name; null stands for none. By shares, samples are dealt out group by group, each group
 * having the same rarest category, in an order that follows from seed and name alone: whatever is added elsewhere, the
 * same samples, seed and shares give the same splits.
 */
export function planSplits(samples: readonly SplitSample[], plan: SplitPlan): Map<string, Split | null> {
  if (plan.by === 'shares') return dealOut(samples, plan.shares, plan.seed)
  return new Map(samples.map((sample) => [sample.name, splitOf(sample, plan.by)]))
}

function splitOf({ card }: SplitSample, by: 'card' | 'tags' | 'none'): Split | null {
  if (by === 'none') return null
  if (by === 'card') return card?.split ?? null
  const tags = new Set((card?.tags ?? []).map(foldTag))
  return splits.find((split) => tags.has(split)) ?? null
}

function dealOut(
  samples: readonly SplitSample[],
  shares: readonly [number, number, number],
  seed: number,
): Map<string, Split> {
  const total = shares.reduce((sum, share) => sum + share, 0)
  const counts = new Map<number, number>()
  for (const { categories } of samples) {
    for (const id of new Set(categories)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const groups = new Map<number, SplitSample[]>()
  for (const sample of samples) {
    const [rarest = 0] = [...new Set(sample.categories)].sort(
      (a, b) => counts.get(a)! - counts.get(b)! || a - b,
    )
    const group = groups.get(rarest) ?? []
    group.push(sample)
    groups.set(rarest, group)
  }
  const dealt = new Map<string, Split>()
  const overall = [0, 0, 0]
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    const own = [0, 0, 0]
    const order = group
      .map((sample) => ({ sample, place: placeOf(sample.name, seed) }))
      .sort((a, b) => a.place - b.place || (a.sample.name < b.sample.name ? -1 : 1))
    for (const { sample } of order) {
      const lack = shares.map((share, i) => {
        const part = share / total
        const [inGroup, inAll] = [own[0]! + own[1]! + own[2]! + 1, dealt.size + 1]
        // What the group still lacks and what all together lack: small groups would otherwise all go to the largest split.
        return share === 0 ? Number.NEGATIVE_INFINITY : part * inGroup - own[i]! + part * inAll - overall[i]!
      })
      const best = lack.indexOf(Math.max(...lack))
      own[best]!++
      overall[best]!++
      dealt.set(sample.name, splits[best]!)
    }
  }
  return dealt
}

/** A number from the name and the seed that looks like chance. */
function placeOf(name: string, seed: number): number {
  let mixed = crc32(new TextEncoder().encode(`${seed}\n${name}`))
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
