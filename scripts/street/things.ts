import type { Camera } from './camera.ts'
import { cloudNoise, hash, sequence, valueNoise } from './noise.ts'
import { type Colour, mix, type Point, type Raster, type Shade, times } from './raster.ts'

export type Stage = {
  readonly raster: Raster
  readonly camera: Camera
  /** The colour of distance. */
  readonly haze: Colour
  /** Side of the street the sun stands on: −1 left, 1 right. */
  readonly sun: -1 | 1
  readonly seed: number
}

/** What lies far away takes the colour of the air. */
export function hazed(stage: Stage, colour: Colour, z: number): Colour {
  return mix(colour, stage.haze, 1 - Math.exp(-z / 190))
}

function flat(stage: Stage, colour: Colour, z: number): Shade {
  const seen = hazed(stage, colour, z)
  return (x, y) => times(seen, 0.94 + 0.12 * valueNoise(x / 3, y / 3, stage.seed))
}

/** Round in shading: lighter towards the sun. */
function rounded(stage: Stage, colour: Colour, z: number, centre: Point, radius: number): Shade {
  const seen = hazed(stage, colour, z)
  return (x, y) => {
    const side = ((x - centre[0]) / radius) * stage.sun
    return times(
      seen,
      0.88 + 0.24 * Math.max(-1, Math.min(1, side)) + 0.1 * (valueNoise(x / 2, y / 2, 5) - 0.5),
    )
  }
}

export type Car = { x: number; z: number; colour: Colour; isOncoming: boolean; isVan: boolean }

