import { canonicalJson } from '../base/canonical-json.ts'
import type { LabelDocument, LabelEdit, ObjectChange } from './edit.ts'
import type { MaskPatch } from './patch.ts'

type Whole = Omit<LabelDocument, 'nextObjectId'>

/** What makes `after` of `before`; null when they are the same. Their maps are of one size. Looks at every pixel. */
export function differenceOf(before: Whole, after: Whole, title: string): LabelEdit | null {
  const pixels = pixelDifference(before.map.ids, after.map.ids, before.map.width)
  const objects = objectDifference(before, after)
  const status = before.status === after.status ? null : { before: before.status, after: after.status }
  return pixels || objects.length > 0 || status ? { title, pixels, objects, status } : null
}

function pixelDifference(before: Uint32Array, after: Uint32Array, width: number): MaskPatch | null {
  const runs: number[] = []
  let total = 0
  for (let p = 0; p < before.length; ) {
    if (before[p] === after[p]) {
      p++
      continue
    }
    const rowEnd = (Math.floor(p / width) + 1) * width
    let end = p + 1
    while (end < rowEnd && before[end] !== after[end]) end++
    runs.push(p, end - p)
    total += end - p
    p = end
  }
  if (total === 0) return null
  const [from, to] = [new Uint32Array(total), new Uint32Array(total)]
  for (let i = 0, written = 0; i < runs.length; i += 2) {
    const [start, length] = [runs[i]!, runs[i + 1]!]
    from.set(before.subarray(start, start + length), written)
    to.set(after.subarray(start, start + length), written)
    written += length
  }
  return { runs: Uint32Array.from(runs), before: from, after: to }
}

function objectDifference(before: Whole, after: Whole): ObjectChange[] {
  const ids = new Set([...before.objects.keys(), ...after.objects.keys()])
  return [...ids].flatMap((id): ObjectChange[] => {
    const [was, is] = [before.objects.get(id) ?? null, after.objects.get(id) ?? null]
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ id, before: was, after: is }]
  })
}
