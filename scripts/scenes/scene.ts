import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { annotators, type Segmentation, segmentation } from './annotators.ts'
import { anyCamera, develop } from './camera.ts'
import { type Dice, diceOf } from './dice.ts'
import { animal, bush, person, tree } from './living.ts'
import { litter, rock, subject } from './lying.ts'
import { house, pole, vehicle } from './made.ts'
import { Painting } from './painting.ts'
import { colourOf, mixed, type Surface } from './palette.ts'
import { below, blob, box, crown, type Point, shard } from './shape.ts'
import { type Material, paint, type Stage, surfacing, type Thing } from './stage.ts'
import { type Field, noiseOf, roughness, type TextureName } from './texture.ts'

export type Scene = RgbaImage & { readonly truths: readonly Segmentation[] }

/**
 * A picture with the statistics of photographs, as far as superpixels meet them, and what three people would draw on it:
 * parts, objects, and what is left at a glance. The same arguments give the same scene.
 */
export function renderScene(seed: number, width = 481, height = 321): Scene {
  const dice = diceOf(3 * seed)
  const noise = noiseOf(3 * seed + 1)
  const painting = new Painting(width, height)
  const focus = dice.between(0, 0.6)
  const aperture = dice.chance(0.45) ? dice.power(0.5, 7, 1.3) : 0.3
  let ids = 0
  const stage: Stage = {
    painting,
    dice,
    noise,
    sun: dice.pick([-1, 1]),
    hardness: dice.chance(0.4) ? dice.between(0, 0.3) : dice.between(0.5, 1),
    blurAt: (depth) => aperture * Math.max(0, Math.abs(depth - focus) - 0.08),
    camouflage: dice.between(0.22, 0.82),
    roughness: dice.power(0.6, 2.5, 0.8),
    nextId: () => ids++,
  }
  dice.pick([landscape, landscape, landscape, portrait, portrait, clutter, town])(stage)
  patchesOfLight(stage)
  const data = develop(painting.light, width, height, anyCamera(dice), dice)
  const hand = noiseOf(3 * seed + 2)
  const truths = annotators.map((annotator) => segmentation(painting.marks, width, height, annotator, hand))
  return { width, height, data, truths }
}

/** Names of something that is one piece. */
function alone(stage: Stage, group?: number) {
  const part = stage.nextId()
  return { part, object: part, group: group ?? part }
}

function sky(stage: Stage, horizon: number): void {
  const { painting, dice, noise } = stage
  const { width } = painting
  const [zenith, haze, cloud] = [colourOf('sky', dice), colourOf('haze', dice), colourOf('cloud', dice)]
  const clouds = roughness(noise, dice.between(60, 160), dice.between(0.5, 0.7))
  const cover = dice.between(-2, 1.2)
  const softness = dice.between(0.4, 2.5)
  const shape = box(0, 0, width, painting.height)
  painting.paint(
    shape,
    (x, y, out) => {
      const t = Math.min(1, Math.max(0, y / Math.max(40, horizon)))
      const base = mixed(zenith, haze, t ** 1.5 * 0.8)
      const density = 1 / (1 + Math.exp(-(clouds(x, y * 2) + cover) / softness / 0.4))
      for (let c = 0; c < 3; c++) out[c] = base[c]! + (cloud[c]! - base[c]!) * density
    },
    stage.blurAt(1),
    alone(stage),
  )
}

/** A line of hills, trees or coast from left to right. */
function ridge(dice: Dice, noise: Field, level: number, height: number, size: number, gain: number) {
  const line = roughness(noise, size, gain)
  const offset = dice.between(0, 500)
  return (x: number) => level - height * line(x + offset, offset)
}

const grounds: readonly (readonly [Surface, TextureName, number])[] = [
  ['grass', 'grass', 0.28],
  ['dry', 'grass', 0.28],
  ['sand', 'rough', 0.14],
  ['soil', 'rough', 0.35],
  ['water', 'water', 0.25],
  ['rock', 'coarse', 0.4],
  ['snow', 'plain', 0.1],
  ['grass', 'leaves', 0.3],
  ['rock', 'pebbles', 0.35],
  ['soil', 'pebbles', 0.3],
]

function groundOf(dice: Dice): Material {
  const [surface, texture, contrast] = dice.pick(grounds)
  return { surface, texture, contrast: contrast * dice.between(0.6, 1.4), scale: dice.between(0.8, 1.6) }
}

