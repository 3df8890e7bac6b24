import type { SampleId } from '../../shared/dataset/digest.ts'
import type { JournalHeader, SaveHeader } from '../../shared/host/data-plane.ts'
import { encodeIds, encodePatch } from '../../shared/label/id-runs.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { car, type LabelLibrary } from './label-library.ts'

/** What a tireless person draws: stroke 1, 2, 3 … on one image, always the same ones, so that every state is known. */
export const size = [48, 32] as const
const pixelCount = size[0] * size[1]

function stroke(n: number): { id: number; from: number; count: number } {
  const count = 3 + ((n * 7) % 23)
  return { id: 1 + ((n - 1) % 300), from: (n * 97) % (pixelCount - count), count }
}

/** The ids after strokes 1 to `n`. */
export function idsAfter(n: number): number[] {
  const ids = new Array<number>(pixelCount).fill(0)
  // Strokes come round again to the same pixels, so the latest ones are all that counts.
  for (let k = Math.max(1, n - pixelCount + 1); k <= n; k++) {
    const { id, from, count } = stroke(k)
    ids.fill(id, from, from + count)
  }
  return ids
}

function objectsAfter(n: number): LabelObject[] {
  return Array.from({ length: Math.min(n, 300) }, (_, i) => car(i + 1))
}

export type Session = { readonly session: string; readonly base: string | null }

/** The save of the label after stroke `n`, as the window of `session` sends it. `first` is the stroke its journal began at. */
export function saveAfter(n: number, { session, base }: Session, first = 1): [SaveHeader, Uint8Array] {
  const header: SaveHeader = {
    base,
    status: 'in progress',
    objects: objectsAfter(n),
    nextObjectId: Math.min(n, 300) + 1,
    tool: 'canvas',
    journal: { session, seq: n - first + 1 },
  }
  return [header, encodeIds(Uint32Array.from(idsAfter(n)))]
}

/** Stroke `n` as an edit of the journal. */
export function editOf(n: number, { session, base }: Session, first = 1): [JournalHeader, Uint8Array] {
  const { id, from, count } = stroke(n)
  const after = new Uint32Array(count).fill(id)
  const header: JournalHeader = {
    session,
    seq: n - first + 1,
    base,
    width: size[0],
    height: size[1],
    title: `Brush on car ${id}`,
    set: [car(id)],
    removed: [],
    nextObjectId: Math.min(n, 300) + 1,
    status: 'in progress',
  }
  return [header, encodePatch({ runs: Uint32Array.of(from, count), before: after, after })]
}

/** How many strokes are in the head, looked for from `least` to `most`. Opens the sample, so a journal is replayed first. */
export async function strokesIn(
  library: LabelLibrary,
  sample: SampleId,
  least: number,
  most: number,
): Promise<number | null> {
  const { revision } = await library.labels.open(sample)
  const ids = revision === null ? idsAfter(0) : await library.idsOf(revision)
  for (let n = least; n <= most; n++) {
    if (idsAfter(n).every((id, p) => id === ids[p])) return n
  }
  return null
}
