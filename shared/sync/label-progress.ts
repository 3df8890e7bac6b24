import type { Version } from '../host/host-api.ts'

/** How many objects each category has in one version, by the category's id. */
export type ObjectCounts = Readonly<Record<string, number>>
/** One point of the curve: a version, and its objects where they are known. */
export type ProgressPoint = { readonly version: Version; readonly objects: ObjectCounts | null }

/** The versions that `version` came from, it itself last: by first parents, so that a branch has a history of its own. */
export function lineOf(versions: readonly Version[], version: Version): Version[] {
  const byId = new Map(versions.map((one) => [one.id, one]))
  const line: Version[] = []
  const seen = new Set<string>()
  for (
    let next: Version | undefined = version;
    next && !seen.has(next.id);
    next = byId.get(next.parents[0] ?? '')
  ) {
    seen.add(next.id)
    line.push(next)
  }
  return line.reverse()
}

/**
 * How labeling went on, as metrics of a run: one row a version, oldest first. Categories are called what they are called
 * in the version that is being sent (`names`, by id), so that a new name makes no new curve; one that is gone is left
 * out. Every row has every category, so that a curve begins at nothing.
 */
export function progressRows(
  points: readonly ProgressPoint[],
  names: ReadonlyMap<number, string>,
): Record<string, number>[] {
  return points.map(({ version, objects }) => {
    const { counts } = version
    const byCategory = [...names].map(([id, name]) => [`objects/${name}`, objects?.[id] ?? 0] as const)
    return {
      version: version.number,
      // The package writes the time of sending beside this, whatever it is given.
      committed_at: version.createdAt / 1000,
      'labels/samples': counts.samples,
      'labels/labeled': counts.labeled,
      'labels/objects': counts.objects,
      ...(objects && Object.fromEntries(byCategory)),
    }
  })
}
