import { normalizeRuns } from '../../image/runs.ts'
import { type LabelMap, type Rect, UNLABELED } from '../label-map.ts'
import type { Category, LabelObject } from '../ontology.ts'
import { boundsOfRuns } from '../region.ts'
import type { LabelStatus } from '../status.ts'
import { checkNames, type Finding, type Reason } from './finding.ts'
import { type Part, pairOf, type Scan, SEVERAL, scanRuns } from './run-scan.ts'

export type CheckOptions = {
  /** Parts, holes and objects of fewer pixels are taken for slips. */
  readonly smallest: number
}

/** Widest place without an object that counts as a sliver, in pixels. */
export const sliverWidth = 3
/** Fewer unlabeled pixels between two objects are what every boundary has somewhere. */
const sliverPixels = 12
/** Least share of the shorter outline at which two objects of one category look like one. */
const touchingShare = 0.1
/** A part is far away from this much of the largest part's longer side on, and from so many pixels. */
const farShare = 0.5
const farPixels = 16
/** Below this many objects, none of them is unusual. */
const fewestForSize = 20
/** In standard deviations of the logarithm of the size, estimated from the median deviation. */
const unusualSize = 4

export type Checked = {
  readonly findings: readonly Finding[]
  /** The map is too ragged to be looked at part by part. */
  readonly isTooRagged: boolean
}

/**
 * Looks for what is seldom meant, without any model: each finding stands on numbers that it names. A generator, as
 * `scanRuns` is. Findings come by check, then by object.
 */
export function* checkLabel(
  label: {
    readonly map: LabelMap
    readonly objects: ReadonlyMap<number, LabelObject>
    readonly status: LabelStatus
  },
  categories: readonly Category[],
  options: CheckOptions,
): Generator<number, Checked> {
  const { map, objects, status } = label
  const things = new Set(categories.flatMap(({ id, hasInstances }) => (hasInstances ? [id] : [])))
  const thingOf = (id: number) => {
    const category = objects.get(id)?.categoryId
    return category !== undefined && things.has(category) ? category : null
  }
  const scan = yield* scanRuns(map, {
    mayTouch(a, b) {
      const category = thingOf(a)
      return category !== null && category === thingOf(b)
    },
    gapWidth: sliverWidth,
  })
  if (objects.size === 0) {
    const isDone = status === 'labeled' || status === 'reviewed'
    const empty: Finding = { reason: { check: 'empty' }, objects: [], where: null, print: 'empty' }
    return { findings: isDone ? [empty] : [], isTooRagged: false }
  }
  if (scan === null) return { findings: [], isTooRagged: true }
  yield 0.97
  const boundsOf = boundsById(scan.parts)
  const printOf = (ids: readonly number[]) => ids.map((id) => scan.shapes.get(id)?.print ?? '').join('-')
  const findings: Finding[] = []
  const found = (reason: Reason, ids: readonly number[], where: Rect | null) => {
    findings.push({ reason, objects: ids, where, print: printOf(ids) })
  }

  const parts = partsById(scan.parts)
  yield 0.98
  for (const [id, own] of parts) {
    if (!objects.has(id)) continue
    const total = scan.shapes.get(id)!.pixels
    if (total < options.smallest) {
      found({ check: 'tiny', pixels: total, limit: options.smallest }, [id], boundsOf.get(id)!)
      continue
    }
    const [largest, ...rest] = own.toSorted((a, b) => b.pixels - a.pixels)
    const islands = rest.filter(({ pixels }) => pixels < options.smallest)
    if (islands.length > 0) {
      const pixels = sum(islands)
      const reason: Reason = { check: 'islands', count: islands.length, pixels, limit: options.smallest }
      found(reason, [id], islands[0]!.bounds)
    }
    const others = rest.filter(({ pixels }) => pixels >= options.smallest)
    const far = thingOf(id) === null ? null : farthestPart(largest!, others)
    if (far) found({ check: 'parts', count: others.length + 1, ...far.reason }, [id], far.where)
  }
  yield 0.985
  for (const [id, holes] of pinholes(scan.parts, options.smallest)) {
    const reason: Reason = {
      check: 'pinholes',
      count: holes.length,
      pixels: sum(holes),
      limit: options.smallest,
    }
    if (objects.has(id)) found(reason, [id], holes[0]!.bounds)
  }
  yield 0.99
  for (const { a, b, pairs } of scan.gaps) {
    const runs = normalizeRuns(pairs, map.width)
    let pixels = 0
    for (let i = 1; i < runs.length; i += 2) pixels += runs[i]!
    if (pixels < sliverPixels) continue
    found({ check: 'slivers', pixels, width: sliverWidth }, [a, b], boundsOfRuns(runs, map.width))
  }
  yield 0.995
  for (const [key, length] of scan.contacts) {
    const [a, b] = pairOf(key)
    const share = length / Math.min(scan.shapes.get(a)!.outline, scan.shapes.get(b)!.outline)
    if (share < touchingShare) continue
    found({ check: 'touching', length, share }, [a, b], around(boundsOf.get(a)!, boundsOf.get(b)!))
  }
  for (const { id, reason } of unusualSizes(objects, scan, things)) found(reason, [id], boundsOf.get(id)!)

  const order = (finding: Finding) => checkNames.indexOf(finding.reason.check)
  findings.sort((a, b) => order(a) - order(b) || compareIds(a.objects, b.objects))
  return { findings, isTooRagged: false }
}

