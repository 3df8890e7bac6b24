import { grownRuns, shrunkRuns } from '../image/run-growth.ts'
import { partsOfRuns } from '../image/run-parts.ts'
import { holdsPixel, movedRuns, pixelsOfRuns, runsAround, withoutRuns } from '../image/run-sets.ts'
import { normalizeRuns, type Runs } from '../image/runs.ts'
import { type Claim, type MayChange, patchOfClaims } from './claims.ts'
import type { LabelDocument, LabelEdit } from './edit.ts'
import { type Rect, UNLABELED } from './label-map.ts'
import { nameOfAll, openObjects } from './many-objects.ts'
import { type ObjectIndex, runsOfObjects } from './object-index.ts'
import type { Category, LabelObject } from './ontology.ts'
import { lockedIds, statusAfterPainting, vanishedObjects } from './paint.ts'
import { boundsOfRuns } from './region.ts'

/**
 * Tidying what is drawn: holes, specks and edges of objects. First it is found what there is (it depends on the pixels
 * alone), then an edit is made of it (it depends on what the person asks for), so that a preview costs its change only.
 * Locked objects neither give nor get a pixel.
 */

/** A hole of an object, or a speck of it. */
export type Piece = { readonly objectId: number; readonly runs: Runs; readonly pixels: number }

export type CleanupRules = {
  readonly categories: readonly Category[]
  /** Protect mode: only unlabeled pixels become an object's. */
  readonly protects: boolean
}

/** `pieces`: those that change, as far as there are such. */
export type Cleanup = { readonly edit: LabelEdit; readonly pieces: readonly Piece[] }

/**
 * The gaps that an object encloses, whatever lies in them: no pixel of one has a side in common with anything outside.
 * What touches the border of the image is open.
 */
export function holesOf(doc: LabelDocument, index: ObjectIndex, ids: readonly number[]): Piece[] {
  const { width } = doc.map
  return eachOpen(doc, index, ids, ({ id }, runs, box) =>
    partsOfRuns(runsAround(runs, box, width), width, false)
      .filter((gap) => !touchesEdge(gap, box, width))
      .map((gap) => pieceOf(id, gap)),
  )
}

/** The parts of an object without its largest; a thin slanting line is one part, as parts join over corners too. */
export function specksOf(doc: LabelDocument, index: ObjectIndex, ids: readonly number[]): Piece[] {
  return eachOpen(doc, index, ids, ({ id }, runs) => {
    const parts = partsOfRuns(runs, doc.map.width, true).map((part) => pieceOf(id, part))
    const largest = parts.reduce<Piece | null>((a, b) => (a && a.pixels >= b.pixels ? a : b), null)
    return parts.filter((part) => part !== largest)
  })
}

/** `below`: only pieces of fewer pixels; null for all. */
export function smallPieces(pieces: readonly Piece[], below: number | null): readonly Piece[] {
  return below === null ? pieces : pieces.filter(({ pixels }) => pixels < below)
}

/** `takes`: also from other objects that lie in a hole; else only its unlabeled pixels are filled. */
export function fillHoles(
  doc: LabelDocument,
  index: ObjectIndex,
  holes: readonly Piece[],
  rules: CleanupRules & { readonly takes: boolean },
): Cleanup | null {
  const claims = holes.map(({ objectId, runs }) => ({ runs, to: objectId }))
  const may = mayOf(doc, rules.protects || !rules.takes)
  const isFilled = ({ objectId, runs }: Piece) => somePixel(runs, (p) => may(doc.map.ids[p]!, objectId))
  return cleanup(doc, index, claims, may, holes.filter(isFilled), (filled) =>
    title(doc, filled, rules.categories, 'Fill', 'hole'),
  )
}

/**
 * `joins`: a speck becomes part of the object beside it that it shares the longest border with, if there is one that is
 * not locked; else, and always in protect mode, it becomes unlabeled.
 */
