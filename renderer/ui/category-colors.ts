/** Okabe and Ito's colours (without black, which hides in dark images), then Tol's “muted”: told apart by most eyes. */
export const categoryColors: readonly string[] = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#cc6677',
  '#332288',
  '#ddcc77',
  '#117733',
  '#88ccee',
  '#882255',
  '#44aa99',
  '#999933',
  '#aa4499',
]

/** The first colour of the palette that no category has; the palette again from its start when all are taken. */
export function nextCategoryColor(used: readonly string[]): string {
  return (
    categoryColors.find((color) => !used.includes(color)) ??
    categoryColors[used.length % categoryColors.length]!
  )
}
