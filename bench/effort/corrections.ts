import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { sizeAfter } from './brush.ts'
import { squaredDistances } from './distance.ts'
import type { Hand } from './hand.ts'
import { cut, inImage, type Part, partOf } from './part.ts'

/** Notches that the size is changed by at most, and how far apart the sizes are that are tried. */
const FARTHEST = 10
const STEP = 2
/** Places that a stroke may begin and end at, and wrong pixels that stand for all of them in a first comparison. */
const PLACES = 24
const SAMPLES = 120
/** Wrong pixels below which nothing is done. */
const LEAST = 2

type Stroke = {
  readonly path: readonly ImagePoint[]
  readonly removes: boolean
  readonly turns: number
  readonly size: number
  /** Pixels of error that it takes away, about; for each gesture. */
  readonly worth: number
}

/**
 * Corrects by dabs and straight strokes of the brush that touch nothing that is right: each the one that takes away most
 * error per gesture, notches of size included.
 */
export class Corrections {
  readonly #hand: Hand
  readonly #part: Part
  readonly #inside: Uint8Array
  readonly #rooms: readonly Float64Array[]
  /** Even brushes lie on corners of pixels, half a pixel off: where that spoils a stroke, another size has to do. */
  readonly #useless = new Set<string>()

  constructor(hand: Hand) {
    this.#hand = hand
    // Superpixels that are taken may reach far beyond the segment; what they add is taken away with Alt, not here.
    this.#part = partOf(hand)
    this.#inside = cut(hand.segment.mask, this.#part, hand.segment.width)
    const outside = this.#inside.map((value) => 1 - value)
    const { width, height } = this.#part
    this.#rooms = [this.#inside, outside].map((each) => squaredDistances(each, width, height))
  }

  /** `need`: more error than that is not worth taking away. */
  best(need: number): Stroke | null {
    const hand = this.#hand
    const inside = this.#inside
    const labeled = cut(hand.ids, this.#part, hand.segment.width)
    let best: Stroke | null = null
    for (const removes of [false, true]) {
      const wrong = inside.map((value, p) =>
        (removes ? !value && labeled[p] : value && !labeled[p]) ? 1 : 0,
      )
      const room = this.#rooms[removes ? 1 : 0]!
      const stroke = bestStroke(hand.brush, wrong, room, this.#part, removes, this.#useless, need)
      if (stroke && stroke.worth > (best?.worth ?? 0)) best = stroke
    }
    return best
  }

  make({ path, removes, turns, size }: Stroke): void {
    const hand = this.#hand
    const before = hand.overlap()
    hand.take('brush')
    for (let i = 0; i < Math.abs(turns); i++) hand.notch(path[0]!, turns > 0 ? 'larger' : 'smaller')
    hand.drag(path, { alt: removes })
    if (hand.overlap() <= before) this.#useless.add(nameOf(size, removes))
  }
}

const nameOf = (size: number, removes: boolean) => `${size} ${removes}`

function bestStroke(
  brush: number,
  wrong: Uint8Array,
  room: Float64Array,
  part: Part,
  removes: boolean,
  useless: ReadonlySet<string>,
  need: number,
): Stroke | null {
  const { width, height } = part
  const all: number[] = []
  for (let p = 0; p < wrong.length; p++) if (wrong[p]) all.push(p)
  if (all.length < LEAST) return null
  const reach = squaredDistances(
    wrong.map((value) => 1 - value),
    width,
    height,
  )
  const each = Math.max(1, Math.ceil(all.length / SAMPLES))
  const some = all.filter((_, i) => i % each === 0)
  const samples: Points = {
    x: Float64Array.from(some, (p) => p % width),
    y: Float64Array.from(some, (p) => Math.floor(p / width)),
  }
  const tried = new Set<number>()
  let best: Stroke | null = null
  for (let turns = -FARTHEST; turns <= FARTHEST; turns += STEP) {
    const size = sizeAfter(brush, turns)
    if (tried.has(size) || useless.has(nameOf(size, removes))) continue
    tried.add(size)
    const places = placesFor(size / 2, room, reach)
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i)) {
        const gain = each * covered(samples, a, b, (size * size) / 4, width)
        const worth = Math.min(gain, need) / (1 + Math.abs(turns))
        if (gain < LEAST || worth <= (best?.worth ?? 0) || !staysIn(a, b, size / 2, room, width)) continue
        const path = inImage(
          (a === b ? [a] : [a, b]).map((p) => middle(p, width)),
          part,
        )
        best = { path, removes, turns, size, worth }
      }
    }
  }
  return best
}

/** Where the middle of the brush touches something wrong and nothing that is right: some, evenly. */
function placesFor(radius: number, room: Float64Array, reach: Float64Array): number[] {
  const places: number[] = []
  const reached = Math.max(0.5, radius)
  for (let p = 0; p < room.length; p++)
    if (room[p]! > radius * radius && reach[p]! < reached * reached) places.push(p)
  const each = Math.max(1, Math.ceil(places.length / PLACES))
  return places.filter((_, i) => i % each === 0)
}

type Points = { readonly x: Float64Array; readonly y: Float64Array }

/** How many of the points lie within a distance, given squared, of the straight way from `a` to `b`. */
function covered({ x, y }: Points, a: number, b: number, squared: number, width: number): number {
  const [ay, by] = [Math.floor(a / width), Math.floor(b / width)]
  const [ax, bx] = [a - ay * width, b - by * width]
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  let count = 0
  for (let i = 0; i < x.length; i++) {
    const px = x[i]! - ax
    const py = y[i]! - ay
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length))
    if ((px - t * dx) ** 2 + (py - t * dy) ** 2 <= squared) count++
  }
  return count
}

/** Whether the brush touches nothing that is right on its straight way. */
function staysIn(a: number, b: number, radius: number, room: Float64Array, width: number): boolean {
  const [ay, by] = [Math.floor(a / width), Math.floor(b / width)]
  const [ax, bx] = [a - ay * width, b - by * width]
  const steps = Math.max(Math.abs(bx - ax), Math.abs(by - ay))
  for (let i = 1; i < steps; i++) {
    const p = Math.round(ay + ((by - ay) * i) / steps) * width + Math.round(ax + ((bx - ax) * i) / steps)
    if (room[p]! <= radius * radius) return false
  }
  return true
}

function middle(p: number, width: number): ImagePoint {
  const y = Math.floor(p / width)
  return { x: p - y * width + 0.5, y: y + 0.5 }
}
