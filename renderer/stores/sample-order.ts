const baseOf = (name: string) => name.slice(name.lastIndexOf('/') + 1)

/** File names without their folder that several of these share. */
export function sharedBaseNames(samples: Iterable<{ readonly name: string }>): ReadonlySet<string> {
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
