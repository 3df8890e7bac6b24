import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import type { Segmentation } from '../../test/support/berkeley.ts'
import { boundaryPixels, boundaryRecall, boundaryTolerance, contourDensity } from './boundary.ts'
import { compactness } from './compactness.ts'
import { componentsOf, type LabelMap } from './components.ts'
import { explainedVariation } from './explained-variation.ts'
import { achievableAccuracy, overlapsOf, undersegmentationError } from './overlap.ts'

/** What is measured of a partition. Those that need a truth are means over the image's annotators. */
const scoreNames = [
  'labels',
  'components',
  'smallest',
  'ue',
  'recall',
  'asa',
  'explained',
  'compactness',
  'density',
] as const
/** `smallest`: pixels of the smallest component. The others: see the metrics beside this file. */
export type Scores = Readonly<Record<(typeof scoreNames)[number], number>>

/** What the partitions of one image are held against. */
export type Truth = {
  readonly image: RgbaImage
  /** One for each annotator, with its boundary pixels. */
  readonly annotators: readonly { readonly segmentation: Segmentation; readonly boundary: Uint8Array }[]
}

export function truthOf(image: RgbaImage, segmentations: readonly Segmentation[]): Truth {
  const annotators = segmentations.map((segmentation) => ({
    segmentation,
    boundary: boundaryPixels(segmentation.labels, image.width),
  }))
  return { image, annotators }
}

/** Scores of a label map after relabelling by 4-connected components. */
export function scoresOf(labels: LabelMap, { image, annotators }: Truth): Scores {
  const { width, height } = image
  const partition = componentsOf(labels, width)
  const boundary = boundaryPixels(partition.label, width)
  const tolerance = boundaryTolerance(width, height)
  const sums = { ue: 0, recall: 0, asa: 0 }
  for (const truth of annotators) {
    const overlaps = overlapsOf(partition, truth.segmentation)
    sums.ue += undersegmentationError(overlaps)
    sums.asa += achievableAccuracy(overlaps)
    sums.recall += boundaryRecall(truth.boundary, boundary, width, tolerance)
  }
  return {
    labels: partition.labelCount,
    components: partition.areas.length,
    smallest: partition.areas.reduce((least, area) => Math.min(least, area)),
    ue: sums.ue / annotators.length,
    recall: sums.recall / annotators.length,
    asa: sums.asa / annotators.length,
    explained: explainedVariation(partition, image),
    compactness: compactness(partition),
    density: contourDensity(boundary),
  }
}

/** Mean of every score. `list` must not be empty. */
export function meanScores(list: readonly Scores[]): Scores {
  const mean = (name: keyof Scores) => list.reduce((sum, scores) => sum + scores[name], 0) / list.length
  return Object.fromEntries(scoreNames.map((name) => [name, mean(name)])) as Scores
}
