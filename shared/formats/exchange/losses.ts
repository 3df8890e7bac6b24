import type { Holds } from './format.ts'

/** What the labels of a version have that a format may not hold. */
export type VersionFacts = {
  readonly labels: number
  readonly objects: number
  /** Objects with at least one attribute. */
  readonly attributed: number
  /** Objects of categories of void, and how many such categories are used. */
  readonly voids: number
  readonly voidCategories: number
  /** Objects that have another of their category before them in their image; of these, the ones of stuff. */
  readonly repeated: number
  readonly repeatedStuff: number
  readonly categories: number
  /** Labels with shapes beside their mask. */
  readonly shaped: number
  /** Samples that are kept but not shown. */
  readonly carried: number
  /** How many images have more objects than so many, for whatever number formats are limited to. */
  imagesOver(most: number): number
}

/** What only a look at every pixel tells. */
export type ShapeFacts = {
  readonly withHoles: number
  /** Objects of more than one part. */
  readonly withParts: number
}

/** What a loss is counted in. */
export type LossUnit = 'object' | 'label' | 'image' | 'sample' | 'category'
/** `count` null: it was not counted. */
export type Loss = { readonly text: string; readonly count: number | null; readonly unit: LossUnit }

/** Whether holes and parts are to be counted to know what is lost. */
export const needsShapes = ({ shape, holes, parts }: Holds): boolean =>
  shape === 'pixels' && (holes !== 'yes' || parts !== 'yes')

/** What a format cannot hold, of what a version has: what it has none of is no loss. Without `facts`, all that may be lost. */
export function lossesOfVersion(
  holds: Holds,
  facts: VersionFacts | null,
  shapes: ShapeFacts | null = null,
): Loss[] {
  const { shape, holes, parts, objects, stuff, attributes, status, most } = holds
  const isDrawn = shape === 'pixels'
  const said: readonly (readonly [
    applies: boolean,
    text: string,
    count: number | undefined,
    unit?: LossUnit,
  ])[] = [
    [!isDrawn, 'Only the boxes around objects are written, not their pixels.', facts?.objects],
    [
      isDrawn && holes === 'bridged',
      'Holes are reached over lines without width; programs that simplify outlines may fill them.',
      shapes?.withHoles,
    ],
    [isDrawn && holes === 'no', 'Holes are filled.', shapes?.withHoles],
    [
      isDrawn && parts === 'bridged',
      'Parts of an object are joined over lines without width.',
      shapes?.withParts,
    ],
    [isDrawn && parts === 'no', 'Of an object with several parts only one is written.', shapes?.withParts],
    [objects === 'no', 'Objects of one category in an image become one region.', facts?.repeated],
    [objects === 'apart', 'Objects get new ids.', facts?.objects],
    [
      objects !== 'no' && stuff === 'one',
      'All regions of one stuff category in an image become one.',
      facts?.repeatedStuff,
    ],
    [holds.void === 'merged', 'Void is written as unlabeled.', facts?.voids],
    [
      holds.void === 'one',
      'All categories of void become one.',
      facts ? (facts.voidCategories > 1 ? facts.voids : 0) : undefined,
    ],
    [!attributes, 'Attributes of objects are not written.', facts?.attributed],
    [!status, 'How far a label has come is not written.', facts?.labels, 'label'],
    [
      most.objects !== null,
      `An image can have ${most.objects} objects; one with more is left out.`,
      facts?.imagesOver(most.objects ?? 0),
      'image',
    ],
    [
      most.categories !== null,
      `There can be ${most.categories} categories.`,
      facts ? Math.max(0, facts.categories - (most.categories ?? 0)) : undefined,
      'category',
    ],
    // Few libraries have any: where it is not known, nothing is said.
    [!holds.shapes && facts !== null, 'Shapes beside the mask are not written.', facts?.shaped, 'label'],
    [
      !holds.shapes && facts !== null,
      'Samples that are kept but not shown are not written.',
      facts?.carried,
      'sample',
    ],
  ]
  return said
    .filter(([applies, , count]) => applies && count !== 0)
    .map(([, text, count, unit = 'object']) => ({ text, count: count ?? null, unit }))
}
