import type { LabelDocument, LabelEdit, ObjectChange } from './edit.ts'
import { type LabelMap, UNLABELED } from './label-map.ts'
import type { ObjectIndex } from './object-index.ts'
import type { LabelObject } from './ontology.ts'
import type { MaskPatch } from './patch.ts'
import type { LabelStatus } from './status.ts'

/**
 * - `claim`: every pixel becomes the object's, whoever had it, but for locked objects.
 * - `protect`: only unlabeled pixels become the object's.
 * - `remove`: the object's own pixels become unlabeled; no other pixel changes.
 */
export type PaintMode = 'claim' | 'protect' | 'remove'

export type PaintRequest = {
  /** As in `region.ts`: sorted, disjoint, within the map. */
  readonly runs: Uint32Array
  /** The active object. For `claim` and `protect` it may be new (`objectForStroke`); it then appears with this edit. */
  readonly object: LabelObject
  readonly mode: PaintMode
  readonly title: string
}

/**
 * The edit that one stroke or one pick makes; null when it would change no pixel. Objects that lose their last pixel
 * go in the same edit, so that undo brings them back. A label nobody had touched becomes `in progress`.
 * Changes nothing: apply the edit, then call `updateIndex` with its pixels.
 */
export function paintEdit(
  doc: LabelDocument,
  index: ObjectIndex,
  { runs, object, mode, title }: PaintRequest,
): LabelEdit | null {
  const pixels = paintPatch(doc.map, runs, object.id, mode, lockedIds(doc.objects))
  if (pixels === null) return null
  const objects = vanishedObjects(doc, index, pixels)
  if (mode !== 'remove' && !doc.objects.has(object.id)) {
    objects.push({ id: object.id, before: null, after: object })
  }
  return { title, pixels, objects, status: statusAfterPainting(doc.status) }
}

const noLocks: ReadonlySet<number> = new Set()

/** Ids of the objects whose pixels nothing may change. */
export function lockedIds(objects: ReadonlyMap<number, LabelObject>): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const [id, { locked }] of objects) if (locked) ids.add(id)
  return ids
}

/**
 * Whether painting object `objectId` in `mode` changes a pixel that has this id: the one rule that every tool writes by,
 * and every preview shows by. What is locked stays: its own pixels, and its object as it is.
 */
export function changesPixel(
  mode: PaintMode,
  objectId: number,
  locked: ReadonlySet<number>,
): (id: number) => boolean {
  if (locked.has(objectId)) return () => false
  switch (mode) {
    case 'claim':
      return locked.size === 0 ? (id) => id !== objectId : (id) => id !== objectId && !locked.has(id)
    case 'protect':
      return (id) => id === UNLABELED
    case 'remove':
      return (id) => id === objectId
  }
}

/** The pixels that painting `runs` changes, as a patch; null when there are none. Shows a hover what a click would do. */
export function paintPatch(
  map: LabelMap,
  runs: Uint32Array,
  objectId: number,
  mode: PaintMode,
  locked: ReadonlySet<number> = noLocks,
): MaskPatch | null {
  const changes = changesPixel(mode, objectId, locked)
  const changed: number[] = []
  let total = 0
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i]! + runs[i + 1]!
    for (let start = runs[i]!; start < end; ) {
      if (!changes(map.ids[start]!)) {
        start++
        continue
      }
      let stop = start + 1
      while (stop < end && changes(map.ids[stop]!)) stop++
      changed.push(start, stop - start)
      total += stop - start
      start = stop
    }
  }
  if (total === 0) return null
  const before = new Uint32Array(total)
  for (let i = 0, written = 0; i < changed.length; i += 2) {
    const start = changed[i]!
    before.set(map.ids.subarray(start, start + changed[i + 1]!), written)
    written += changed[i + 1]!
  }
  const after = new Uint32Array(total).fill(mode === 'remove' ? UNLABELED : objectId)
  return { runs: Uint32Array.from(changed), before, after }
}

/** The objects that `patch` leaves without a pixel, ordered by id. */
export function vanishedObjects(doc: LabelDocument, index: ObjectIndex, patch: MaskPatch): ObjectChange[] {
  const change = new Map<number, number>()
  countStretches(patch.before, -1, change)
  countStretches(patch.after, 1, change)
  const gone: ObjectChange[] = []
  for (const [id, delta] of change) {
    const object = doc.objects.get(id)
    if (object && (index.get(id)?.pixels ?? 0) + delta === 0) {
      gone.push({ id, before: object, after: null })
    }
  }
  return gone.sort((a, b) => a.id - b.id)
}

/** Painting starts the work on a label; what a person said about it explicitly stays. */
export function statusAfterPainting(status: LabelStatus): LabelEdit['status'] {
  return status === 'unlabeled' ? { before: status, after: 'in progress' } : null
}

function countStretches(ids: Uint32Array, sign: 1 | -1, counts: Map<number, number>): void {
  for (let start = 0; start < ids.length; ) {
    const id = ids[start]!
    let end = start + 1
    while (end < ids.length && ids[end] === id) end++
    counts.set(id, (counts.get(id) ?? 0) + sign * (end - start))
    start = end
  }
}
