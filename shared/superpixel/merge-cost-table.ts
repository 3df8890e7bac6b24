/**
 * Constants of the merge cost (`merge-cost.ts`), of the colours it sees (`adaptation.ts`) and of the settling of border
 * pixels (`settling.ts`).
 *
 * Round numbers near the optimum on rendered scenes, whose borders are known. From this table on,
 * `scripts/learn-merge-cost.ts --scenes 60 --seed 1 --rounds 1 --step 1.5` finds an objective of 0.9976 for 1 (root 25,
 * colour 1.3, the others as they are; steps of 5 % alone make ±0.3 %), and 0.984 with a gain of 2.1 in place of the derived
 * one. A factor of 1.5 costs 0.2 to 0.7 % in each, nothing in `company`, 1.2 % in `gain`. (Measured when borders settled
 * twice, in cells of 600 and of 200 pixels.) What of them goes back to photographs is said in
 * `docs/decisions/0011-superpixel-algorithm.md`.
 */
export const costTable = {
  /** Added to the mean root of the gradient, in its units. */
  root: 24,
  /** Added to the squared distance of the mean colours, CIELAB units. */
  colour: 1.5,
  /** Added to the mean coarse gradient, in its units. */
  coarse: 1.2,
  /** CIELAB units of colour that a unit of roughness, right or down, is worth: between two regions. */
  roughness: 0.0115,
  /** Quarters of a CIELAB unit that a unit of roughness is worth: in the coarse gradient. */
  coarseRoughness: 0.2,
  /** Added to the roughness of the smoother region, right and down together, in its units. */
  texture: 110,
  /** What two regions without any difference cost, against evidence in the units above. */
  flatness: 120,
  /**
   * How much chroma grows near the image's own grey: about 1 + shrink · 12, so that the chroma that photographs have on
   * average stays as it is. Scenes would ask for more, because their things differ in hue more than things do.
   */
  gain: 1.4,
  /** Per CIELAB unit of chroma: how fast it stops growing. */
  shrink: 0.03,
  /** What one neighbour in the same cell is worth to a border pixel, CIELAB units. */
  company: 2,
} as const
