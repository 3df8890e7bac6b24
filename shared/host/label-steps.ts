import { z } from 'zod'
import type { LabelEdit } from '../label/edit.ts'
import { decodeIds, decodePatch, encodeIds, encodePatch } from '../label/id-runs.ts'
import { labelObjectSchema } from '../label/ontology.ts'
import { statusSchema } from '../label/status.ts'
import { frame, unframe } from './data-plane.ts'

/**
 * Steps of undo as they travel and lie on the disk: an entry that says what a step did, and a body that can take it back
 * and make it again. Entries are many and small, and read all at once; bodies are read when they are needed.
 */

/** What one body may take; a step with more can be taken back only while its window is open. */
export const MAX_STEP_BYTES = 16 * 1024 * 1024
/** What one request may send or ask for. */
export const MAX_STEPS_AT_ONCE = 256

export const stepKeySchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-z]{1,8}$/)
/** As `markText` of `shared/label/state-mark.ts` writes it. */
const markSchema = z.string().regex(/^[0-9a-f]{16}$/)

export const stepEntrySchema = z.strictObject({
  /** Unique for the sample: what stands for one opening of it, and a number within that. */
  key: stepKeySchema,
  /** The step that was the last one done when this one was made; null when none was known. */
  prev: stepKeySchema.nullable(),
  /** What the label held before and after. */
  from: markSchema,
  to: markSchema,
  /** How far it was before and after. */
  was: statusSchema,
  status: statusSchema,
  at: z.int().min(0),
  title: z.string().max(500),
  /** How many it changed. */
  pixels: z.int().min(0),
  /** Of its body. */
  bytes: z.int().min(1).max(MAX_STEP_BYTES),
})
export type StepEntry = z.infer<typeof stepEntrySchema>

/**
 * POST: a frame of this and the bodies of `steps` one after the other. `place`: the last step that is done now, when steps
 * were taken back or made again; null: none is. Answers 204 once they are written, which is not yet durable.
 */
export const stepBatchSchema = z.strictObject({
  steps: z.array(stepEntrySchema).max(MAX_STEPS_AT_ONCE),
  place: stepKeySchema.nullable().optional(),
})
export type StepBatch = z.infer<typeof stepBatchSchema>

/** GET answers this. */
export type StepList = {
  /** In the order they were made; older ones may be gone. */
  readonly steps: readonly StepEntry[]
  readonly place: string | null
  /** Something in the files could not be read, and what came after it in that file is missing. */
  readonly isDamaged: boolean
}

/** The answer to `stepBodiesPath` is a frame of this and the bodies: the bytes of each, null for one that cannot be had. */
export const stepBodiesSchema = z.object({ sizes: z.array(z.int().min(1).max(MAX_STEP_BYTES).nullable()) })

const bodySchema = z.strictObject({
  objects: z
    .array(
      z.strictObject({
        id: z.int().min(1),
        before: labelObjectSchema.nullable(),
        after: labelObjectSchema.nullable(),
      }),
    )
    .max(65_535 * 2),
  status: z.strictObject({ before: statusSchema, after: statusSchema }).nullable(),
  /** Bytes of the patch as `encodePatch` writes it; what follows it are the ids before, as `encodeIds` does. 0: no pixels. */
  patch: z.int().min(0),
})

export type StepChange = Pick<LabelEdit, 'pixels' | 'objects' | 'status'>

export function encodeStep({ pixels, objects, status }: StepChange): Uint8Array<ArrayBuffer> {
  if (!pixels) return frame({ objects, status, patch: 0 }, new Uint8Array(0))
  const patch = encodePatch(pixels)
  const before = encodeIds(pixels.before)
  const both = new Uint8Array(patch.length + before.length)
  both.set(patch)
  both.set(before, patch.length)
  return frame({ objects, status, patch: patch.length }, both)
}

/** Throws RangeError, SyntaxError or ZodError on bytes that `encodeStep` did not write for an image of that size. */
export function decodeStep(bytes: Uint8Array, pixelCount: number): StepChange {
  const { header, body } = unframe(bytes)
  const { objects, status, patch } = bodySchema.parse(header)
  if (patch > body.length || (patch === 0 && body.length > 0)) throw new RangeError('bytes left over')
  if (patch === 0) return { pixels: null, objects, status }
  const { runs, after } = decodePatch(body.subarray(0, patch), pixelCount)
  const before = decodeIds(body.subarray(patch), after.length)
  return { pixels: { runs, before, after }, objects, status }
}

/** Pixels whose id a step changed. */
export function changedPixels({ pixels }: Pick<LabelEdit, 'pixels'>): number {
  if (!pixels) return 0
  let count = 0
  for (let i = 0; i < pixels.before.length; i++) if (pixels.before[i] !== pixels.after[i]) count++
  return count
}
