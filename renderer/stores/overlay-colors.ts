import type { Category } from '../../shared/label/ontology.ts'

/** For the addresses of labels drawn as pictures: another palette is another address. FNV-1a in hex. */
export function overlayColors(palette: readonly Pick<Category, 'id' | 'color' | 'isVoid'>[]): string {
  let hash = 0x811c9dc5
  for (const { id, color, isVoid } of palette)
    for (const sign of `${id}${color}${isVoid ? '-' : ''},`)
      hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(16)
}
