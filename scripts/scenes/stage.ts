import type { Dice } from './dice.ts'
import type { Names, Painting, Surfacing } from './painting.ts'
import { colourOf, type Light, mixed, type Surface, times } from './palette.ts'
import { blob, limb, type Point, type Shape, shadowOf, within } from './shape.ts'
import { type Field, type TextureName, textureOf } from './texture.ts'

/** What everything in one scene shares. */
export type Stage = {
  readonly painting: Painting
  readonly dice: Dice
  readonly noise: Field
  /** Where the light comes from: -1 left, 1 right. */
  readonly sun: number
  /** 0: overcast, without shadows; 1: bright sun. */
  readonly hardness: number
  /** Defocus at a depth, in pixels; depth 0 is nearest, 1 the horizon. */
  readonly blurAt: (depth: number) => number
  /** How much things resemble what is behind them, 0 … 1. */
  readonly camouflage: number
  /** How strong textures are, about 1. */
  readonly roughness: number
  readonly nextId: () => number
}

/** Draws one thing that stands at `foot` and is `size` pixels high, at `depth` (0 nearest, 1 the horizon). */
export type Thing = (stage: Stage, foot: Point, size: number, depth: number, group: number) => void

export type Material = {
  readonly surface: Surface
  readonly texture: TextureName
  /** Deviation of the logarithm of light. */
  readonly contrast: number
  /** Size of the texture; 1 as in a landscape. */
  readonly scale?: number
  /** 0: flat; 1: as round as a ball. */
  readonly round?: number
  readonly colour?: Light
}

/** Colour, texture and shading of `shape` as one surface. */
export function surfacing(stage: Stage, shape: Shape, material: Material): Surfacing {
  const { dice, noise, sun, hardness, roughness } = stage
  const { surface, scale = 1, round = 0 } = material
  const base = material.colour ?? colourOf(surface, dice)
  const other = mixed(base, times(colourOf(surface, dice), dice.between(0.5, 1.3)), dice.between(0.4, 1))
  const texture = textureOf(material.texture, dice, noise, scale)
  const tint = textureOf(dice.pick(['rough', 'coarse']), dice, noise, scale)
  const contrast = material.contrast * roughness
  const [cx, cy] = centreOf(shape)
  const [rx, ry] = [(shape.box.right - shape.box.left) / 2 || 1, (shape.box.bottom - shape.box.top) / 2 || 1]
  const slope = dice.between(-0.18, 0.18)
  const fall = dice.between(-0.15, 0.25)
  const side = round * (0.2 + 0.55 * hardness)
  return (x, y, out) => {
    const [u, v] = [(x - cx) / rx, (y - cy) / ry]
    const bulge = Math.max(-1.3, Math.min(1.3, 0.75 * sun * u - 0.6 * v))
    const light = Math.exp(contrast * Math.min(2.2, texture(x, y)) + slope * u - fall * v + side * bulge)
    const t = Math.min(1, Math.max(0, 0.5 + 0.5 * tint(x + 71, y + 13)))
    for (let c = 0; c < 3; c++) out[c] = (base[c]! + (other[c]! - base[c]!) * t) * light
  }
}

/** A colour of `surface` for something at a point: sometimes close to what is behind it. */
export function blended(stage: Stage, surface: Surface, [x, y]: Point, radius: number): Light {
  const { dice, painting, camouflage } = stage
  const colour = colourOf(surface, dice)
  if (!dice.chance(camouflage)) return colour
  return mixed(colour, painting.around(x, y, radius), dice.between(0.4, 0.85))
}

export function paint(
  stage: Stage,
  shape: Shape,
  material: Material,
  depth: number,
  names: Names | null,
): void {
  stage.painting.paint(shape, surfacing(stage, shape, material), stage.blurAt(depth), names)
  if (names !== null) blemish(stage, shape, depth)
}

/** Folds, cracks, stains and glints on a surface: borders that nobody draws. */
function blemish({ painting, dice, roughness, blurAt }: Stage, shape: Shape, depth: number): void {
  const { left, top, right, bottom } = shape.box
  const [width, height] = [Math.min(right, painting.width) - left, Math.min(bottom, painting.height) - top]
  const size = Math.sqrt(Math.max(0, width * height))
  if (size < 12 || !dice.chance(0.6)) return
  const strength = Math.min(1, roughness / 2)
  for (let i = Math.round(dice.power(1, 3 + size / 8, 1.3)); i > 0; i--) {
    const at: Point = [left + width * dice.next(), top + height * dice.next()]
    const length = dice.power(4, Math.max(6, size * 0.35), 1.3)
    const angle = dice.between(0, Math.PI)
    const mark = dice.chance(0.6)
      ? limb(
          [
            [at[0] - length * Math.cos(angle), at[1] - length * Math.sin(angle)],
            [at[0] + dice.between(-0.3, 0.3) * length, at[1] + dice.between(-0.3, 0.3) * length],
            [at[0] + length * Math.cos(angle), at[1] + length * Math.sin(angle)],
          ],
          dice.between(0.5, 1.8),
          dice.between(0.3, 1),
        )
      : blob(dice, at, length * 0.6, length * dice.between(0.15, 0.5), 0.15, angle)
    const light = Math.exp(strength * (dice.chance(0.65) ? -1 : 0.8) * dice.between(0.25, 1.1))
    painting.shine(within(mark, shape), [light, light, light], blurAt(depth) + dice.power(0.15, 2, 1.3))
  }
}

/** The shadow on the ground, when the sun shines, and the darkness under what stands there. */
export function castShadow(stage: Stage, shape: Shape, depth: number): void {
  const { painting, dice, sun, hardness } = stage
  const height = shape.box.bottom - shape.box.top
  if (dice.chance(hardness)) {
    const shade = 1 - dice.between(0.35, 0.75) * hardness
    const cast = shadowOf(shape, -sun * dice.between(0.2, 1.2), dice.between(0.12, 0.35))
    painting.shine(cast, [shade * 0.94, shade, shade * 1.08], 0.6 + stage.blurAt(depth) + height / 90)
  }
  const { left, right, bottom } = shape.box
  const [cx, rx, ry] = [(left + right) / 2, (right - left) * 0.42, Math.max(2, (right - left) * 0.07)]
  const contact: Shape = {
    box: { left: cx - rx, right: cx + rx, top: bottom - ry, bottom: bottom + ry },
    contains: (x, y) => ((x - cx) / rx) ** 2 + ((y - bottom) / ry) ** 2 < 1,
  }
  painting.shine(contact, [0.6, 0.6, 0.62], Math.max(1, ry / 2))
}

export function centreOf({ box }: Shape): Point {
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
}

/** A new object, and its parts: the first one has the object's own number. */
export function objectIn(stage: Stage, group: number): { whole: Names; part: () => Names } {
  const object = stage.nextId()
  return { whole: { part: object, object, group }, part: () => ({ part: stage.nextId(), object, group }) }
}

/** How much larger textures are near than at the horizon. */
export const nearness = (depth: number) => 1 + 1.5 * (1 - depth)
