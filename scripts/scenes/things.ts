import type { Names } from './painting.ts'
import { colourOf, type Light, mixed, type Surface, times } from './palette.ts'
import { blob, box, crown, limb, type Point, polygon, type Shape, shard, union, within } from './shape.ts'
import { blended, castShadow, centreOf, type Material, paint, type Stage } from './stage.ts'
import type { TextureName } from './texture.ts'

/** Draws one thing that stands at `foot` and is `size` pixels high, at `depth` (0 nearest, 1 the horizon). */
export type Thing = (stage: Stage, foot: Point, size: number, depth: number, group: number) => void

/** A new object, and its parts: the first one has the object's own number. */
function objectIn(stage: Stage, group: number): { whole: Names; part: () => Names } {
  const object = stage.nextId()
  return { whole: { part: object, object, group }, part: () => ({ part: stage.nextId(), object, group }) }
}

const nearness = (depth: number) => 1 + 1.5 * (1 - depth)

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

/** Walls with windows, door and roof; people draw walls and roof. */
export const house: Thing = (stage, [x, y], size, depth, group) => {
  const { dice, sun } = stage
  const { whole, part } = objectIn(stage, group)
  const width = size * dice.between(0.6, 2.2)
  const [left, right] = [x - width / 2, x + width / 2]
  const eaves = y - size * dice.between(0.55, 0.85)
  const front = box(left, eaves, right, y)
  const colour = blended(stage, 'wall', [x, y - size / 2], size / 2)
  const wall: Material = {
    surface: 'wall',
    texture: dice.pick(['plain', 'rough', 'bricks']),
    contrast: dice.between(0.05, 0.25),
    colour,
    scale: size / 160,
  }
  castShadow(stage, front, depth)
  paint(stage, front, wall, depth, whole)
  const roofs = dice.chance(0.7)
    ? polygon([
        [left - size * 0.05, eaves],
        [left + width * dice.between(0, 0.4), y - size],
        [right - width * dice.between(0, 0.4), y - size],
        [right + size * 0.05, eaves],
      ])
    : box(left - 1, eaves - size * 0.06, right + 1, eaves)
  paint(stage, roofs, { surface: 'roof', texture: 'bricks', contrast: 0.2, scale: size / 220 }, depth, part())
  if (dice.chance(0.6)) {
    const corner = left + width * dice.between(0.25, 0.75)
    const dim = sun > 0 ? box(left, eaves, corner, y) : box(corner, eaves, right, y)
    stage.painting.shine(dim, [0.6, 0.62, 0.66], stage.blurAt(depth))
  }
  const rows = dice.whole(1, Math.max(1, Math.min(6, Math.round((y - eaves) / 22))))
  const columns = dice.whole(2, Math.max(2, Math.min(12, Math.round(width / 18))))
  const pane: Shape[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [px, py] = [
        left + ((column + 0.3) / columns) * width,
        eaves + ((row + 0.25) / rows) * (y - eaves),
      ]
      pane.push(box(px, py, px + (0.42 / columns) * width, py + (0.5 / rows) * (y - eaves)))
    }
  }
  const glass: Material = { surface: dice.chance(0.7) ? 'dark' : 'sky', texture: 'rough', contrast: 0.3 }
  paint(stage, union(pane), glass, depth, size > 150 && dice.chance(0.5) ? part() : null)
}

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

/** A pole, a post or a trunk cut by the upper border. */
export const pole: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole } = objectIn(stage, group)
  const width = size * dice.between(0.012, 0.07)
  const shape = limb(
    [
      [x, y],
      [x + dice.between(-0.06, 0.06) * size, y - size],
    ],
    Math.max(0.8, width),
    Math.max(0.7, width * dice.between(0.5, 1)),
  )
  const surface: Surface = dice.pick(['bark', 'metal', 'wood', 'paint'])
  const colour = blended(stage, surface, [x, y - size / 2], size / 4)
  castShadow(stage, shape, depth)
  paint(stage, shape, { surface, texture: 'fur', contrast: 0.25, round: 0.8, colour }, depth, whole)
}

/** A hull with a band and a cabin, a cart or a car: painted bodies with parts. */
export const vehicle: Thing = (stage, [x, y], size, depth, group) => {
  const { dice } = stage
  const { whole, part } = objectIn(stage, group)
  const length = size * dice.between(1.4, 2.6)
  const slope = length * dice.between(0.02, 0.16)
  const deck = y - size * dice.between(0.4, 0.6)
  const hull = polygon([
    [x - length / 2, deck],
    [x + length / 2, deck - size * dice.between(0, 0.15)],
    [x + length / 2 - slope, y],
    [x - length / 2 + slope, y],
  ])
  const colour = blended(stage, 'paint', [x, deck], size)
  const paintwork: Material = {
    surface: 'paint',
    texture: 'rough',
    contrast: dice.between(0.05, 0.25),
    colour,
  }
  castShadow(stage, hull, depth)
  paint(stage, hull, { ...paintwork, round: 0.5 }, depth, whole)
  const [from, to] = [x - length * dice.between(0.1, 0.35), x + length * dice.between(0.1, 0.35)]
  const cabin = polygon([
    [from, deck + 1],
    [from + size * 0.12, y - size],
    [to - size * 0.12, y - size],
    [to, deck + 1],
  ])
  const roofing: Material = { surface: dice.pick(['wall', 'paint', 'wood']), texture: 'plain', contrast: 0.1 }
  paint(stage, cabin, roofing, depth, part())
  const pane = box(from + size * 0.2, y - size * 0.9, to - size * 0.2, deck - size * 0.06)
  paint(stage, pane, { surface: 'dark', texture: 'rough', contrast: 0.3 }, depth, null)
  const stripe = box(x - length / 2, deck + size * 0.1, x + length / 2, deck + size * 0.17)
  paint(stage, within(stripe, hull), { surface: 'paint', texture: 'plain', contrast: 0.1 }, depth, null)
  if (dice.chance(0.5)) {
    const wheels = [-0.3, 0.3].map((t) => blob(dice, [x + t * length, y], size * 0.16, size * 0.16, 0))
    paint(stage, union(wheels), { surface: 'dark', texture: 'plain', contrast: 0.1 }, depth, part())
  }
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
