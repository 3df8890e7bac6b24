/** Where a key moves the cursor of a grid of `count` items in rows of `columns`; null when the key moves nothing. */
export function moveInGrid(
  key: string,
  index: number,
  count: number,
  columns: number,
  rowsPerPage: number,
): number | null {
  const last = count - 1
  const to = (next: number) => Math.min(last, Math.max(0, next))
  switch (key) {
    case 'ArrowLeft':
      return to(index - 1)
    case 'ArrowRight':
      return to(index + 1)
    case 'ArrowUp':
      return index < columns ? index : index - columns
    case 'ArrowDown':
      // From the row above a shorter last row, go to its end rather than nowhere.
      return Math.floor(index / columns) === Math.floor(last / columns) ? index : to(index + columns)
    case 'PageUp':
      return to(index - columns * rowsPerPage)
    case 'PageDown':
      return to(index + columns * rowsPerPage)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}
