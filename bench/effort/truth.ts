import { berkeleySegmentations, type Segmentation } from '../../test/support/berkeley.ts'

/** A segment that one person outlined. */
export type Segment = {
  readonly width: number
  readonly height: number
  /** A byte per pixel, row-major: 1 in the segment. May have several parts, and holes. */
  readonly mask: Uint8Array
  readonly area: number
}

/** Smaller segments are not labeled: 0.3 % of an image of BSDS500. */
export const LEAST_AREA = 500

/** The person with the median number of segments; of two in the middle the one with fewer, of equals the first. */
export function medianSegmentation(all: readonly Segmentation[]): Segmentation {
  const sorted = all.toSorted((a, b) => a.count - b.count)
  return sorted[(sorted.length - 1) >> 1]!
}

export function segmentsOf(split: 'train' | 'val', id: string, width: number): Segment[] {
  return segmentsIn(medianSegmentation(berkeleySegmentations(split, id)), width)
}

/** From the largest to the smallest; of equals the one with the lower number comes first. */
export function segmentsIn({ count, labels }: Segmentation, width: number): Segment[] {
  const areas = new Array<number>(count).fill(0)
  for (const label of labels) areas[label]!++
  return areas
    .map((area, label) => ({ area, label }))
    .filter(({ area }) => area >= LEAST_AREA)
    .sort((a, b) => b.area - a.area || a.label - b.label)
    .map(({ area, label }) => ({
      width,
      height: labels.length / width,
      mask: Uint8Array.from(labels, (each) => (each === label ? 1 : 0)),
      area,
    }))
}
