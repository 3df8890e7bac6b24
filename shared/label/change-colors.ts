/**
 * Red, green and blue of each of `diffKinds`: blue for added, orange for removed, purple for another category, grey for
 * another object. None of them is told by colour alone: on the canvas each has a pattern, in lists a sign.
 */
export const changeColors: readonly (readonly [number, number, number])[] = [
  [0x00, 0x72, 0xb2],
  [0xe6, 0x9f, 0x00],
  [0x8a, 0x33, 0xa7],
  [0x80, 0x80, 0x80],
]
