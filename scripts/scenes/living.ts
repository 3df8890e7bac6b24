import { colourOf, mixed, times } from './palette.ts'
import { blob, crown, limb, type Point, polygon, union, within } from './shape.ts'
import {
  blended,
  castShadow,
  centreOf,
  type Material,
  nearness,
  objectIn,
  paint,
  type Thing,
} from './stage.ts'
import type { TextureName } from './texture.ts'

export const tree: Thing = (stage, [x, y], size, depth, group) => {
  const { dice, noise } = stage
  const { whole, part } = objectIn(stage, group)
  const width = size * dice.between(0.025, 0.06)
  const lean = dice.between(-0.08, 0.08) * size
  const trunk: Point[] = [
    [x, y],
    [x + lean * 0.4, y - size * 0.35],
    [x + lean, y - size * 0.8],
  ]
  const stem = limb(trunk, width, width * 0.4)
  const branches = Array.from({ length: dice.whole(2, 6) }, () => {
    const t = dice.between(0.35, 0.8)
    const from: Point = [x + lean * t, y - size * t]
    const reach = size * dice.between(0.15, 0.35)
    const to: Point = [from[0] + dice.pick([-1, 1]) * reach, from[1] - reach * dice.between(0.2, 1)]
    return limb([from, to], width * 0.5, Math.max(0.4, width * 0.12))
  })
  const isBare = dice.chance(0.2)
  const wood = { surface: 'bark', texture: 'fur', contrast: 0.3, round: 0.8, scale: 0.8 } as const
  const colour = blended(stage, 'bark', [x, y - size / 2], size / 4)
  castShadow(stage, union([stem, ...branches]), depth)
  const names = isBare ? whole : part()
  paint(stage, union([stem, ...branches]), { ...wood, colour }, depth, names)
  if (isBare) return
  const leaves = blended(stage, dice.chance(0.85) ? 'foliage' : 'dry', [x, y - size * 0.7], size / 4)
  const isConifer = dice.chance(0.2)
  const count = isConifer ? 1 : dice.whole(1, 5)
  const clusters = Array.from({ length: count }, (_, i) => {
    const spread = count === 1 ? 0 : 0.25
    const at: Point = [
      x + lean + size * dice.between(-spread, spread),
      y - size * (isConifer ? 0.5 : 0.68 + dice.between(-0.12, 0.12) * (i > 0 ? 1 : 0)),
    ]
    const rx = size * (isConifer ? dice.between(0.12, 0.2) : dice.between(0.2, 0.36))
    return crown(
      dice,
      noise,
      at,
      rx,
      size * (isConifer ? 0.45 : dice.between(0.17, 0.3)),
      2 * nearness(depth),
    )
  })
  const leafage: Material = {
    surface: 'foliage',
    texture: dice.pick(['foliage', 'leaves', 'leaves']),
    contrast: dice.between(0.25, 0.6),
    round: 0.6,
    colour: leaves,
    scale: nearness(depth) * 0.6,
  }
  paint(stage, union(clusters), leafage, depth, whole)
}

export const bush: Thing = (stage, [x, y], size, depth, group) => {
  const { dice, noise } = stage
  const { whole } = objectIn(stage, group)
  const rx = size * dice.between(0.6, 1.6)
  const shape = crown(dice, noise, [x, y - size * 0.4], rx, size * 0.5, 2 * nearness(depth))
  const surface = dice.pick(['foliage', 'foliage', 'dry', 'grass', 'petal'] as const)
  const colour = blended(stage, surface, centreOf(shape), size / 2)
  const contrast = dice.between(0.25, 0.6)
  const scale = nearness(depth) * 0.6
  const texture = dice.pick(['foliage', 'leaves', 'leaves'] as const)
  paint(stage, shape, { surface, texture, contrast, round: 0.5, colour, scale }, depth, whole)
}

