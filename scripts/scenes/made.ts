import type { Surface } from './palette.ts'
import { blob, box, limb, polygon, type Shape, union, within } from './shape.ts'
import { blended, castShadow, type Material, objectIn, paint, type Thing } from './stage.ts'

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
