import { Camera } from './camera.ts'
import { type CategoryName, categories } from './categories.ts'
import { cloudNoise, hash, sequence, valueNoise } from './noise.ts'
import { type Colour, mix, type Point, Raster, type Shade, times } from './raster.ts'
import {
  type Car,
  drawCar,
  drawPole,
  drawSign,
  drawSignal,
  drawTree,
  drawWalker,
  hazed,
  type SignKind,
  type Stage,
} from './things.ts'

export type SceneObject = { readonly id: number; readonly category: CategoryName }
export type Scene = {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
  readonly ids: Uint32Array
  readonly objects: readonly SceneObject[]
}
export type SceneOptions = {
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly sun: -1 | 1
  readonly horizon: number
  readonly vanishing: number
  readonly zenith: Colour
  readonly haze: Colour
  readonly light: Colour
}

const roadHalf = 5.2
const curb = 0.28
const wall = 9.4
const carColours: readonly Colour[] = [
  [166, 34, 36],
  [38, 70, 128],
  [198, 200, 204],
  [52, 54, 60],
  [222, 222, 216],
  [58, 98, 76],
  [190, 138, 48],
  [96, 104, 116],
]
const clothes: readonly Colour[] = [
  [172, 48, 52],
  [46, 84, 140],
  [208, 176, 70],
  [70, 120, 84],
  [220, 214, 204],
  [118, 72, 132],
  [48, 50, 58],
]
const facades: readonly Colour[] = [
  [176, 122, 96],
  [196, 180, 150],
  [150, 152, 158],
  [206, 164, 122],
  [140, 98, 86],
  [214, 208, 194],
]