/** Body, neck, head and legs of something with four feet. */
export const animal: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole, part } = objectIn(stage, group)
  const way = dice.pick([-1, 1])
  const length = size * dice.between(0.9, 1.4)
  const girth = size * dice.between(0.2, 0.32)
  const back = y - size * 0.62
  const body = blob(dice, [x, back], length * 0.42, girth, 0.06, dice.between(-0.1, 0.1))
  const shoulder: Point = [x + way * length * 0.33, back - girth * 0.3]
  const headAt: Point = [shoulder[0] + way * size * dice.between(0.12, 0.3), y - size * dice.between(0.75, 1)]
  const neck = limb([shoulder, headAt], girth * 0.55, girth * 0.33)
  const head = blob(dice, headAt, size * 0.16, size * 0.09, 0.1, way * dice.between(0.2, 0.6))
  const legs = [-0.36, -0.27, 0.24, 0.33].map((t) => {
    const knee = x + way * length * (t + dice.between(-0.05, 0.05))
    return limb(
      [
        [x + way * length * t, back],
        [knee, y - size * 0.28],
        [x + way * length * (t + dice.between(-0.08, 0.08)), y],
      ],
      girth * 0.34,
      size * 0.035,
    )
  })
  const surface = dice.pick(['fur', 'fur', 'fur', 'feather'] as const)
  const colour = blended(stage, surface, [x, back], size)
  const texture: TextureName = dice.pick(['fur', 'fur', 'plain', 'rough', 'spots', 'stripes'])
  const contrast =
    texture === 'spots' || texture === 'stripes' ? dice.between(0.15, 0.6) : dice.between(0.06, 0.3)
  const coat: Material = { surface, texture, contrast, round: 0.9, colour, scale: size / 130 }
  const figure = union([body, neck, head, ...legs])
  castShadow(stage, figure, depth)
  paint(stage, figure, coat, depth, whole)
  if (dice.chance(0.5)) {
    const other = { ...coat, colour: mixed(colour, colourOf(surface, dice), 0.6) }
    paint(stage, union([head, neck]), other, depth, part())
  }
  if (dice.chance(0.6)) {
    const pale = { ...coat, colour: times(colour, dice.between(1.3, 2.2)) }
    const belly = blob(dice, [x, back + girth * 0.8], length * 0.35, girth * 0.45, 0.1)
    paint(stage, within(belly, body), pale, depth, null)
  }
  if (size > 60) {
    const eye = blob(dice, headAt, size * 0.018, size * 0.018, 0)
    paint(stage, eye, { surface: 'dark', texture: 'plain', contrast: 0.05 }, depth, null)
  }
}

export const person: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole, part } = objectIn(stage, group)
  const width = size * dice.between(0.11, 0.17)
  const hip = y - size * 0.48
  const neck = y - size * 0.84
  const stride = size * dice.between(0.02, 0.14)
  const legs = union(
    [-1, 1].map((side) =>
      limb(
        [
          [x + side * width * 0.45, hip],
          [x + side * stride, y],
        ],
        width * 0.5,
        width * 0.28,
      ),
    ),
  )
  const torso = union([
    polygon([
      [x - width, neck + size * 0.03],
      [x + width, neck + size * 0.03],
      [x + width * 0.85, hip + size * 0.03],
      [x - width * 0.85, hip + size * 0.03],
    ]),
    ...[-1, 1].map((side) =>
      limb(
        [
          [x + side * width, neck + size * 0.06],
          [x + side * width * dice.between(1, 1.9), neck + size * dice.between(0.15, 0.25)],
          [x + side * width * dice.between(0.4, 1.9), neck + size * dice.between(0.2, 0.4)],
        ],
        width * 0.34,
        width * 0.22,
      ),
    ),
  ])
  const head = blob(dice, [x, neck - size * 0.06], size * 0.062, size * 0.082, 0.05)
  const cloth = (at: Point): Material => ({
    surface: 'cloth',
    texture: dice.pick(['plain', 'plain', 'rough', 'stripes', 'spots', 'grain']),
    contrast: dice.between(0.06, 0.45),
    round: 0.7,
    scale: size / 200,
    colour: blended(stage, 'cloth', at, size / 6),
  })
  castShadow(stage, union([legs, torso, head]), depth)
  paint(stage, legs, cloth([x, hip]), depth, whole)
  paint(stage, torso, cloth([x, neck]), depth, part())
  paint(stage, head, { surface: 'skin', texture: 'plain', contrast: 0.1, round: 0.9 }, depth, part())
  if (size > 50) {
    const hair = blob(dice, [x, neck - size * 0.1], size * 0.07, size * 0.06, 0.12)
    const colour = colourOf('dark', dice)
    paint(stage, hair, { surface: 'dark', texture: 'fur', contrast: 0.2, scale: 0.5, colour }, depth, part())
  }
}
