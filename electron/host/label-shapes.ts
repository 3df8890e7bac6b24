import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import type { LabelContents } from './label-content.ts'

/** Whose shapes a merge takes. `both`: both sides changed them, and differently; then a person has to say. */
export type ShapesSide = 'mine' | 'theirs' | 'both'

/** Shapes are kept as they came, so they are taken as a whole. Blobs, null for none. */
export function shapesSide(base: string | null, mine: string | null, theirs: string | null): ShapesSide {
  if (mine === theirs || base === theirs) return 'mine'
  return base === mine ? 'theirs' : 'both'
}

/** Shapes of a library in which categories have other ids. */
export async function renumberedShapes(
  contents: Pick<LabelContents, 'shapes' | 'putShapes'>,
  digest: BlobDigest | null,
  categories: ReadonlyMap<number, number>,
): Promise<BlobDigest | null> {
  if (digest === null || categories.size === 0) return digest
  const label = (await contents.shapes(digest))!
  const shapes = label.shapes.map((shape) => ({
    ...shape,
    categoryId: categories.get(shape.categoryId) ?? shape.categoryId,
  }))
  return contents.putShapes({ ...label, shapes })
}

/** Mine, and of theirs what mine does not have. Where both say something of the same, mine stands. */
export function joinedShapes(mine: LabelShapes, theirs: LabelShapes): LabelShapes {
  const others = <T>(own: readonly T[], other: readonly T[]): T[] => {
    const known = new Set(own.map(canonicalJson))
    return [...own, ...other.filter((each) => !known.has(canonicalJson(each)))]
  }
  return {
    shapes: others(mine.shapes, theirs.shapes),
    unread: others(mine.unread, theirs.unread),
    links: others(mine.links, theirs.links),
    imageAttributes: { ...theirs.imageAttributes, ...mine.imageAttributes },
    objects: new Map([...theirs.objects, ...mine.objects]),
    other: { ...theirs.other, ...mine.other },
    label: { ...theirs.label, ...mine.label },
  }
}