/** One street with everything on it, from far to near, and who owns each pixel. */
export function renderScene(options: SceneOptions): Scene {
  const { width, height, seed, sun, haze } = options
  const raster = new Raster(width, height)
  const camera = new Camera(width, height, {
    horizon: options.horizon,
    vanishing: options.vanishing,
    eye: 1.65,
  })
  const stage: Stage = { raster, camera, haze, sun, seed }
  const random = sequence(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const between = (low: number, high: number) => low + random() * (high - low)

  const objects: SceneObject[] = []
  const stuff = new Map<CategoryName, number>()
  const own = (category: CategoryName): number => {
    const isThing = categories.find((each) => each.name === category)!.isThing
    const known = isThing ? undefined : stuff.get(category)
    if (known !== undefined) return known
    const id = objects.length + 1
    objects.push({ id, category })
    if (!isThing) stuff.set(category, id)
    return id
  }

  drawSky(stage, options, own('Sky'))
  drawGround(stage, own)
  drawBuildings(stage, random, own('Building'))

  const things: { z: number; draw: () => void }[] = []
  const add = (z: number, draw: () => void) => things.push({ z, draw })
  for (const side of [-1, 1]) {
    for (let z = between(9, 14); z < 90; z += between(11, 17)) {
      const x = side * between(6.3, 6.9)
      const tree = { x, z, height: between(5, 7.5), tint: mix([104, 148, 62], [138, 150, 52], random()) }
      if (random() < 0.62) add(z, () => drawTree(stage, tree, own('Nature object')))
      else {
        const lamp = { x: side * 5.9, z: z + 2, height: 6.8, arm: -side * 1.5 }
        add(lamp.z, () => drawPole(stage, lamp, own('Pole')))
      }
    }
    for (let z = between(10, 17); z < 70; z += between(6.5, 15)) {
      const car: Car = {
        x: side * 4.1,
        z,
        colour: pick(carColours),
        isOncoming: side < 0,
        isVan: random() < 0.22,
      }
      add(z, () => drawCar(stage, car, own('Car')))
    }
    for (let i = 0; i < 4; i++) {
      const z = between(7.5, 30)
      const walker = {
        x: side * between(5.9, 8.4),
        z,
        top: pick(clothes),
        legs: pick([
          [40, 44, 62],
          [58, 52, 48],
          [34, 34, 38],
          [112, 104, 88],
        ] as const),
        height: between(1.58, 1.9),
        stride: between(0.01, 0.08),
      }
      add(z, () => drawWalker(stage, walker, own('Pedestrian')))
    }
    const kind = pick<SignKind>(['stop', 'yield', 'speed', 'crossing'])
    const z = between(10, 17)
    const sign = { x: side * 5.75, z, height: 2.5, kind }
    add(z, () => {
      drawPole(stage, { x: sign.x, z, height: 2.75, arm: 0 }, own('Pole'))
      drawSign(stage, sign, own('Traffic sign'))
    })
  }
  const ahead: Car = { x: 1.7, z: between(15, 26), colour: pick(carColours), isOncoming: false, isVan: false }
  add(ahead.z, () => drawCar(stage, ahead, own('Car')))
  const meeting: Car = {
    x: -1.6,
    z: between(22, 36),
    colour: pick(carColours),
    isOncoming: true,
    isVan: random() < 0.4,
  }
  add(meeting.z, () => drawCar(stage, meeting, own('Car')))
  const signalZ = between(24, 34)
  const lit = pick([0, 1, 2] as const)
  add(signalZ, () => {
    for (const side of [-1, 1]) {
      drawPole(stage, { x: side * 5.6, z: signalZ, height: 3.1, arm: 0 }, own('Pole'))
      drawSignal(stage, { x: side * 5.6, z: signalZ, height: 3.5, lit }, own('Traffic signal'))
    }
  })
  things.sort((a, b) => b.z - a.z)
  for (const thing of things) thing.draw()

  const ids = raster.owners()
  // What ended up wholly hidden is not in the picture.
  const visible = new Set(ids)
  return {
    width,
    height,
    rgb: raster.photograph(seed, 2.1),
    ids,
    objects: objects.filter(({ id }) => visible.has(id)),
  }
}

function whole(raster: Raster, top: number, bottom: number): Point[] {
  return [
    [0, top],
    [raster.width, top],
    [raster.width, bottom],
    [0, bottom],
  ]
}

function drawSky(stage: Stage, options: SceneOptions, owner: number): void {
  const { raster, camera, seed, haze } = stage
  const shade: Shade = (x, y) => {
    const up = Math.max(0, 1 - y / camera.horizon)
    const sky = mix(haze, options.zenith, up ** 0.7)
    const depth = 0.25 + up
    const cloud = cloudNoise((x / raster.width - 0.5) * (3.4 / depth), 2.2 / depth, seed + 20, 5)
    const cover = Math.min(
      1,
      Math.max(0, (cloud + 0.12 * cloudNoise(x / 90, y / 46, seed + 23) - 0.52) * 4.5),
    )
    return mix(sky, options.light, cover * 0.75 * Math.min(1, up * 3))
  }
  raster.polygon(whole(raster, 0, camera.horizon + 2), shade, owner)
}

function drawGround(stage: Stage, own: (category: CategoryName) => number): void {
  const { raster, camera, seed, sun } = stage
  const { horizon } = camera
  const far = 260
  const strip = (x0: number, x1: number, y = 0, z0 = 1.2, z1 = far): Point[] => [
    camera.project(x0, y, z1),
    camera.project(x1, y, z1),
    camera.project(x1, y, z0),
    camera.project(x0, y, z0),
  ]
  // The houses on the sunny side throw their shadow onto the street.
  const lit = (x: number, z: number) => {
    const edge = 4.2 + 1.5 * Math.floor(valueNoise(z / 14, 0, seed + 60) * 3)
    const depth = (x * sun - (roadHalf + 3.4 - edge)) / 0.5
    return depth > 1 ? 0.6 : depth < 0 ? 1 : 1 - 0.4 * depth
  }
  const surface = (base: Colour, grain: number, tile: number): Shade => {
    return (px, py) => {
      const { x, z } = camera.ground(px, py)
      const patches = cloudNoise(x * 0.7, z * 0.22, seed + 2)
      const fine =
        valueNoise(x * 9, z * 5, seed + 4) * 0.5 + hash(Math.floor(px * 2), Math.floor(py * 2), seed) * 0.5
      const joint =
        tile > 0 &&
        z < 45 &&
        (Math.abs(x / tile - Math.round(x / tile)) < 0.03 || Math.abs(z / tile - Math.round(z / tile)) < 0.03)
      const tone = (0.8 + 0.28 * patches + grain * (fine - 0.5)) * (joint ? 0.82 : 1) * lit(x, z)
      return hazed(stage, times(base, tone), z)
    }
  }
  raster.polygon(whole(raster, horizon, raster.height), surface([172, 162, 150], 0.16, 0.8), own('Sidewalk'))
  raster.polygon(strip(-roadHalf, roadHalf), surface([98, 98, 102], 0.3, 0), own('Road'))
  for (const side of [-1, 1]) {
    raster.polygon(
      strip(side * roadHalf, side * (roadHalf + curb)),
      surface([196, 194, 186], 0.1, 0),
      own('Curbstone'),
    )
    raster.polygon(strip(side * 2.95, side * 3.07), surface([206, 206, 200], 0.24, 0), own('Lane line'))
  }
  for (let z = 3.4; z < 120; z += 6) {
    raster.polygon(strip(-0.08, 0.08, 0, z, z + 3), surface([220, 218, 208], 0.24, 0), own('Lane line'))
  }
}

function drawBuildings(stage: Stage, random: () => number, owner: number): void {
  const { raster, camera, sun } = stage
  const blocks: { side: number; from: number; to: number; up: number; colour: Colour; number: number }[] = []
  for (const side of [-1, 1]) {
    for (let from = 2 + random() * 5, number = 0; from < 170; number++) {
      const to = from + 9 + random() * 12
      blocks.push({
        side,
        from,
        to,
        up: 6.4 + 3.1 * Math.floor(random() * 4),
        colour: facades[Math.floor(random() * facades.length)]!,
        number: number * 2 + (side > 0 ? 1 : 0),
      })
      from = to + (random() < 0.3 ? 2.5 + random() * 3 : 0)
    }
  }
  // The end of the street.
  blocks.sort((a, b) => b.from - a.from)
  const end: Point[] = [
    camera.project(-30, 0, 190),
    camera.project(30, 0, 190),
    camera.project(30, 17, 190),
    camera.project(9, 17, 190),
    camera.project(9, 24, 190),
    camera.project(-8, 24, 190),
    camera.project(-8, 14, 190),
    camera.project(-30, 14, 190),
  ]
  raster.polygon(end, (x, y) => facadeFarAway(stage, x, y), owner)
  for (const block of blocks) {
    const x = block.side * wall
    const depth = block.side * (wall + 12)
    const front: Point[] = [
      camera.project(x, 0, block.from),
      camera.project(depth, 0, block.from),
      camera.project(depth, block.up, block.from),
      camera.project(x, block.up, block.from),
    ]
    raster.polygon(
      front,
      (px, py) => {
        const { along, up } = camera.frontWall(block.from, px, py)
        return facade(stage, block.colour, along, up, block.up, block.from, block.number, 0.78, true)
      },
      owner,
    )
    const light = block.side === sun ? 0.7 : 1.06
    const face: Point[] = [
      camera.project(x, 0, block.from),
      camera.project(x, 0, block.to),
      camera.project(x, block.up, block.to),
      camera.project(x, block.up, block.from),
    ]
    raster.polygon(
      face,
      (px, py) => {
        const { along, up } = camera.sideWall(x, px, py)
        return facade(
          stage,
          block.colour,
          along - block.from,
          up,
          block.up,
          along,
          block.number,
          light,
          false,
        )
      },
      owner,
    )
  }
}

function facadeFarAway(stage: Stage, x: number, y: number): Colour {
  const { along, up } = stage.camera.frontWall(190, x, y)
  return facade(stage, [150, 138, 130], along + 40, up, 60, 190, 1, 0.9, false)
}

/** Plaster or brick with rows of windows, a shop floor and a cornice. `along` and `up` in metres. */
function facade(
  stage: Stage,
  colour: Colour,
  along: number,
  up: number,
  top: number,
  z: number,
  number: number,
  light: number,
  isBlank: boolean,
): Colour {
  const { seed } = stage
  const isBrick = number % 3 === 0
  const course = Math.floor(up / 0.22)
  const shift = (course & 1) * 0.25
  const stain = cloudNoise(along * 0.5, up * 0.3, seed + number, 4)
  let tone = 0.8 + 0.3 * stain + 0.08 * (valueNoise(along * 12, up * 12, number) - 0.5)
  if (isBrick && z < 40) {
    const joint =
      up / 0.22 - course < 0.14 || (along + shift) / 0.5 - Math.floor((along + shift) / 0.5) < 0.07
    tone *= joint ? 1.12 : 0.9 + 0.2 * hash(course, Math.floor((along + shift) / 0.5), number)
  }
  let seen = times(colour, tone * light)
  const storey = 3.1
  const floor = Math.floor(up / storey)
  const pitch = 2.3 + (number % 4) * 0.22
  const u = along / pitch - Math.floor(along / pitch)
  const v = up / storey - floor
  const bay = Math.floor(along / pitch)
  if (up > top - 0.4) seen = times(seen, up > top - 0.14 ? 1.16 : 0.78)
  else if (!isBlank && floor === 0) {
    if (u > 0.08 && u < 0.92 && v > 0.12 && v < 0.8) seen = pane(stage, along, up, number + bay, 0.9)
    else if (v >= 0.8 && v < 0.95)
      seen = times(mix([150, 54, 48], [44, 92, 96], hash(bay >> 1, number, seed)), light)
    else if (v < 0.12) seen = times([96, 92, 90], light * tone)
  } else if (!isBlank && v > 0.25 && v < 0.8 && u > 0.24 && u < 0.76) {
    const isFrame = u < 0.28 || u > 0.72 || v < 0.29 || v > 0.76 || Math.abs(u - 0.5) < 0.015
    seen = isFrame ? times([214, 210, 202], light) : pane(stage, along, up, number * 31 + bay * 7 + floor, 1)
  } else if (!isBlank && v > 0.2 && v <= 0.25 && u > 0.2 && u < 0.8) seen = times([188, 184, 176], light)
  else if (v < 0.03) seen = times(seen, 0.86)
  return hazed(stage, seen, z)
}

function pane(stage: Stage, along: number, up: number, key: number, strength: number): Colour {
  const curtain = hash(key, 1, stage.seed)
  const glass = mix(
    [34, 42, 52],
    [142, 164, 184],
    strength * cloudNoise(along * 0.5 + key, up * 0.7, stage.seed + 3, 3) ** 1.6,
  )
  return curtain > 0.72 ? mix(glass, [206, 198, 180], 0.45) : glass
}