function landscape(stage: Stage): void {
  const { painting, dice, noise } = stage
  const { width, height } = painting
  const horizon = height * dice.between(0.15, 0.65)
  sky(stage, horizon)
  const far = alone(stage).group
  const haze = painting.around(width / 2, horizon, 20)
  for (let i = dice.whole(0, 3), level = horizon; i > 0; i--, level += height * dice.between(0.02, 0.07)) {
    const isWood = dice.chance(0.4)
    const rise = height * dice.between(0.01, 0.09)
    const line = isWood
      ? ridge(dice, noise, level, rise * 0.6, 40, 0.8)
      : ridge(dice, noise, level, rise, dice.between(100, 300), dice.between(0.35, 0.55))
    const surface: Surface = isWood ? 'foliage' : dice.pick(['hill', 'hill', 'rock', 'dry', 'snow'] as const)
    const colour = mixed(colourOf(surface, dice), haze, dice.between(0, 0.7))
    const texture: TextureName = isWood ? 'leaves' : dice.pick(['rough', 'coarse', 'plain'] as const)
    const material = { surface, texture, contrast: dice.between(0.08, 0.4), colour, scale: 0.6 }
    paint(stage, below(line, width, height), material, 1, alone(stage, far))
  }
  const line = ridge(dice, noise, horizon + height * 0.05, height * dice.between(0.002, 0.03), 200, 0.4)
  const near = alone(stage).group
  paint(stage, below(line, width, height), groundOf(dice), 0.6, alone(stage, near))
  for (let i = dice.whole(0, 2); i > 0; i--) {
    const level = dice.between(horizon + height * 0.1, height)
    const tilt = dice.between(-0.15, 0.15)
    const wave = ridge(dice, noise, level, height * dice.between(0.005, 0.04), 120, dice.between(0.4, 0.7))
    const edge = (x: number) => wave(x) + tilt * (x - width / 2)
    paint(stage, below(edge, width, height), groundOf(dice), 0.4, alone(stage, near))
  }
  const stock: Thing[] = [dice.pick(things), dice.pick(things), dice.pick(things)]
  crowd(stage, stock, horizon + height * 0.06, Math.round(dice.power(4, 40, 1.2)), near)
  if (dice.chance(0.3)) {
    const lower = ridge(dice, noise, height * dice.between(0.85, 0.97), height * 0.05, 50, 0.8)
    const colour = colourOf(dice.chance(0.8) ? 'foliage' : 'dry', dice)
    const leaves: Material = { surface: 'foliage', texture: 'leaves', contrast: 0.5, colour, scale: 1.5 }
    paint(stage, below(lower, width, height), leaves, 0, alone(stage))
  }
}

const things: readonly Thing[] = [
  tree,
  tree,
  animal,
  animal,
  person,
  person,
  rock,
  house,
  bush,
  pole,
  vehicle,
]

/** Things on a plane, the far ones first and smaller; their sizes fall off as those in photographs do. */
function crowd(stage: Stage, stock: readonly Thing[], horizon: number, count: number, group: number): void {
  const { painting, dice } = stage
  const { width, height } = painting
  const places = Array.from({ length: count }, () => dice.power(0.04, 1, 1.5)).sort((a, b) => a - b)
  for (const nearness of places) {
    const foot: Point = [dice.between(-0.02, 1.02) * width, horizon + nearness * (height - horizon) * 0.97]
    const size = height * (0.06 + 0.7 * nearness) * dice.between(0.5, 1.3)
    dice.pick(stock)(stage, foot, size, 1 - nearness, group)
  }
}

/** One or a few things from near before a background that is out of focus. */
function portrait(stage: Stage): void {
  const { painting, dice, noise } = stage
  const { width, height } = painting
  const group = backdrop(stage)
  const count = dice.chance(0.6) ? 1 : dice.whole(2, 4)
  const stock: Thing[] = [subject, subject, animal, person, dice.pick(things)]
  const thing = dice.pick(stock)
  if (dice.chance(0.6)) {
    const level = height * dice.between(0.65, 0.9)
    const edge = ridge(dice, noise, level, height * 0.03, dice.between(60, 200), dice.between(0.4, 0.8))
    paint(stage, below(edge, width, height), groundOf(dice), 0.2, alone(stage, group))
  }
  for (let i = 0; i < count; i++) {
    const size = height * dice.between(0.5, 1.05) * (count > 1 ? 0.65 : 1)
    const foot: Point = [width * dice.between(0.2, 0.8), height * dice.between(0.75, 1.1)]
    thing(stage, foot, size, dice.between(0.05, 0.25), group)
  }
  for (let i = dice.chance(0.7) ? dice.whole(1, 9) : 0; i > 0; i--) {
    const foot: Point = [width * dice.between(0, 1), height * dice.between(0.8, 1.1)]
    dice.pick([bush, litter, rock])(
      stage,
      foot,
      height * dice.power(0.06, 0.3, 1.5),
      dice.between(0, 0.2),
      group,
    )
  }
}

