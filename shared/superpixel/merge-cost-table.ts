/**
 * Constants of the merge cost (`merge-cost.ts`), of the colours it sees (`adaptation.ts`) and of the settling of border
 * pixels (`settling.ts`).
 */
export const costTable = {
  /** Added to the mean root of the gradient, in its units. */
  root: 16,
  /** Added to the squared distance of the mean colours, CIELAB units. */
  colour: 2,
  /** Added to the mean coarse gradient, in its units. */
  coarse: 1.2,
  /** CIELAB units of colour that a unit of roughness, right or down, is worth: between two regions. */
  roughness: 0.0115,
  /** Quarters of a CIELAB unit that a unit of roughness is worth: in the coarse gradient. */
  coarseRoughness: 0.13,
  /** Added to the roughness of the smoother region, right and down together, in its units. */
  texture: 120,
  /** What two regions without any difference cost, against evidence in the units above. */
  flatness: 80,
  /** How much chroma grows near the image's own grey. */
  gain: 1.4,
  /** Per CIELAB unit of chroma: how fast it stops growing. */
  shrink: 0.03,
  /** What one neighbour in the same cell is worth to a border pixel, CIELAB units. */
  company: 2,
} as const