/** A box on wheels with a cabin, seen from behind or from the front, with the side that faces the camera's axis. */
export function drawCar(stage: Stage, car: Car, owner: number): void {
  const { raster, camera } = stage
  const [half, length] = car.isVan ? [0.98, 5.0] : [0.9, 4.3]
  const [belt, roof] = car.isVan ? [1.15, 2.05] : [0.92, 1.45]
  const near = car.z
  const far = car.z + length
  const side = car.x > 0 ? car.x - half : car.x + half
  const outward = car.x > 0 ? -1 : 1
  const at = (x: number, y: number, z: number) => camera.project(x, y, z)
  const sideLight = outward === stage.sun ? 1.08 : 0.72
  const sheen = (light: number, wall: 'side' | 'end'): Shade => {
    const seen = hazed(stage, car.colour, near)
    return (x, y) => {
      const { up } = wall === 'side' ? camera.sideWall(side, x, y) : camera.frontWall(near, x, y)
      const band = up < 0.45 ? 0.72 : up > belt - 0.12 ? 1.12 : 0.86 + 0.35 * (up - 0.45)
      return mix(times(seen, light * band * (0.97 + 0.06 * valueNoise(x / 5, y / 3, 3))), stage.haze, 0.05)
    }
  }
  const glass: Shade = (x, y) => {
    const glint = cloudNoise((x + y) / 70, y / 34, stage.seed + 8, 2)
    return hazed(stage, mix([28, 34, 42], [128, 146, 164], glint * glint), near)
  }

  const middle = at(car.x, 0, near + length / 2)
  const shadowX = middle[0] - stage.sun * camera.scale(near + 2) * 0.5
  raster.softShadow(
    [shadowX, at(car.x, 0, near + 0.2)[1]],
    camera.scale(near) * half * 1.5,
    camera.scale(near) * 0.3,
    0.85,
  )
  raster.polygon(
    [
      at(car.x - half, 0.02, near),
      at(car.x + half, 0.02, near),
      at(car.x + half, 0.02, far),
      at(car.x - half, 0.02, far),
    ],
    () => [22, 22, 26],
    0,
    0.75,
  )

  // Wheels first: the body covers their upper halves.
  const tyre = flat(stage, [26, 26, 28], near)
  const wheelWidth = 0.24
  for (const x of [car.x - half + 0.16, car.x + half - 0.16]) {
    const [left, bottom] = at(x - wheelWidth / 2, 0, near + 0.05)
    const [right, top] = at(x + wheelWidth / 2, 0.5, near + 0.05)
    raster.polygon(
      [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ],
      tyre,
      owner,
    )
  }
  const isSideSeen = (car.x > 0 ? side : -side) > 0.05
  if (isSideSeen) {
    raster.polygon(
      [at(side, 0.28, near), at(side, 0.28, far), at(side, belt, far), at(side, belt, near)],
      sheen(sideLight, 'side'),
      owner,
    )
    for (const z of [near + 0.85, far - 0.85]) {
      const wheel = (radius: number): Point[] =>
        Array.from({ length: 24 }, (_, i) => {
          const angle = (i / 24) * 2 * Math.PI
          return at(side + outward * 0.01, 0.33 + radius * Math.sin(angle), z + radius * Math.cos(angle))
        })
      raster.polygon(wheel(0.34), tyre, owner)
      raster.polygon(wheel(0.2), flat(stage, [150, 154, 160], z), owner)
      raster.polygon(wheel(0.07), flat(stage, [60, 62, 66], z), owner)
    }
  }

  // The cabin: its ends lean inwards.
  const inset = car.isVan ? 0.08 : 0.2
  const backLean = car.isVan ? 0.1 : car.isOncoming ? 1.0 : 0.45
  const frontLean = car.isVan ? 0.5 : car.isOncoming ? 0.5 : 1.1
  const start = near + (car.isOncoming && !car.isVan ? 0.8 : 0.05)
  const innerRoof = side - outward * inset
  if (isSideSeen) {
    const end = far - (car.isOncoming ? 0.2 : car.isVan ? 0.4 : 0.9)
    raster.polygon(
      [
        at(side, belt, start),
        at(innerRoof, roof, start + backLean),
        at(innerRoof, roof, end - frontLean),
        at(side, belt, end),
      ],
      flat(stage, times(car.colour, sideLight * 0.9), near),
      owner,
    )
    const pane = (from: number, to: number) =>
      raster.polygon(
        [
          at(side - outward * 0.02, belt + 0.06, start + 0.25 + from * (end - start - 0.5)),
          at(
            innerRoof,
            roof - 0.1,
            start + backLean + 0.12 + from * (end - frontLean - start - backLean - 0.24),
          ),
          at(
            innerRoof,
            roof - 0.1,
            start + backLean + 0.12 + to * (end - frontLean - start - backLean - 0.24),
          ),
          at(side - outward * 0.02, belt + 0.06, start + 0.25 + to * (end - start - 0.5)),
        ],
        glass,
        owner,
      )
    pane(0, 0.47)
    pane(0.53, 1)
  }
  const end = sheen(stage.sun === outward ? 0.92 : 0.86, 'end')
  const left = car.x - half
  const right = car.x + half
  if (car.isOncoming && !car.isVan) {
    raster.polygon(
      [
        at(left + 0.05, belt - 0.05, near),
        at(right - 0.05, belt - 0.05, near),
        at(right, belt, start),
        at(left, belt, start),
      ],
      flat(stage, times(car.colour, 1.15), near),
      owner,
    )
  }
  raster.polygon(
    [
      at(left, belt, start),
      at(right, belt, start),
      at(right - inset, roof, start + backLean),
      at(left + inset, roof, start + backLean),
    ],
    flat(stage, times(car.colour, 1.05), near),
    owner,
  )
  raster.polygon(
    [
      at(left + 0.1, belt + 0.05, start),
      at(right - 0.1, belt + 0.05, start),
      at(right - inset - 0.08, roof - 0.1, start + backLean),
      at(left + inset + 0.08, roof - 0.1, start + backLean),
    ],
    glass,
    owner,
  )
  raster.polygon(
    [
      at(left, 0.26, near),
      at(right, 0.26, near),
      at(right, belt - 0.14, near),
      at(right - 0.06, belt, near),
      at(left + 0.06, belt, near),
      at(left, belt - 0.14, near),
    ],
    end,
    owner,
  )

  const rectangle = (x0: number, x1: number, y0: number, y1: number, colour: Colour) =>
    raster.polygon(
      [at(x0, y0, near), at(x1, y0, near), at(x1, y1, near), at(x0, y1, near)],
      flat(stage, colour, near),
      owner,
    )
  const lamp: Colour = car.isOncoming ? [236, 236, 222] : [186, 26, 28]
  rectangle(left + 0.05, left + 0.4, belt - 0.32, belt - 0.14, lamp)
  rectangle(right - 0.4, right - 0.05, belt - 0.32, belt - 0.14, lamp)
  rectangle(left + 0.02, right - 0.02, 0.26, 0.42, times(car.colour, 0.4))
  rectangle(car.x - 0.27, car.x + 0.27, 0.46, 0.58, [226, 226, 218])
  if (car.isOncoming) rectangle(car.x - 0.4, car.x + 0.4, 0.6, 0.74, [34, 34, 38])
}

