import { z } from 'zod'
import type { BlobDigest, RevisionId, SampleId } from '../dataset/digest.ts'
import { labelObjectSchema } from '../label/ontology.ts'
import { statusSchema } from '../label/status.ts'

/**
 * Addresses and bodies of what is too large for a method call. The same `Request → Response` function serves them
 * behind `app://` and behind http. Errors are answered as `ErrorInfo` JSON with status 4xx or 5xx.
 */

/**
 * GET: image bytes a browser can decode, upright, with a sniffed `image/*` type. TIFF is converted, and so is a grey PNG of
 * 16 bits: its values between the percentiles 0.5 and 99.5 become the range of 8 bits.
 */
export const imagePath = (sample: SampleId, digest: BlobDigest) =>
  `/data/images/${sample}?v=${digest.slice(0, 16)}`
/**
 * GET: the samples of a PNG or TIFF of 16 bits a channel, upright: a frame of `{width, height, channels}` and the samples,
 * little-endian, rows from the top. 204 when the picture has no more than 8 bits; more than `mostDeepBytes` are refused
 * with `IN_TOO_BIG`.
 */
export const deepPath = (sample: SampleId, digest: BlobDigest) =>
  `/data/deep/${sample}?v=${digest.slice(0, 16)}`
/** GET: WebP, longer side at most 320 px. */
export const thumbPath = (sample: SampleId, digest: BlobDigest) =>
  `/data/thumbs/${sample}?v=${digest.slice(0, 16)}`
/** GET: the same two of an image that versions have and the library has not, by its blob. */
export const storedImagePath = (image: BlobDigest) => `/data/stored/${image}`
export const storedThumbPath = (image: BlobDigest) => `/data/stored-thumbs/${image}`
/**
 * GET: PNG with alpha, as large as the thumbnail: the objects of a saved revision in the colours of their categories.
 * `colors` names those colours, so that another palette is another address.
 */
export const overlayPath = (revision: RevisionId, colors: string) => `/data/overlays/${revision}?v=${colors}`
/** GET: PNG with alpha, as large as the thumbnail: where two saved revisions differ. Null stands for no label. */
export const changesPath = (before: RevisionId | null, after: RevisionId | null) =>
  `/data/changes/${before ?? 'none'}-${after ?? 'none'}`
/** GET: the id map of a saved revision, as `encodeIds` of `shared/label/id-runs.ts` writes it. */
export const labelPixelsPath = (revision: RevisionId) => `/data/labels/${revision}`
/** GET: the mask of a saved revision, RGBA PNG of object ids as `docs/formats/label.md` has it. */
export const labelPngPath = (revision: RevisionId) => `/data/masks/${revision}`
/** GET: the shapes of a saved revision as `docs/formats/label.md` has them, or 204 when it has none. */
export const labelShapesPath = (revision: RevisionId) => `/data/shapes/${revision}`
/** PUT: a framed body of `shapesHeaderSchema` and the file of shapes. Answers `{"revision"}` once it is durable. */
export const saveShapesPath = (sample: SampleId) => `/data/samples/${sample}/shapes`
/**
 * PUT: a framed body of `saveHeaderSchema`, the file of shapes when the header says how long it is, and `encodeIds`. Answers
 * a `SaveResult` once it is durable.
 */
export const saveLabelPath = (sample: SampleId) => `/data/samples/${sample}/label`
/** POST: a framed body of `journalHeaderSchema` and `encodePatch` (or nothing). Answers `{"seq":n}` once it is durable. */
export const journalPath = (sample: SampleId) => `/data/samples/${sample}/journal`
/** GET: the undo steps of a label, a `StepList` of `label-steps.ts`. POST: adds to them, a framed `StepBatch`. */
export const stepsPath = (sample: SampleId) => `/data/samples/${sample}/steps`
/** GET: the bodies of some of these steps; the answer is in `label-steps.ts`. */
export const stepBodiesPath = (sample: SampleId, keys: readonly string[]) =>
  `/data/samples/${sample}/steps/bodies?keys=${keys.join('.')}`
