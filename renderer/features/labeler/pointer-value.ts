import type { UnderPointer } from '../../stores/labeling.ts'

/** The colour under the pointer as it is in the file: three values of 8 bits, or what there is of 16 bits. */
export function pointerValue({ rgb, deep }: UnderPointer): string | null {
  return (deep ?? rgb)?.join(' ') ?? null
}