export type Walker = { x: number; z: number; top: Colour; legs: Colour; height: number; stride: number }

export function drawWalker(stage: Stage, walker: Walker, owner: number): void {
  const { raster, camera } = stage
  const unit = camera.scale(walker.z) * walker.height
  const [fx, fy] = camera.project(walker.x, 0, walker.z)
  const at = (x: number, y: number): Point => [fx + x * unit, fy - y * unit]
  const skin: Colour = mix([214, 168, 138], [120, 82, 60], hash(walker.z * 10, 3, stage.seed))
  raster.softShadow([fx - stage.sun * unit * 0.18, fy], unit * 0.32, unit * 0.05, 0.8)
  const tone = (colour: Colour, radius: number): Shade =>
    rounded(stage, colour, walker.z, [fx, fy], radius * unit)
  const step = walker.stride
  raster.capsule(
    at(-0.035, 0.46),
    at(-0.05 - step, 0.05),
    0.046 * unit,
    tone(times(walker.legs, 0.85), 0.12),
    owner,
  )
  raster.capsule(at(0.035, 0.46), at(0.05 + step, 0.04), 0.048 * unit, tone(walker.legs, 0.12), owner)
  for (const x of [-0.05 - step, 0.06 + step])
    raster.ellipse(
      at(x + 0.02, 0.025),
      0.058 * unit,
      0.026 * unit,
      flat(stage, [38, 32, 30], walker.z),
      owner,
    )
  raster.capsule(
    at(-0.1, 0.76),
    at(-0.13 + step * 0.6, 0.5),
    0.033 * unit,
    tone(times(walker.top, 0.8), 0.15),
    owner,
  )
  raster.polygon(
    [at(-0.085, 0.45), at(0.09, 0.45), at(0.125, 0.76), at(0.09, 0.825), at(-0.09, 0.825), at(-0.125, 0.76)],
    tone(walker.top, 0.13),
    owner,
  )
  raster.capsule(
    at(0.11, 0.76),
    at(0.14 - step * 0.6, 0.5),
    0.034 * unit,
    tone(times(walker.top, 0.92), 0.15),
    owner,
  )
  raster.ellipse(at(0.14 - step * 0.6, 0.465), 0.028 * unit, 0.032 * unit, tone(skin, 0.1), owner)
  raster.capsule(at(0, 0.82), at(0, 0.86), 0.03 * unit, tone(times(skin, 0.85), 0.1), owner)
  raster.ellipse(at(0, 0.925), 0.056 * unit, 0.072 * unit, tone(skin, 0.08), owner)
  const hair: Colour = mix([36, 26, 22], [140, 104, 64], hash(walker.z * 10, 4, stage.seed))
  raster.polygon(
    [
      at(-0.06, 0.93),
      at(-0.05, 0.985),
      at(0, 1.005),
      at(0.05, 0.985),
      at(0.06, 0.93),
      at(0.03, 0.96),
      at(-0.03, 0.96),
    ],
    tone(hair, 0.08),
    owner,
  )
}

