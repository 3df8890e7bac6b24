import { parentPort, workerData } from 'node:worker_threads'
import { toAppError } from '../../shared/base/app-error.ts'
import type { Draft, ReadLabel, WriteLabel } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import type { ShapeFacts } from '../../shared/formats/exchange/losses.ts'
import { compareWithRead, formOfRead, formOfWritten } from '../../shared/formats/exchange/proof.ts'
import { runsByValue } from '../../shared/formats/exchange/shapes.ts'
import { outlinesOfRuns } from '../../shared/label/outline.ts'
import type { FromPixels, PixelJob, PixelSetup, StoredLabel, WritePixels } from './exchange-pixels-message.ts'
import { sumOfForm } from './held-sum.ts'
import { decodeLabelPng } from './label-png.ts'

// Runs in a worker thread: what looks at each pixel of a label that goes to another program. See exchange-pixels.ts.
const port = parentPort!
const { format: id, categories } = workerData as PixelSetup
const format = formatNamed(id)

port.on('message', (job: PixelJob) => {
  try {
    const [result, transfer] = work(job)
    port.postMessage({ kind: 'done', result } satisfies FromPixels, transfer)
  } catch (error) {
    port.postMessage({ kind: 'failed', error: toAppError(error).toInfo() } satisfies FromPixels)
  }
})

function work(job: PixelJob): [unknown, ArrayBuffer[]] {
  switch (job.kind) {
    case 'write':
      return write(job.label)
    case 'read': {
      const read = readOf(job.draft)
      return [read && sumOfForm(formOfRead(read, format.holds)), []]
    }
    case 'compare': {
      const { label, read } = job
      const back = read !== null && 'kind' in read ? readOf(read) : read
      const own = labelOf(label, roomFor(0, label.width * label.height))
      return [compareWithRead(own, back, format.holds, categories), []]
    }
    case 'shapes':
      return [shapesOf(job.label), []]
  }
}

/** The map of the label that is looked at, and of what came back of it: made once, as long as sizes stay. */
const rooms = [new Uint32Array(0), new Uint32Array(0)]
function roomFor(which: 0 | 1, pixels: number): Uint32Array<ArrayBuffer> {
  if (rooms[which]!.length < pixels || rooms[which]!.length > 4 * pixels)
    rooms[which] = new Uint32Array(pixels)
  return rooms[which]!
}

function labelOf({ png, width, height, ...rest }: StoredLabel, room?: Uint32Array<ArrayBuffer>): WriteLabel {
  return { ...rest, map: decodeLabelPng(png, width, height, room) }
}

function readOf(draft: Draft): ReadLabel | null {
  const { width, height } = draft.image
  const item = format.drafts!.finish(draft, roomFor(1, width * height))
  return item.kind === 'label' ? item.label : null
}

function write(stored: StoredLabel): [WritePixels, ArrayBuffer[]] {
  // What is handed over is its own.
  const label = labelOf(stored, format.draw ? roomFor(0, stored.width * stored.height) : undefined)
  const sum = sumOfForm(formOfWritten(label, format.holds, categories))
  if (format.draw) return [{ ...sum, drawn: format.draw(label), ids: null }, []]
  const { ids } = label.map
  return [{ ...sum, drawn: null, ids }, [ids.buffer as ArrayBuffer]]
}

function shapesOf({ png, width, height }: Pick<StoredLabel, 'png' | 'width' | 'height'>): ShapeFacts {
  let [withHoles, withParts] = [0, 0]
  const map = decodeLabelPng(png, width, height, roomFor(0, width * height))
  for (const runs of runsByValue(map.ids, width, height).values()) {
    const parts = outlinesOfRuns(runs, width)
    if (parts.length > 1) withParts++
    if (parts.some(({ holes }) => holes.length > 0)) withHoles++
  }
  return { withHoles, withParts }
}
