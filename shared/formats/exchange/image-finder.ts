import { foldName } from '../../image/sample-name.ts'
import type { SourceImage } from './format.ts'

/** What is left of a path from its end on, longest first: `a/b/c.jpg`, `b/c.jpg`, `c.jpg`. */
function endings(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.map((_, i) => parts.slice(i).join('/'))
}

export const stemOf = (path: string): string => path.replace(/\.[^./]{1,8}$/, '')

/**
 * Which image a file means: the one whose name ends as the file's does, over as many folders as it takes to be the only
 * one; then the same without the ending of the name, for a label of `a.jpg` may call it `a.png` or `a`. A name is only
 * compared, so a path that leads elsewhere leads nowhere.
 */
export function imageFinder(images: readonly SourceImage[]): (name: string) => SourceImage | null {
  const full = new Map<string, SourceImage | null>()
  const stems = new Map<string, SourceImage | null>()
  const put = (map: Map<string, SourceImage | null>, key: string, image: SourceImage) =>
    void map.set(key, map.has(key) ? null : image)
  const exact = new Map(images.map((image) => [foldName(image.name), image]))
  for (const image of images) {
    for (const ending of endings(foldName(image.name))) {
      put(full, ending, image)
      put(stems, stemOf(ending), image)
    }
  }
  return (name) => {
    const path = foldName(name.replaceAll('\\', '/'))
    const own = exact.get(path)
    if (own) return own
    for (const map of [full, stems]) {
      for (const ending of endings(path)) {
        const key = map === full ? ending : map.has(ending) ? ending : stemOf(ending)
        const found = map.get(key)
        if (found) return found
        // Several end so; fewer folders would not tell them apart.
        if (found === null) return null
      }
    }
    return null
  }
}
