// `merge-cost.ts` of the reference, four at a time and step by step the same.

const FLATNESS: f32 = 4.0
const GRADIENT_UNIT: f32 = 0.125
const COLOUR_UNIT: f32 = 1.0 / 4096.0
const TIE_UNIT: f32 = 2.9802322831784522e-9
export const TIES: i32 = 256

/** `sideCost`. */
export function sideCosts(squares: v128, gradients: v128, ties: v128): v128 {
  const colour = f32x4.mul(f32x4.convert_i32x4_s(squares), f32x4.splat(COLOUR_UNIT))
  return f32x4.mul(unlikeness(colour, f32x4.convert_i32x4_s(gradients)), ties)
}

/** `pairCost`. */
export function pairCosts(
  dl: v128,
  da: v128,
  db: v128,
  areaU: v128,
  areaV: v128,
  gradient: v128,
  length: v128,
  u: v128,
  v: v128,
): v128 {
  const perSide = f32x4.div(f32x4.splat(1), length)
  const unlike = unlikeness(distances(dl, da, db), f32x4.mul(gradient, perSide))
  const shape = f32x4.sqrt(f32x4.mul(f32x4.pmin(areaU, areaV), perSide))
  const size = f32x4.mul(harmonicMeans(areaU, areaV), shape)
  return f32x4.mul(f32x4.mul(size, unlike), pairTies(u, v))
}

/** d² + g^1.5 + λ. */
export function unlikeness(distance: v128, gradient: v128): v128 {
  const line = f32x4.mul(f32x4.mul(gradient, f32x4.sqrt(gradient)), f32x4.splat(GRADIENT_UNIT))
  return f32x4.add(f32x4.add(distance, line), f32x4.splat(FLATNESS))
}

export function distances(dl: v128, da: v128, db: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(dl, dl), f32x4.mul(da, da)), f32x4.mul(db, db))
}

export function harmonicMeans(a: v128, b: v128): v128 {
  const product = f32x4.mul(a, b)
  return f32x4.div(f32x4.add(product, product), f32x4.add(a, b))
}

/** `pairTie`. */
function pairTies(u: v128, v: v128): v128 {
  let hash = i32x4.mul(i32x4.add(u, v), i32x4.splat(0x9e3779b1))
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 15)), i32x4.splat(0x85ebca6b))
  const share = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(hash, 8)), f32x4.splat(TIE_UNIT))
  return f32x4.add(f32x4.splat(1), share)
}
