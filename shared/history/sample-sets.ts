import { compareCodePoints } from '../base/canonical-json.ts'
import type { SampleState } from './changes.ts'

/** A sample of a version or of the working state. `S` may say more. */
export type NamedState = SampleState & { readonly name: string }

/**
 * Samples by the bytes of their image: they are what makes a sample the same one in two versions, whatever it is called
 * there and whichever computer gave it its id.
 */
export function byImage<S extends NamedState>(samples: Iterable<S>): Map<string, S> {
  const found = new Map<string, S>()
  for (const sample of samples) found.set(sample.image, sample)
  return found
}

/** One sample that is not the same in two versions. */
export type SampleChange<S extends NamedState = NamedState> =
  | { readonly kind: 'added'; readonly after: S; readonly replaces: S | null }
  | { readonly kind: 'removed'; readonly before: S; readonly replacedBy: S | null }
  | {
      readonly kind: 'changed'
      readonly before: S
      readonly after: S
      readonly isRenamed: boolean
      readonly isRelabeled: boolean
      readonly isRecarded: boolean
    }

/**
 * What differs, by name as it is after, else before. Another image under the same name is one removed and one added,
 * which name each other. Samples that both sides have alike may be left out of both.
 */
export function diffSamples<S extends NamedState>(
  before: Iterable<S>,
  after: Iterable<S>,
): SampleChange<S>[] {
  const [old, now] = [byImage(before), byImage(after)]
  const oldNames = new Map([...old.values()].map((sample) => [sample.name, sample]))
  const newNames = new Map([...now.values()].map((sample) => [sample.name, sample]))
  const changes: SampleChange<S>[] = []
  for (const [image, sample] of now) {
    const was = old.get(image)
    if (!was) {
      const replaced = oldNames.get(sample.name)
      const isReplacing = replaced !== undefined && !now.has(replaced.image)
      changes.push({ kind: 'added', after: sample, replaces: isReplacing ? replaced : null })
      continue
    }
    const isRenamed = was.name !== sample.name
    const isRelabeled = was.label !== sample.label
    const isRecarded = was.card !== sample.card
    if (isRenamed || isRelabeled || isRecarded) {
      changes.push({ kind: 'changed', before: was, after: sample, isRenamed, isRelabeled, isRecarded })
    }
  }
  for (const [image, sample] of old) {
    if (now.has(image)) continue
    const replacing = newNames.get(sample.name)
    const isReplaced = replacing !== undefined && !old.has(replacing.image)
    changes.push({ kind: 'removed', before: sample, replacedBy: isReplaced ? replacing : null })
  }
  const nameOf = (change: SampleChange<S>) => (change.kind === 'removed' ? change.before : change.after).name
  const isRemoved = (change: SampleChange<S>) => Number(change.kind === 'removed')
  return changes.sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)) || isRemoved(b) - isRemoved(a))
}

/** What is to be done to one of my samples to have their changes too. */
export type SampleMerge<S extends NamedState = NamedState> =
  /** They have it and I do not: they added it, or changed what I removed (`isConflict`). */
  | { readonly kind: 'add'; readonly theirs: S; readonly isConflict: boolean }
  /** They removed it, and I left it as it was. */
  | { readonly kind: 'remove'; readonly mine: S }
  /** They removed it, and I changed it: it stays. */
  | { readonly kind: 'keep'; readonly mine: S; readonly isConflict: true }
  | {
      readonly kind: 'change'
      /** Null when it was added on both sides. */
      readonly base: S | null
      readonly mine: S
      readonly theirs: S
      /** `take`: only they changed it. `merge`: both did, and differently. */
      readonly label: 'same' | 'take' | 'merge'
      readonly card: 'same' | 'take' | 'merge'
    }

/** Sample by sample, by name. Samples that need nothing are not in the list. */
export function mergeSampleSets<S extends NamedState>(
  base: Iterable<S>,
  mine: Iterable<S>,
  theirs: Iterable<S>,
): SampleMerge<S>[] {
  const [before, here, there] = [byImage(base), byImage(mine), byImage(theirs)]
  const found: SampleMerge<S>[] = []
  const isAsBefore = (old: S, sample: S) => old.label === sample.label && old.card === sample.card
  for (const [image, sample] of here) {
    const [old, other] = [before.get(image), there.get(image)]
    if (other) {
      const label = sideOf(old?.label ?? null, sample.label, other.label)
      const card = sideOf(old?.card ?? null, sample.card, other.card)
      if (label === 'same' && card === 'same') continue
      found.push({ kind: 'change', base: old ?? null, mine: sample, theirs: other, label, card })
    } else if (old) {
      if (isAsBefore(old, sample)) found.push({ kind: 'remove', mine: sample })
      else found.push({ kind: 'keep', mine: sample, isConflict: true })
    }
  }
  for (const [image, sample] of there) {
    if (here.has(image)) continue
    const old = before.get(image)
    if (old && isAsBefore(old, sample)) continue
    found.push({ kind: 'add', theirs: sample, isConflict: old !== undefined })
  }
  const nameOf = (each: SampleMerge<S>) => (each.kind === 'add' ? each.theirs : each.mine).name
  return found.sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)))
}

function sideOf(base: string | null, mine: string | null, theirs: string | null): 'same' | 'take' | 'merge' {
  if (mine === theirs || base === theirs) return 'same'
  return base === mine ? 'take' : 'merge'
}
