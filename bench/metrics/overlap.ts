import type { Segmentation } from '../../test/support/berkeley.ts'
import type { Partition } from './components.ts'

/** Pixels that superpixel S_j and segment G_i have in common, at `j * segments + i`. */
export type Overlaps = {
  readonly segments: number
  readonly pixels: Uint32Array
  readonly areas: Uint32Array
  readonly pixelCount: number
}

export function overlapsOf({ label, areas }: Partition, { count, labels }: Segmentation): Overlaps {
  const pixels = new Uint32Array(areas.length * count)
  for (let p = 0; p < label.length; p++) pixels[label[p]! * count + labels[p]!]!++
  return { segments: count, pixels, areas, pixelCount: label.length }
}

/**
 * Share of the pixels that leak, lower is better: Σ_i Σ_j min(|S_j ∩ G_i|, |S_j| - |S_j ∩ G_i|) / N. Neubert and
 * Protzel, as in Stutz, Hermans, Leibe, "Superpixels: An Evaluation of the State-of-the-Art", CVIU 2018.
 */
export function undersegmentationError({ segments, pixels, areas, pixelCount }: Overlaps): number {
  let leak = 0
  for (let j = 0, at = 0; j < areas.length; j++) {
    const area = areas[j]!
    for (let i = 0; i < segments; i++, at++) leak += Math.min(pixels[at]!, area - pixels[at]!)
  }
  return leak / pixelCount
}

/** Accuracy of the best labelling that gives each superpixel one segment: Σ_j max_i |S_j ∩ G_i| / N. */
export function achievableAccuracy({ segments, pixels, areas, pixelCount }: Overlaps): number {
  let right = 0
  for (let j = 0, at = 0; j < areas.length; j++) {
    let most = 0
    for (let i = 0; i < segments; i++, at++) if (pixels[at]! > most) most = pixels[at]!
    right += most
  }
  return right / pixelCount
}
