/**
 * EXIF orientation, 1 … 8: how the stored rows and columns are turned for display.
 * 1 is upright; 2 mirrored; 3 turned by 180°; 4 flipped; 5 … 8 also swap rows and columns.
 * Source: CIPA DC-008 (Exif 2.32), tag 0x0112.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** A number from a file; everything outside 1 … 8 means upright, as browsers read it. */
export function toOrientation(value: number | undefined): Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8
    ? (value as Orientation)
    : 1
}

/** Width and height as displayed, from width and height as stored. Its own inverse. */
export function displayedSize(
  width: number,
  height: number,
  orientation: Orientation,
): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}