/** Trunk and a crown of many clumps of leaves, lit from the sun's side. */
export function drawTree(
  stage: Stage,
  tree: { x: number; z: number; height: number; tint: Colour },
  owner: number,
): void {
  const { raster, camera } = stage
  const unit = camera.scale(tree.z)
  const random = sequence(stage.seed + Math.round(tree.x * 100 + tree.z * 7))
  const [fx, fy] = camera.project(tree.x, 0, tree.z)
  raster.softShadow(
    [fx - stage.sun * unit * 1.1, fy],
    unit * tree.height * 0.4,
    Math.max(1, unit * 0.32),
    0.85,
  )
  const bark: Shade = (x, y) => {
    const grain = valueNoise(x / (unit * 0.05), y / (unit * 0.4), 6)
    const side = ((x - fx) / (unit * 0.16)) * stage.sun
    return hazed(stage, times([92, 72, 54], 0.6 + 0.5 * grain + 0.18 * side), tree.z)
  }
  const trunkTop = camera.project(tree.x, tree.height * 0.55, tree.z)
  raster.polygon(
    [
      [fx - unit * 0.2, fy],
      [fx + unit * 0.2, fy],
      [trunkTop[0] + unit * 0.1, trunkTop[1]],
      [trunkTop[0] - unit * 0.1, trunkTop[1]],
    ],
    bark,
    owner,
  )
  const crown = tree.height * 0.3
  const [cx, cy] = camera.project(tree.x, tree.height * 0.7, tree.z)
  const leaves: Shade = (x, y) => {
    const fine = cloudNoise(x / (unit * 0.14 + 1), y / (unit * 0.14 + 1), stage.seed + 40, 3)
    const clump = valueNoise(x / (unit * 0.6), y / (unit * 0.5), stage.seed + 50)
    const light = ((x - cx) * stage.sun - (y - cy) * 1.2) / (unit * crown * 2)
    return hazed(stage, times(tree.tint, 0.28 + 0.62 * fine + 0.35 * clump + 0.38 * light), tree.z)
  }
  for (let i = 0; i < 46; i++) {
    const angle = random() * 2 * Math.PI
    const reach = Math.sqrt(random()) * unit * crown
    const radius = unit * crown * (0.2 + 0.24 * random())
    const corners = 17
    const points = Array.from({ length: corners }, (_, k): Point => {
      const turn = (k / corners) * 2 * Math.PI
      const rough = radius * (0.75 + 0.5 * random())
      return [
        cx + Math.cos(angle) * reach + Math.cos(turn) * rough,
        cy + Math.sin(angle) * reach * 0.95 + Math.sin(turn) * rough,
      ]
    })
    raster.polygon(points, leaves, owner)
  }
}

export function drawPole(
  stage: Stage,
  pole: { x: number; z: number; height: number; arm: number },
  owner: number,
): void {
  const { raster, camera } = stage
  const [fx, fy] = camera.project(pole.x, 0, pole.z)
  const unit = camera.scale(pole.z)
  const top = camera.project(pole.x, pole.height, pole.z)
  const steel = rounded(stage, [116, 120, 124], pole.z, [fx, fy], unit * 0.08)
  raster.softShadow([fx - stage.sun * unit * 0.5, fy], unit * 0.7, Math.max(1, unit * 0.06), 0.5)
  raster.capsule([fx, fy], top, Math.max(0.8, unit * 0.065), steel, owner)
  if (pole.arm !== 0) {
    const end = camera.project(pole.x + pole.arm, pole.height + 0.25, pole.z)
    raster.capsule(top, end, Math.max(0.6, unit * 0.045), steel, owner)
    raster.ellipse(end, unit * 0.36, unit * 0.1, flat(stage, [196, 198, 194], pole.z), owner)
  }
}

export type SignKind = 'stop' | 'yield' | 'speed' | 'crossing'