/** Runs a generator to its end at once, for whoever has no screen to keep alive. */
export function finish<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

function partsById(parts: readonly Part[]): Map<number, Part[]> {
  const byId = new Map<number, Part[]>()
  for (const part of parts) {
    if (part.id === UNLABELED) continue
    const known = byId.get(part.id)
    if (known) known.push(part)
    else byId.set(part.id, [part])
  }
  return byId
}

function boundsById(parts: readonly Part[]): Map<number, Rect> {
  const byId = new Map<number, Rect>()
  for (const { id, bounds } of parts) {
    const known = byId.get(id)
    byId.set(id, known ? around(known, bounds) : bounds)
  }
  return byId
}

/** Largest first, by the object around them. */
function pinholes(parts: readonly Part[], limit: number): Map<number, Part[]> {
  const byId = new Map<number, Part[]>()
  for (const part of parts) {
    const { id, around: owner, atBorder, pixels } = part
    if (id !== UNLABELED || atBorder || pixels >= limit || owner === UNLABELED || owner === SEVERAL) continue
    const known = byId.get(owner)
    if (known) known.push(part)
    else byId.set(owner, [part])
  }
  for (const holes of byId.values()) holes.sort((a, b) => b.pixels - a.pixels)
  return byId
}

function farthestPart(largest: Part, others: readonly Part[]) {
  const { bounds } = largest
  const side = Math.max(bounds.x1 - bounds.x0, bounds.y1 - bounds.y0)
  let gap = 0
  let where: Rect | null = null
  for (const other of others) {
    const distance = distanceOf(bounds, other.bounds)
    if (distance <= gap) continue
    gap = distance
    where = around(bounds, other.bounds)
  }
  return where && gap >= Math.max(farPixels, farShare * side) ? { reason: { gap, side }, where } : null
}

/** Between the nearest sides of two boxes. */
function distanceOf(a: Rect, b: Rect): number {
  const dx = Math.max(0, a.x0 - b.x1, b.x0 - a.x1)
  const dy = Math.max(0, a.y0 - b.y1, b.y0 - a.y1)
  return Math.round(Math.hypot(dx, dy))
}

function* unusualSizes(
  objects: ReadonlyMap<number, LabelObject>,
  scan: Scan,
  things: ReadonlySet<number>,
): Generator<{ id: number; reason: Reason }> {
  const byCategory = Map.groupBy(
    [...objects.values()].filter(({ id, categoryId }) => things.has(categoryId) && scan.shapes.has(id)),
    ({ categoryId }) => categoryId,
  )
  for (const group of byCategory.values()) {
    if (group.length < fewestForSize) continue
    const sizes = group.map(({ id }) => Math.log(scan.shapes.get(id)!.pixels))
    const middle = median(sizes)
    // 1.4826 makes the median deviation of a normal distribution its standard deviation.
    const spread = Math.max(0.1, 1.4826 * median(sizes.map((size) => Math.abs(size - middle))))
    for (const [i, { id }] of group.entries()) {
      if (Math.abs(sizes[i]! - middle) < unusualSize * spread) continue
      const { pixels } = scan.shapes.get(id)!
      const times = Math.exp(sizes[i]! - middle)
      yield { id, reason: { check: 'size', pixels, times, outOf: group.length } }
    }
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return sorted.length === 0 ? 0 : (sorted[Math.floor(half)]! + sorted[Math.ceil(half) - 1]!) / 2
}

const sum = (parts: readonly Part[]) => parts.reduce((total, { pixels }) => total + pixels, 0)

const compareIds = (a: readonly number[], b: readonly number[]) => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

function around(a: Rect, b: Rect): Rect {
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  }
}
