import type { Category } from './ontology.ts'
import { colorDistance } from './palette.ts'

/** What is drawn over the colour of a category where colour alone does not tell: void has one of its own. */
export const patternNames = ['void', 'dots', 'falling', 'level', 'upright', 'cross'] as const
export type PatternName = (typeof patternNames)[number]
/** Those that tell categories apart. */
const forCategories = patternNames.slice(1)

/** Pixels after which a pattern repeats, both ways: a power of two, so that it divides the side of a tile. */
export const PATTERN_PERIOD = 8

/** For each row of a period its pixels as bits, the leftmost lowest; set where the pattern is marked. */
export type PatternRows = Uint8Array

const marks: Readonly<Record<PatternName, (x: number, y: number) => boolean>> = {
  void: (x, y) => (x + y) % 8 < 4,
  dots: (x, y) => (x >> 2 === y >> 2 ? (x & 3) < 3 && (y & 3) < 3 : false),
  falling: (x, y) => (x - y + 8) % 8 < 3,
  level: (_, y) => y < 3,
  upright: (x) => x < 3,
  cross: (x, y) => x < 2 || y < 2,
}

export const patternRows = Object.fromEntries(
  patternNames.map((name) => [
    name,
    Uint8Array.from({ length: PATTERN_PERIOD }, (_, y) =>
      Array.from({ length: PATTERN_PERIOD }, (_, x) => (marks[name](x, y) ? 1 << x : 0)).reduce(
        (row, bit) => row | bit,
        0,
      ),
    ),
  ]),
) as Readonly<Record<PatternName, PatternRows>>

/** How far the marks go towards black or white. */
const MARK_SHARE = 0.5

/** The colour of the marks on another, all channels 0 … 255: darker on bright ones, brighter on dark ones. */
export function markChannels(r: number, g: number, b: number): readonly [number, number, number] {
  const towards = 0.2126 * r + 0.7152 * g + 0.0722 * b > 100 ? 0 : 255
  const mixed = (channel: number) => Math.round(channel + (towards - channel) * MARK_SHARE)
  return [mixed(r), mixed(g), mixed(b)]
}

/**
 * Colours nearer than this for one of four people, with usual sight or a deficiency, are told apart by a pattern where
 * they touch: ΔE 15, of 100 between white and black.
 */
export const PATTERN_DISTANCE = 0.15

type Looks = Pick<Category, 'id' | 'color' | 'isVoid'>
/** Ids of two categories of which objects touch. */
export type Touch = readonly [number, number]

/**
 * The patterns of categories by id; those that are told by their colour have none. Of two that touch and look alike, the
 * first of the list stays plain if it can. The same categories and touches give the same patterns.
 */
export function choosePatterns(
  categories: readonly Looks[],
  touches: readonly Touch[],
): ReadonlyMap<number, PatternName> {
  const patterns = new Map<number, PatternName>()
  const plain = new Map<number, Looks>()
  for (const category of categories) {
    if (category.isVoid) patterns.set(category.id, 'void')
    else plain.set(category.id, category)
  }
  const alike = new Map<number, number[]>()
  for (const [a, b] of touches) {
    const [one, other] = [plain.get(a), plain.get(b)]
    if (!one || !other || one === other || colorDistance(one.color, other.color) >= PATTERN_DISTANCE) continue
    alike.set(a, [...(alike.get(a) ?? []), b])
    alike.set(b, [...(alike.get(b) ?? []), a])
  }
  const done = new Set<number>()
  for (const { id } of plain.values()) {
    const others = (alike.get(id) ?? []).filter((other) => done.has(other))
    done.add(id)
    const uses = (name: PatternName | undefined) =>
      others.filter((other) => patterns.get(other) === name).length
    if (uses(undefined) === 0) continue
    // With more neighbours than patterns, the one that fewest of them have.
    const least = forCategories.reduce((best, name) => (uses(name) < uses(best) ? name : best))
    patterns.set(id, least)
  }
  return patterns
}