/** A wall, a thicket or blurred lights; answers the group that it belongs to. */
function backdrop(stage: Stage): number {
  const { painting, dice, noise } = stage
  const { width, height } = painting
  const names = alone(stage)
  const whole = box(0, 0, width, height)
  const surface = dice.pick([
    'foliage',
    'foliage',
    'wall',
    'soil',
    'rock',
    'water',
    'dry',
    'dark',
    'wood',
  ] as const)
  const texture: TextureName =
    surface === 'foliage'
      ? dice.pick(['foliage', 'leaves'])
      : surface === 'wall'
        ? dice.pick(['bricks', 'plain', 'rough'])
        : dice.pick(['coarse', 'rough', 'plain', 'grain', 'pebbles'])
  const material = { surface, texture, contrast: dice.between(0.08, 0.5), scale: dice.between(0.8, 3) }
  painting.paint(whole, surfacing(stage, whole, material), stage.blurAt(1), names)
  for (let i = dice.whole(0, 10); i > 0; i--) {
    const at: Point = [width * dice.between(0, 1), height * dice.between(0, 1)]
    const r = height * dice.power(0.05, 0.4, 1.4)
    const shape = dice.chance(0.5)
      ? crown(dice, noise, at, r, r * dice.between(0.5, 1), 4)
      : blob(dice, at, r, r * dice.between(0.2, 0.8), 0.12, dice.between(0, 3))
    const tone = mixed(painting.around(at[0], at[1], r), colourOf(surface, dice), dice.between(0.2, 0.9))
    const isDrawn = dice.chance(0.6)
    const patch: Material = { ...material, colour: tone }
    paint(stage, shape, patch, dice.between(0.6, 1), isDrawn ? alone(stage, names.group) : null)
  }
  return names.group
}

/** Many things of all sizes on top of each other. */
function clutter(stage: Stage): void {
  const { painting, dice } = stage
  const { width, height } = painting
  const group = backdrop(stage)
  const count = dice.whole(15, 80)
  const sizes = Array.from({ length: count }, () => dice.power(0.05, 0.6, 2) * height)
  if (dice.chance(0.5)) sizes.sort((a, b) => b - a)
  for (const size of sizes) {
    const at: Point = [width * dice.between(0, 1), height * dice.between(0, 1)]
    litter(stage, at, size, dice.between(0, 0.4), group)
  }
}

function town(stage: Stage): void {
  const { painting, dice } = stage
  const { width, height } = painting
  const horizon = height * dice.between(0.5, 0.85)
  sky(stage, horizon)
  const group = alone(stage).group
  for (let i = dice.whole(2, 9); i > 0; i--) {
    const foot: Point = [width * dice.between(0, 1), horizon + height * dice.between(0, 0.05)]
    house(stage, foot, height * dice.power(0.15, 0.85, 1.1), 0.8, group)
  }
  paint(stage, box(0, horizon + height * 0.03, width, height), groundOf(dice), 0.5, alone(stage, group))
  if (dice.chance(0.5)) {
    const at: Point = [width * dice.between(0.2, 0.8), height]
    const square = shard(dice, at, width * 0.5, height * dice.between(0.1, 0.3), dice.whole(4, 6))
    paint(stage, square, groundOf(dice), 0.4, alone(stage, group))
  }
  const stock: Thing[] = [person, vehicle, dice.pick(things)]
  crowd(stage, stock, horizon + height * 0.03, dice.whole(4, 16), group)
}

/** Shadows of things outside the picture, and light that falls between them: no borders of anything. */
function patchesOfLight(stage: Stage): void {
  const { painting, dice, hardness, noise } = stage
  const { width, height } = painting
  for (let i = dice.chance(0.6 * hardness) ? dice.whole(1, 4) : 0; i > 0; i--) {
    const at: Point = [width * dice.between(0, 1), height * dice.between(0.3, 1.1)]
    const r = height * dice.between(0.1, 0.5)
    const shape = dice.chance(0.5)
      ? crown(dice, noise, at, r * 1.5, r * 0.5, dice.between(4, 10))
      : shard(dice, at, r * 1.5, r * 0.6, dice.whole(4, 7))
    const dim = dice.between(0.4, 0.75)
    painting.shine(shape, [dim * 0.95, dim, dim * 1.06], dice.power(0.7, 8, 1.2))
  }
}