export function removeSpecks(
  doc: LabelDocument,
  index: ObjectIndex,
  specks: readonly Piece[],
  rules: CleanupRules & { readonly joins: boolean },
): Cleanup | null {
  const all = rules.joins ? normalizeRuns(joined(specks.map(({ runs }) => runs)), doc.map.width) : null
  const claims = specks.map(({ runs, objectId }) => ({
    runs,
    to: all && !rules.protects ? neighbourOf(doc, runs, objectId, all) : UNLABELED,
  }))
  return cleanup(doc, index, claims, mayOf(doc, false), specks, (removed) =>
    title(doc, removed, rules.categories, 'Remove', 'speck'),
  )
}

/**
 * Every pixel that is at most `by` away becomes the object's, as far as it may. Objects that grow together take nothing
 * from each other; what lies between them goes to the nearer, to about a pixel near by and a third of the way farther
 * off.
 */
export function growObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  by: number,
  rules: CleanupRules,
): Cleanup | null {
  const { map } = doc
  const objects = openObjects(doc, ids)
  const runs = runsOfObjects(map, index, idsOf(objects))
  const reached = new Map(runs)
  const claims = ringsOf(by, objects.length).flatMap((radius) =>
    [...runs].map(([id, own]): Claim => {
      const larger = grown(own, radius, map)
      const ring = withoutRuns(larger, reached.get(id)!, map.width)
      reached.set(id, larger)
      return { runs: ring, to: id }
    }),
  )
  const may = mayOf(doc, rules.protects)
  const mayGrow: MayChange = (from, to) => !runs.has(from) && may(from, to)
  const words = `Grow ${nameOfAll(objects, rules.categories)} by ${by} px`
  return cleanup(doc, index, claims, mayGrow, [], () => words)
}

/** Every pixel of the object that is at most `by` away from its edge becomes unlabeled. The image's border is no edge. */
export function shrinkObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  by: number,
  rules: CleanupRules,
): Cleanup | null {
  const { map } = doc
  const objects = openObjects(doc, ids)
  const claims = [...runsOfObjects(map, index, idsOf(objects)).values()].map(
    (own): Claim => ({
      runs: withoutRuns(own, shrunk(own, by, map), map.width),
      to: UNLABELED,
    }),
  )
  const words = `Shrink ${nameOfAll(objects, rules.categories)} by ${by} px`
  return cleanup(doc, index, claims, mayOf(doc, false), [], () => words)
}

/**
 * Fills what is narrower than about twice `by` between parts of an edge, and takes away what sticks out as thinly:
 * grown, shrunk, shrunk and grown again. What goes becomes unlabeled.
 */
export function smoothObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  by: number,
  rules: CleanupRules,
): Cleanup | null {
  const { map } = doc
  const objects = openObjects(doc, ids)
  const runs = runsOfObjects(map, index, idsOf(objects))
  // Half a pixel more reaches over corners, without which nothing one pixel wide would go.
  const radius = by + 0.5
  // Room around the image: what grows up to its border must not be taken for something that goes on beyond it.
  const room = 2 * by + 1
  const wide = { width: map.width + 2 * room, height: map.height + 2 * room }
  const claims = [...runs].flatMap(([id, own]): Claim[] => {
    const apart = movedRuns(own, map, wide, { x: room, y: room })
    const filled = movedRuns(shrunk(grown(apart, radius, wide), radius, wide), wide, map, {
      x: -room,
      y: -room,
    })
    const smooth = grown(shrunk(filled, radius, map), radius, map)
    return [
      { runs: withoutRuns(smooth, own, map.width), to: id },
      { runs: withoutRuns(own, smooth, map.width), to: UNLABELED },
    ]
  })
  const may = mayOf(doc, rules.protects)
  const mayGo = mayOf(doc, false)
  const maySmooth: MayChange = (from, to) =>
    to === UNLABELED ? mayGo(from, to) : !runs.has(from) && may(from, to)
  const words = `Smooth ${nameOfAll(objects, rules.categories)} by ${by} px`
  return cleanup(doc, index, claims, maySmooth, [], () => words)
}

type Size = { readonly width: number; readonly height: number }

function grown(runs: Runs, radius: number, { width, height }: Size): Runs {
  const bounds = boundsOfRuns(runs, width)
  return bounds ? grownRuns(runs, bounds, radius, width, height) : runs
}

function shrunk(runs: Runs, radius: number, { width, height }: Size): Runs {
  const bounds = boundsOfRuns(runs, width)
  return bounds ? shrunkRuns(runs, bounds, radius, width, height) : runs
}

