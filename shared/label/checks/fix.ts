import { partsOfRuns } from '../../image/run-parts.ts'
import { pixelsOfRuns } from '../../image/run-sets.ts'
import { normalizeRuns, type Runs } from '../../image/runs.ts'
import { type Claim, patchOfClaims } from '../claims.ts'
import { fillHoles, holesOf, type Piece, removeSpecks } from '../cleanup.ts'
import type { LabelDocument, LabelEdit } from '../edit.ts'
import { UNLABELED } from '../label-map.ts'
import { deleteObjects, mergeObjects, splitObjects, splitsOf } from '../many-objects.ts'
import { type ObjectIndex, runsOfObjects } from '../object-index.ts'
import { nameOf } from '../objects.ts'
import type { Category } from '../ontology.ts'
import { statusAfterPainting } from '../paint.ts'
import type { CheckName, Finding } from './finding.ts'

/** What of it can be put right by one step of undo. */
const fixable: ReadonlySet<CheckName> = new Set([
  'islands',
  'pinholes',
  'slivers',
  'tiny',
  'parts',
  'touching',
])
export const isFixable = ({ reason }: Finding): boolean => fixable.has(reason.check)

/**
 * The step that puts a finding right: islands join the object beside them, pinholes and slivers are filled, a tiny object
 * is deleted, far parts become objects, two that touch become one, the larger. Null when there is nothing to do, because
 * the label changed since or what would change is locked. Throws AppError `IN_TOO_BIG`.
 */
export function fixOf(
  finding: Finding,
  doc: LabelDocument,
  index: ObjectIndex,
  categories: readonly Category[],
): LabelEdit | null {
  const { reason, objects } = finding
  if (objects.length === 0 || !objects.every((id) => doc.objects.has(id))) return null
  const [id, other] = objects as [number, number?]
  switch (reason.check) {
    case 'islands': {
      const rules = { categories, protects: false, joins: true }
      return removeSpecks(doc, index, islandsOf(doc, index, id, reason.limit), rules)?.edit ?? null
    }
    case 'pinholes': {
      const isPinhole = ({ runs, pixels }: Piece) => pixels < reason.limit && isUnlabeled(doc, runs)
      const holes = holesOf(doc, index, [id]).filter(isPinhole)
      return fillHoles(doc, index, holes, { categories, protects: true, takes: false })?.edit ?? null
    }
    case 'slivers':
      return other === undefined || !finding.runs ? null : closeGap(doc, id, other, finding.runs, categories)
    case 'tiny':
      // It may have been painted on since.
      if ((index.get(id)?.pixels ?? 0) >= reason.limit) return null
      return deleteObjects(doc, index, [id], categories)
    case 'parts':
      return splitObjects(doc, splitsOf(doc, index, [id]), null, categories)
    case 'touching': {
      if (other === undefined || !areTouching(doc, index, id, other)) return null
      const sizeOf = (each: number) => index.get(each)?.pixels ?? 0
      return mergeObjects(doc, index, [id, other], sizeOf(other) > sizeOf(id) ? other : id, categories)
    }
    default:
      return null
  }
}

/** The small parts as the check sees them, where only a side joins pixels. */
function islandsOf(doc: LabelDocument, index: ObjectIndex, id: number, limit: number): Piece[] {
  if (doc.objects.get(id)!.locked) return []
  const own = runsOfObjects(doc.map, index, [id]).get(id) ?? new Uint32Array(0)
  const parts = partsOfRuns(own, doc.map.width, false)
    .map((runs): Piece => ({ objectId: id, runs, pixels: pixelsOfRuns(runs) }))
    .sort((a, b) => b.pixels - a.pixels)
  return parts.slice(1).filter(({ pixels }) => pixels < limit)
}

/** A pixel of one lies beside a pixel of the other. */
function areTouching(
  { map: { ids, width, height } }: LabelDocument,
  index: ObjectIndex,
  a: number,
  b: number,
): boolean {
  const bounds = index.get(a)?.bounds
  if (!bounds) return false
  for (let y = bounds.y0; y < bounds.y1; y++)
    for (let x = bounds.x0, p = y * width + x; x < bounds.x1; x++, p++) {
      if (ids[p] !== a) continue
      if (x > 0 && ids[p - 1] === b) return true
      if (x < width - 1 && ids[p + 1] === b) return true
      if (y > 0 && ids[p - width] === b) return true
      if (y < height - 1 && ids[p + width] === b) return true
    }
  return false
}

function isUnlabeled({ map }: LabelDocument, runs: Runs): boolean {
  for (let i = 0; i < runs.length; i += 2)
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) if (map.ids[p] !== UNLABELED) return false
  return true
}

/** Each unlabeled pixel of the gap goes to the nearer of the two, from both sides at once; a locked one gets none. */
function closeGap(
  doc: LabelDocument,
  a: number,
  b: number,
  gap: Runs,
  categories: readonly Category[],
): LabelEdit | null {
  const { width, height, ids } = doc.map
  const takers = [a, b].filter((id) => !doc.objects.get(id)!.locked)
  const left = new Set<number>()
  for (let i = 0; i < gap.length; i += 2)
    for (let p = gap[i]!; p < gap[i]! + gap[i + 1]!; p++) if (ids[p] === UNLABELED) left.add(p)
  const given = new Map<number, number>()
  const ownerOf = (pixel: number) => given.get(pixel) ?? ids[pixel]!
  for (;;) {
    // All of one ring are given at once, so that none reaches farther for being looked at first.
    const ring: [pixel: number, to: number][] = []
    for (const pixel of left) {
      const x = pixel % width
      const beside = [
        x > 0 ? ownerOf(pixel - 1) : UNLABELED,
        x < width - 1 ? ownerOf(pixel + 1) : UNLABELED,
        pixel >= width ? ownerOf(pixel - width) : UNLABELED,
        pixel < width * (height - 1) ? ownerOf(pixel + width) : UNLABELED,
      ]
      const to = takers.find((id) => beside.includes(id))
      if (to !== undefined) ring.push([pixel, to])
    }
    if (ring.length === 0) break
    for (const [pixel, to] of ring) {
      given.set(pixel, to)
      left.delete(pixel)
    }
  }
  const claims = takers.map((to): Claim => {
    const pixels = [...given].filter(([, each]) => each === to).map(([pixel]) => pixel)
    const pairs = Uint32Array.from(pixels.sort((p, q) => p - q).flatMap((pixel) => [pixel, 1]))
    return { runs: normalizeRuns(pairs, width), to }
  })
  const pixels = patchOfClaims(doc.map, claims, (from) => from === UNLABELED)
  if (!pixels) return null
  const [one, two] = [a, b].map((id) => nameOf(doc.objects.get(id)!, categories))
  const title = `Close the gap between ${one} and ${two}`
  return { title, pixels, objects: [], status: statusAfterPainting(doc.status) }
}
