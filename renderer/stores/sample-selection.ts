/** Samples that a person selected. */
export type Selection =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  /** Everything that the query held when it was chosen, but for some. */
  | {
      readonly kind: 'all'
      readonly query: string
      readonly total: number
      readonly except: ReadonlySet<string>
      /** Which those are; null while nothing else is shown. */
      readonly ids: ReadonlySet<string> | null
    }

export const none: Selection = { kind: 'some', ids: new Set() }
export const isNothing = (selection: Selection) => selection.kind === 'some' && selection.ids.size === 0

/** As the host is asked about it; nothing when it is small enough to be seen, or too large to be sent. */
export function selectedOf(selection: Selection): { query: string } | { ids: string[] } | null {
  if (selection.kind === 'all') return { query: selection.query }
  return selection.ids.size > 1 && selection.ids.size <= 5000 ? { ids: [...selection.ids] } : null
}

export const isIn = (selection: Selection, id: string): boolean =>
  selection.kind === 'some'
    ? selection.ids.has(id)
    : !selection.except.has(id) && selection.ids?.has(id) !== false

export function toggled(selection: Selection, id: string): Selection {
  if (selection.kind === 'some') {
    const ids = new Set(selection.ids)
    if (!ids.delete(id)) ids.add(id)
    return { kind: 'some', ids }
  }
  const except = new Set(selection.except)
  if (except.delete(id)) return { ...selection, except }
  if (!isIn(selection, id)) {
    // One that was not among all of them joins what is left.
    return { kind: 'some', ids: new Set([...selection.ids!, id].filter((each) => !except.has(each))) }
  }
  return { ...selection, except: except.add(id) }
}

export const countOf = (selection: Selection): number =>
  selection.kind === 'all' ? selection.total - selection.except.size : selection.ids.size
