/** Object id 0: nobody decided yet. Ids are 24 bits, as a mask's three colour bytes hold them. */
export const UNLABELED = 0
export const MAX_OBJECT_ID = 0xff_ff_ff
/** Objects that one label can have at a time. */
export const MAX_OBJECTS = 65_535

/** Object id per pixel, row-major from the top left, `width * height` long; 0 is unlabeled. The only truth of a label. */
export type LabelMap = { readonly width: number; readonly height: number; readonly ids: Uint32Array }

/** Integer pixels; `x1` and `y1` are exclusive. Empty when `x0 >= x1`. */
export type Rect = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

export function emptyLabelMap(width: number, height: number): LabelMap {
  return { width, height, ids: new Uint32Array(width * height) }
}
