// `merge-cost.ts` of the reference, four at a time and step by step the same. Its constants are in memory: see `COST` in
// `engine/plan.ts`.

const ROOT: usize = 512
const COLOUR: usize = 516
const COARSE: usize = 520
const TEXTURE: usize = 524
const FLATNESS: usize = 528
/** In quarters: 0 … 4. */
const COMPACTNESS: usize = 532
export const GAIN: usize = 536
export const SHRINK: usize = 540
export const COMPANY: usize = 544
const ROUGHNESS: usize = 548
export const COARSE_ROUGHNESS: usize = 552

const BASE_FLATNESS: f32 = 4.0
const GRADIENT_UNIT: f32 = 1.0 / 32768.0
const COLOUR_UNIT: f32 = 1.0 / 4096.0
const TIE_UNIT: f32 = 2.9802322831784522e-9
export const TIES: i32 = 256

/** `sideCost`. */
export function sideCosts(squares: v128, gradients: v128, ties: v128): v128 {
  const colour = f32x4.mul(f32x4.convert_i32x4_s(squares), f32x4.splat(COLOUR_UNIT))
  return f32x4.mul(unlikeness(colour, f32x4.convert_i32x4_s(gradients)), ties)
}

/** `pairCost`. `right…`, `down…`: roughness. */
export function pairCosts(
  dl: v128,
  da: v128,
  db: v128,
  areaU: v128,
  areaV: v128,
  rightU: v128,
  downU: v128,
  rightV: v128,
  downV: v128,
  gradient: v128,
  length: v128,
  coarse: v128,
  u: v128,
  v: v128,
): v128 {
  const perSide = f32x4.div(f32x4.splat(1), length)
  const root = f32x4.add(f32x4.mul(gradient, perSide), constant(ROOT))
  const afar = f32x4.add(f32x4.mul(coarse, perSide), constant(COARSE))
  const smoother = f32x4.pmin(f32x4.add(rightU, downU), f32x4.add(rightV, downV))
  const texture = f32x4.add(smoother, constant(TEXTURE))
  const right = f32x4.sub(rightU, rightV)
  const down = f32x4.sub(downU, downV)
  const square = f32x4.add(f32x4.mul(right, right), f32x4.mul(down, down))
  const weave = f32x4.mul(square, constant(ROUGHNESS))
  const colour = f32x4.add(f32x4.add(distances(dl, da, db), weave), constant(COLOUR))
  const unlike = f32x4.div(f32x4.mul(colour, afar), texture)
  const evidence = f32x4.add(f32x4.mul(f32x4.mul(root, root), f32x4.sqrt(unlike)), constant(FLATNESS))
  const shape = shapes(f32x4.mul(f32x4.pmin(areaU, areaV), perSide))
  const size = f32x4.mul(harmonicMeans(areaU, areaV), shape)
  return f32x4.mul(f32x4.mul(size, evidence), pairTies(u, v))
}

export function constant(at: usize): v128 {
  return v128.load32_splat(at)
}

/** `shapeOf`. */
function shapes(slimness: v128): v128 {
  const half = f32x4.sqrt(slimness)
  const quarters = load<u32>(COMPACTNESS)
  if (quarters === 2) return half
  if (quarters === 0) return f32x4.splat(1)
  if (quarters === 4) return slimness
  const quarter = f32x4.sqrt(half)
  return quarters === 1 ? quarter : f32x4.mul(half, quarter)
}

/** d² + g^1.5 and a little, of the gradient's root. */
export function unlikeness(distance: v128, gradient: v128): v128 {
  const line = f32x4.mul(f32x4.mul(f32x4.mul(gradient, gradient), gradient), f32x4.splat(GRADIENT_UNIT))
  return f32x4.add(f32x4.add(distance, line), f32x4.splat(BASE_FLATNESS))
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
