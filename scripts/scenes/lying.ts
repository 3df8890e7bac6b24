import { colourOf, type Light, mixed } from './palette.ts'
import { blob, crown, limb, type Point, shard, within } from './shape.ts'
import { blended, castShadow, type Material, objectIn, paint, type Thing } from './stage.ts'

export const rock: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole } = objectIn(stage, group)
  const rx = size * dice.between(0.5, 1.3)
  const at: Point = [x, y - size / 2]
  const shape = dice.chance(0.5)
    ? blob(dice, at, rx, size / 2, 0.09)
    : shard(dice, at, rx, size / 2, dice.whole(5, 9))
  const surface = dice.pick(['rock', 'rock', 'rock', 'soil', 'snow'] as const)
  const colour = blended(stage, surface, at, size)
  const contrast = dice.between(0.15, 0.45)
  castShadow(stage, shape, depth)
  const texture = dice.pick(['rough', 'coarse', 'grain'] as const)
  paint(stage, shape, { surface, texture, contrast, round: 0.9, colour, scale: size / 120 }, depth, whole)
}

/** A bird, a flower, a mask: a large round body with markings, seen from near. */
export const subject: Thing = (stage, [x, y], size, depth, group) => {
  const { dice, noise } = stage
  const { whole, part } = objectIn(stage, group)
  const surface = dice.pick(['feather', 'fur', 'petal', 'cloth', 'skin', 'rock', 'wood'] as const)
  const at: Point = [x, y - size * 0.4]
  const tilt = dice.between(-0.7, 0.7)
  const body = blob(dice, at, size * dice.between(0.25, 0.5), size * dice.between(0.25, 0.42), 0.09, tilt)
  const colour = blended(stage, surface, at, size)
  const texture = dice.pick(['fur', 'rough', 'plain', 'spots', 'stripes', 'grain', 'coarse'] as const)
  const contrast = dice.between(0.08, 0.4)
  const skin: Material = { surface, texture, contrast, round: 1, colour, scale: size / 120 }
  castShadow(stage, body, depth)
  paint(stage, body, skin, depth, whole)
  for (let i = dice.whole(0, 5); i > 0; i--) {
    const away = size * dice.between(0.1, 0.4)
    const angle = dice.between(0, 2 * Math.PI)
    const place: Point = [at[0] + away * Math.cos(angle), at[1] + away * Math.sin(angle)]
    const r = size * dice.power(0.04, 0.3, 1.5)
    const isCrest = dice.chance(0.2)
    const shape = isCrest
      ? crown(dice, noise, place, r, r * dice.between(0.5, 1), 3)
      : blob(dice, place, r, r * dice.between(0.3, 1), 0.1, dice.between(0, 3))
    const hue = mixed(colour, colourOf(surface, dice), dice.between(0.3, 1))
    const isDrawn = dice.chance(0.5)
    const clipped = isDrawn ? shape : within(shape, body)
    paint(
      stage,
      clipped,
      { ...skin, colour: hue, contrast: dice.between(0.05, 0.3) },
      depth,
      isDrawn ? part() : null,
    )
  }
  if (dice.chance(0.3 + 0.4 * stage.hardness)) {
    const glint = blob(
      dice,
      [at[0] + stage.sun * size * 0.12, at[1] - size * 0.15],
      size * 0.07,
      size * 0.04,
      0.1,
    )
    const shine: Light = [2, 2, 1.9]
    stage.painting.shine(within(glint, body), shine, size * dice.between(0.005, 0.04) + 0.4)
  }
}

/** One of many things that lie about: fruit, leaves, stones, cloths. */
export const litter: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole } = objectIn(stage, group)
  const [rx, ry] = [size * dice.between(0.4, 1), size * dice.between(0.25, 0.6)]
  const turn = dice.between(0, Math.PI)
  const kind = dice.whole(0, 3)
  const shape =
    kind === 0
      ? blob(dice, [x, y], rx, ry, 0.1, turn)
      : kind === 1
        ? shard(dice, [x, y], rx, ry, dice.whole(4, 8))
        : kind === 2
          ? blob(dice, [x, y], size * 0.5, size * 0.5, 0.01)
          : limb(
              [
                [x - rx * Math.cos(turn), y - rx * Math.sin(turn)],
                [x + dice.between(-0.2, 0.2) * rx, y + dice.between(-0.2, 0.2) * rx],
                [x + rx * Math.cos(turn), y + rx * Math.sin(turn)],
              ],
              ry * 0.35,
              ry * 0.2,
            )
  const surface = dice.pick([
    'rock',
    'petal',
    'cloth',
    'wood',
    'foliage',
    'dry',
    'metal',
    'paint',
    'wall',
  ] as const)
  const texture = dice.pick(['plain', 'rough', 'grain', 'stripes', 'spots', 'coarse', 'fur'] as const)
  const colour = blended(stage, surface, [x, y], size)
  const { painting, sun, hardness } = stage
  const drop = {
    box: shape.box,
    contains: (px: number, py: number) => shape.contains(px + sun * size * 0.07, py - size * 0.07),
  }
  const dim = 1 - 0.5 * (0.4 + 0.6 * hardness)
  painting.shine(drop, [dim, dim, dim * 1.05], 0.8 + size * 0.03 * (1.3 - hardness))
  const contrast = dice.between(0.06, 0.4)
  paint(
    stage,
    shape,
    { surface, texture, contrast, round: dice.between(0, 1), colour, scale: size / 90 },
    depth,
    whole,
  )
}
