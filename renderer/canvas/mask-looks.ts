import type { MaskLook } from './layers/pixel-mask.ts'
import { channels, packed } from './object-color.ts'

/** What removing on purpose would take (Alt, right button, erase key). */
export const REMOVE_LOOK: MaskLook = { fill: 0x801e1ef0, line: 0xff5a5aff, halo: 0xb0000000 }

/** What would be added to an object of this colour, striped where it stays as it is. */
export function addLook(color: string): MaskLook {
  const [fill, stripe, shade] = [packed(channels(color), 120), 0xb0ffffff, 0x60000000]
  return { fill, stripe, shade, line: 0xffffffff, halo: 0xb0000000 }
}