export function drawSign(
  stage: Stage,
  sign: { x: number; z: number; height: number; kind: SignKind },
  owner: number,
): void {
  const { raster, camera } = stage
  const unit = camera.scale(sign.z) * 0.42
  const [cx, cy] = camera.project(sign.x, sign.height, sign.z)
  const face = (corners: number, turn: number, radius: number): Point[] =>
    Array.from({ length: corners }, (_, i) => {
      const angle = turn + (i / corners) * 2 * Math.PI
      return [cx + Math.cos(angle) * radius * unit, cy + Math.sin(angle) * radius * unit]
    })
  const paint = (colour: Colour) => flat(stage, colour, sign.z)
  const white: Colour = [232, 232, 226]
  const red: Colour = [186, 24, 30]
  const box = (x0: number, y0: number, x1: number, y1: number): Point[] => [
    [cx + x0 * unit, cy + y0 * unit],
    [cx + x1 * unit, cy + y0 * unit],
    [cx + x1 * unit, cy + y1 * unit],
    [cx + x0 * unit, cy + y1 * unit],
  ]
  switch (sign.kind) {
    case 'stop':
      raster.polygon(face(8, Math.PI / 8, 1), paint(white), owner)
      raster.polygon(face(8, Math.PI / 8, 0.91), paint(red), owner)
      for (let i = 0; i < 4; i++)
        raster.polygon(box(-0.58 + i * 0.31, -0.22, -0.38 + i * 0.31, 0.22), paint(white), owner)
      return
    case 'yield':
      raster.polygon(face(3, Math.PI / 2, 1.15), paint(red), owner)
      raster.polygon(face(3, Math.PI / 2, 0.68), paint(white), owner)
      return
    case 'speed':
      raster.polygon(face(36, 0, 1), paint(red), owner)
      raster.polygon(face(36, 0, 0.77), paint(white), owner)
      raster.polygon(box(-0.42, -0.4, -0.06, -0.24), paint([24, 24, 26]), owner)
      raster.polygon(box(-0.24, -0.3, -0.06, 0.38), paint([24, 24, 26]), owner)
      raster.polygon(box(0.08, -0.4, 0.42, 0.38), paint([24, 24, 26]), owner)
      raster.polygon(box(0.2, -0.26, 0.3, 0.24), paint(white), owner)
      return
    case 'crossing':
      raster.polygon(box(-0.9, -0.9, 0.9, 0.9), paint([28, 84, 172]), owner)
      raster.polygon(face(3, -Math.PI / 2, 0.84), paint(white), owner)
      raster.polygon(box(-0.08, -0.3, 0.1, 0.1), paint([24, 24, 26]), owner)
      raster.ellipse([cx, cy - 0.4 * unit], 0.1 * unit, 0.1 * unit, paint([24, 24, 26]), owner)
      raster.polygon(
        [
          [cx - 0.06 * unit, cy + 0.08 * unit],
          [cx + 0.1 * unit, cy + 0.08 * unit],
          [cx + 0.28 * unit, cy + 0.38 * unit],
          [cx, cy + 0.18 * unit],
          [cx - 0.28 * unit, cy + 0.38 * unit],
        ],
        paint([24, 24, 26]),
        owner,
      )
      return
  }
}

export function drawSignal(
  stage: Stage,
  signal: { x: number; z: number; height: number; lit: 0 | 1 | 2 },
  owner: number,
): void {
  const { raster, camera } = stage
  const unit = camera.scale(signal.z)
  const [cx, cy] = camera.project(signal.x, signal.height, signal.z)
  const [w, h] = [unit * 0.19, unit * 0.52]
  raster.polygon(
    [
      [cx - w, cy - h],
      [cx + w, cy - h],
      [cx + w, cy + h],
      [cx - w, cy + h],
    ],
    flat(stage, [30, 34, 32], signal.z),
    owner,
  )
  const colours: readonly [Colour, Colour][] = [
    [
      [255, 60, 44],
      [84, 26, 24],
    ],
    [
      [255, 196, 54],
      [88, 66, 24],
    ],
    [
      [72, 236, 140],
      [22, 68, 46],
    ],
  ]
  for (const [i, [lit, dark]] of colours.entries()) {
    const y = cy + (i - 1) * unit * 0.33
    raster.ellipse(
      [cx, y],
      unit * 0.125,
      unit * 0.125,
      flat(stage, signal.lit === i ? lit : dark, signal.z),
      owner,
    )
  }
}
