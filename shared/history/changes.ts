/** What of a sample a version records. Equal texts mean equal files. */
export type SampleState = {
  /** The image's bytes. */
  readonly image: string
  /** The label's files, or null when there is none. */
  readonly label: string | null
  /** The card, or null when it is empty. */
  readonly card: string | null
}

/** How a dataset differs from the version before. */
export type Changes = {
  readonly added: number
  readonly removed: number
  /** Samples that both have, with another label now. */
  readonly relabeled: number
  /** Samples that both have, with another card now. */
  readonly recarded: number
  /** What is carried without being shown and came, changed or went; left out for none. */
  readonly recarried?: number | undefined
  readonly ontologyChanged: boolean
}
/** `addedLabeled`: how many of the added samples came with a label. */
export type SampleChanges = Omit<Changes, 'ontologyChanged' | 'recarried'> & { readonly addedLabeled: number }

/**
 * Compares by name, as artifacts do. An image whose bytes are others under the same name is one removed and one added,
 * for no label of the one means anything on the other.
 */
export function compareSamples(
  before: ReadonlyMap<string, SampleState>,
  now: ReadonlyMap<string, SampleState>,
): SampleChanges {
  let [added, addedLabeled, kept, relabeled, recarded] = [0, 0, 0, 0, 0]
  for (const [name, state] of now) {
    const old = before.get(name)
    if (old?.image === state.image) {
      kept++
      if (old.label !== state.label) relabeled++
      if (old.card !== state.card) recarded++
    } else {
      added++
      if (state.label !== null) addedLabeled++
    }
  }
  return { added, addedLabeled, removed: before.size - kept, relabeled, recarded }
}

export function isUnchanged({ ontologyChanged, ...changes }: Changes): boolean {
  const { added, removed, relabeled, recarded, recarried = 0 } = changes
  return !ontologyChanged && [added, removed, relabeled, recarded, recarried].every((count) => count === 0)
}

/** How many records are not the same. */
export function countRecarried(
  before: Iterable<{ readonly name: string; readonly record: string }>,
  now: Iterable<{ readonly name: string; readonly record: string }>,
): number {
  const old = new Map([...before].map(({ name, record }) => [name, record]))
  let count = 0
  for (const { name, record } of now) {
    if (old.get(name) !== record) count++
    old.delete(name)
  }
  return count + old.size
}