/**
 * GET: built superpixels as `shared/superpixel/cache-file.ts` writes them, or 204 when none are kept. PUT: keeps them if
 * that is possible, and answers 204 in any case. `key`: see `superpixelKey`.
 */
export const superpixelsPath = (key: string) => `/data/superpixels/${key}`
/** POST: the bytes of one file. `name` is its path relative to what was dropped. Answers an `ImportOutcome`. */
export const importPath = (name: string) => `/data/import?name=${encodeURIComponent(name)}`
/**
 * POST: the bytes of one file of labels, as `importPath`, of what `exchange.receive` began. Answers 204. `IN_TOO_BIG`
 * when it is more than may wait at a time.
 */
export const uploadPath = (upload: string, name: string) =>
  `/data/uploads/${upload}?name=${encodeURIComponent(name)}`
/** GET: the archive that `exchange.export` made, while it is kept. */
export const exportPath = (id: string) => `/data/exports/${id}`

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Which part of the journal a save covers: everything of `session` up to `seq`. */
const journalMarkSchema = z.strictObject({ session: z.uuid(), seq: z.int().min(0) })

export const saveHeaderSchema = z.strictObject({
  /** The revision this state was made from; null for the first. */
  base: sha256.nullable(),
  status: statusSchema,
  objects: z.array(labelObjectSchema).max(65_535),
  nextObjectId: z.int().min(1),
  /** What made it: `canvas`, `cli`, `status` … */
  tool: z.string().max(100),
  journal: journalMarkSchema.nullable(),
  /** So many bytes before the ids are the file of its shapes; left out, it keeps those of the base. */
  shapesBytes: z.int().min(1).optional(),
})
export type SaveHeader = z.infer<typeof saveHeaderSchema>

export const shapesHeaderSchema = z.strictObject({
  /** Of a label on which nobody has painted. */
  status: statusSchema,
  tool: z.string().max(100),
  author: z.string().max(200),
  /** The revision whose shapes these were; refused with `CONFLICT` when another is the head. Left out: whichever is. */
  base: sha256.nullable().optional(),
})

export type ShapesHeader = z.infer<typeof shapesHeaderSchema>

export const journalHeaderSchema = z.strictObject({
  /** One per opening of a sample; `seq` counts its edits from 1. */
  session: z.uuid(),
  seq: z.int().min(1),
  base: sha256.nullable(),
  width: z.int().min(1),
  height: z.int().min(1),
  title: z.string().max(500),
  set: z.array(labelObjectSchema).max(65_535),
  removed: z.array(z.int().min(1)).max(65_535),
  nextObjectId: z.int().min(1),
  status: statusSchema,
  /**
   * Not an edit: a stroke `under way` as far as it had come, or `taken back`. Whatever record comes next is written on
   * top of it and holds what stays of the stroke.
   */
  stroke: z.enum(['under way', 'taken back']).optional(),
})
export type JournalHeader = z.infer<typeof journalHeaderSchema>

const utf8 = new TextEncoder()
const utf8Reader = new TextDecoder('utf-8', { fatal: true })

/** Frame: u32 little-endian length of the JSON header, the header, then the rest. */
export function frame(header: unknown, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = utf8.encode(JSON.stringify(header))
  const out = new Uint8Array(4 + head.length + body.length)
  new DataView(out.buffer).setUint32(0, head.length, true)
  out.set(head, 4)
  out.set(body, 4 + head.length)
  return out
}

/** Throws RangeError or SyntaxError on a frame that is cut or no JSON; the caller names the request it came with. */
export function unframe(bytes: Uint8Array): { header: unknown; body: Uint8Array } {
  if (bytes.length < 4) throw new RangeError('frame without a header')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
  if (length > bytes.length - 4) throw new RangeError('frame header longer than the body')
  return {
    header: JSON.parse(utf8Reader.decode(bytes.subarray(4, 4 + length))),
    body: bytes.subarray(4 + length),
  }
}