function cleanup(
  doc: LabelDocument,
  index: ObjectIndex,
  claims: readonly Claim[],
  may: MayChange,
  pieces: readonly Piece[],
  words: (pieces: readonly Piece[]) => string,
): Cleanup | null {
  const pixels = patchOfClaims(doc.map, claims, may)
  if (!pixels) return null
  const objects = vanishedObjects(doc, index, pixels)
  return { edit: { title: words(pieces), pixels, objects, status: statusAfterPainting(doc.status) }, pieces }
}

function eachOpen(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  find: (object: LabelObject, runs: Runs, bounds: Rect) => Piece[],
): Piece[] {
  const objects = openObjects(doc, ids)
  const runs = runsOfObjects(doc.map, index, idsOf(objects))
  return objects.flatMap((object) => {
    const own = runs.get(object.id)
    return own ? find(object, own, boundsOfRuns(own, doc.map.width)!) : []
  })
}

const idsOf = (objects: readonly LabelObject[]) => objects.map(({ id }) => id)

const pieceOf = (objectId: number, runs: Runs): Piece => ({ objectId, runs, pixels: pixelsOfRuns(runs) })

function mayOf(doc: LabelDocument, onlyUnlabeled: boolean): MayChange {
  const locked = lockedIds(doc.objects)
  return (from, to) => !locked.has(from) && !locked.has(to) && (!onlyUnlabeled || from === UNLABELED)
}

function touchesEdge(runs: Runs, { x0, y0, x1, y1 }: Rect, width: number): boolean {
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width)
    const x = runs[i]! - y * width
    if (y === y0 || y === y1 - 1 || x === x0 || x + runs[i + 1]! === x1) return true
  }
  return false
}

function somePixel(runs: Runs, is: (pixel: number) => boolean): boolean {
  for (let i = 0; i < runs.length; i += 2) {
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) if (is(p)) return true
  }
  return false
}

/** The object that a speck shares the longest border with; other specks and locked objects do not count. */
function neighbourOf(doc: LabelDocument, speck: Runs, own: number, specks: Runs): number {
  const { width, height, ids } = doc.map
  const borders = new Map<number, number>()
  const meet = (pixel: number) => {
    const id = ids[pixel]!
    if (id === own || id === UNLABELED || doc.objects.get(id)?.locked || holdsPixel(specks, pixel)) return
    borders.set(id, (borders.get(id) ?? 0) + 1)
  }
  for (let i = 0; i < speck.length; i += 2) {
    const start = speck[i]!
    const end = start + speck[i + 1]!
    const y = Math.floor(start / width)
    if (start > y * width) meet(start - 1)
    if (end < (y + 1) * width) meet(end)
    for (let p = start; p < end; p++) {
      if (y > 0) meet(p - width)
      if (y < height - 1) meet(p + width)
    }
  }
  let best = UNLABELED
  let most = 0
  for (const [id, length] of borders) {
    if (length > most || (length === most && id < best)) {
      best = id
      most = length
    }
  }
  return best
}

/** Distances at which objects that grow together compare who is nearer. */
function ringsOf(by: number, objects: number): number[] {
  if (objects < 2) return [by]
  const rings: number[] = []
  for (let radius = 1; radius < by; radius = Math.max(radius + 1, Math.floor(radius * 1.3)))
    rings.push(radius)
  return [...rings, by]
}

function joined(all: readonly Runs[]): Uint32Array {
  const pairs = new Uint32Array(all.reduce((sum, { length }) => sum + length, 0))
  let written = 0
  for (const runs of all) {
    pairs.set(runs, written)
    written += runs.length
  }
  return pairs
}

/** "Fill 12 holes of car 4". */
function title(
  doc: LabelDocument,
  pieces: readonly Piece[],
  categories: readonly Category[],
  verb: string,
  noun: string,
): string {
  const objects = [...new Set(pieces.map(({ objectId }) => objectId))].flatMap(
    (id) => doc.objects.get(id) ?? [],
  )
  const count = pieces.length === 1 ? `a ${noun}` : `${pieces.length} ${noun}s`
  return `${verb} ${count} of ${nameOfAll(objects, categories)}`
}
