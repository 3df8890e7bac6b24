import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { planSplits, type SplitPlan } from '../../shared/dataset/split-plan.ts'
import { parseCarriedRecord } from '../../shared/formats/carried-record.ts'
import type { FormatId, WrittenFile } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import { lossesOfVersion } from '../../shared/formats/exchange/losses.ts'
import { parseShapesFile } from '../../shared/formats/shapes-file.ts'
import { createPixelPool, type PixelPool } from '../adapters/exchange-pixels.ts'
import type { PixelSetup, StoredLabel } from '../adapters/exchange-pixels-message.ts'
import { encodeRaster } from '../adapters/raster-png.ts'
import { type ContentTools, type Labeled, readExportContent } from './export-content.ts'
import { piecesOf, prepareExportPlace } from './export-place.ts'
import { factsOf } from './export-plan.ts'
import { type Proof, proveExport, type Written } from './export-proof.ts'
import { inOrder } from './in-order.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'

export type ExportRequest = {
  /** A version as `versions.find` takes it; null for what is not committed. */
  readonly version: string | null
  readonly format: FormatId
  /** A folder that is missing or empty; with `.zip` at its end an archive that is missing. Absolute. */
  readonly out: string
  readonly splits: SplitPlan
  readonly images: boolean
  /** What the files are called while they are written; left out: something that nobody else thinks of. */
  readonly token?: string
}

export type ExportProgress = {
  readonly phase: 'reading' | 'writing' | 'proving'
  readonly done: number
  readonly total: number
}

export type ExportReport = {
  readonly version: string | null
  readonly format: FormatId
  readonly out: string
  readonly labels: number
  readonly files: number
  readonly bytes: number
  /** Samples without a label that somebody made: unlabeled, skipped. */
  readonly unlabeled: number
  readonly splits: {
    readonly train: number
    readonly val: number
    readonly test: number
    readonly none: number
  }
  /** Labels that the format has no room for, or that cannot be read. */
  readonly leftOut: readonly { readonly name: string; readonly error: ErrorInfo }[]
  /** Of what the format can hold, as it was read back from the files. */
  readonly proof: Proof
  /** What of these labels the format cannot hold or may not, and what else is to be known, as sentences. */
  readonly remarks: readonly string[]
}

export type LabelExport = {
  /**
   * Writes beside `out`, reads that back, and moves it there when all is done: what is stopped or fails leaves nothing.
   * Rejects with `NOT_FOUND`, `IN_PATH`, `IN_TOO_BIG`, `DISK_*`, and with the signal's reason.
   */
  run(
    request: ExportRequest,
    signal: AbortSignal,
    progress: (at: ExportProgress) => void,
  ): Promise<ExportReport>
}

export type ExportOptions = ContentTools & {
  /** For tests: how pixels are looked at. */
  readonly startPixels?: (setup: PixelSetup, labels: number) => PixelPool
}

/** Pixels of labels that are drawn ahead. */
const aheadPixels = 32_000_000

export function createLabelExport(context: LibraryContext, options: ExportOptions): LabelExport {
  const { blobs } = context
  const { startPixels = createPixelPool } = options
  return {
    async run(request, signal, progress) {
      const { format: id, out } = request
      const format = formatNamed(id)
      if (!format.writer) {
        throw new AppError('BAD_REQUEST', `${format.title} is read only.`, {
          remedy: 'Choose another format.',
        })
      }
      const breathe = createTimeSlice()
      const target = await prepareExportPlace(out, context.folder, request.token)
      const content = await readExportContent(context, options, request.version, signal, (done, total) =>
        progress({ phase: 'reading', done, total }),
      )
      const { categories, cards, labeled } = content
      const leftOut = [...content.leftOut]
      const plan = planSplits(
        labeled.map(({ name, file }) => ({
          name,
          card: cards.get(name) ?? null,
          categories: file.objects.map(({ categoryId }) => categoryId),
        })),
        request.splits,
      )
      // Not the name of the folder: the same version is the same bytes wherever it goes.
      const title = content.id === null ? 'not committed' : `version ${content.id.slice(0, 12)}`
      const writer = format.writer({ title, categories, encode: encodeRaster })
      const stored = async ({ name, mask, file }: Labeled): Promise<StoredLabel> => {
        const { width, height, objects, status } = file
        return {
          name,
          width,
          height,
          objects,
          status,
          split: plan.get(name) ?? null,
          png: await blobs.get(mask),
        }
      }
      const place = await target.open()
      const pixels = startPixels({ format: id, categories }, labeled.length)
      const stop = () => void pixels.close()
      signal.addEventListener('abort', stop, { once: true })
      try {
        let [files, bytes, done] = [0, 0, 0]
        const put = async (file: WrittenFile) => {
          await place.put(file)
          files++
          for (const piece of piecesOf(file)) bytes += piece.length
        }
        const written: Written[] = []
        const splits = { train: 0, val: 0, test: 0, none: 0 }
        const draw = async (label: Labeled) => pixels.run({ kind: 'write', label: await stored(label) })
        const weigh = ({ file: { width, height } }: Labeled) => width * height
        const ahead = { most: 4 * pixels.size, room: aheadPixels, weigh }
        for await (const { item: each, result } of inOrder(labeled, draw, ahead)) {
          signal.throwIfAborted()
          const { name, file } = each
          const split = plan.get(name) ?? null
          let made: WrittenFile[] = []
          try {
            const { drawn, ids, sum, objects } = await result
            const image = request.images ? await blobs.get(each.image) : null
            const map = { width: file.width, height: file.height, ids: ids ?? nothing }
            const shapes =
              each.shapes !== null && format.holds.shapes
                ? await getRecord(blobs, each.shapes, parseShapesFile)
                : null
            const label = { name, map, objects: file.objects, status: file.status, split, shapes }
            const parts = await writer.add(label, drawn ?? undefined)
            const imagePath = writer.imagePath(label)
            if (image) parts.push({ path: imagePath, bytes: image })
            written.push({ ...each, imagePath, held: { sum, objects } })
            splits[split ?? 'none']++
            made = parts
          } catch (error) {
            if (signal.aborted || !(error instanceof AppError)) throw error
            leftOut.push({ name, error: error.toInfo() })
          }
          for (const part of made) await put(part)
          progress({ phase: 'writing', done: ++done, total: labeled.length })
          await breathe()
        }
        if (writer.carry) {
          for (const { record } of content.carried)
            writer.carry(await getRecord(blobs, record, parseCarriedRecord))
        }
        // In a function of its own, so that nothing of the files is held while they are read back.
        const putLast = async () => {
          for (const file of await writer.finish()) await put(file)
        }
        await putLast()
        await place.finish()

        const proof = await proveExport(place.path, id, written, {
          pixels,
          signal,
          progress: (read, total) => progress({ phase: 'proving', done: read, total }),
          stored,
        })
        signal.throwIfAborted()
        await place.keep()
        const remarks = [
          ...lossesOfVersion(format.holds, factsOf(content)).map(({ text }) => text),
          ...(content.turned > 0 && request.images
            ? [
                `${content.turned} images are turned by their EXIF: labels are of the upright image, as most programs show it.`,
              ]
            : []),
        ]
        return {
          version: content.id,
          format: id,
          out,
          labels: written.length,
          files,
          bytes,
          unlabeled: content.unlabeled,
          splits,
          leftOut,
          proof,
          remarks,
        }
      } catch (error) {
        await place.discard()
        throw signal.aborted ? signal.reason : error
      } finally {
        signal.removeEventListener('abort', stop)
        await pixels.close()
      }
    },
  }
}

/** Of boxes, pixels are not expected back. */
export const isProven = ({ format, proof }: Pick<ExportReport, 'format' | 'proof'>): boolean =>
  proof.missing === 0 && (formatNamed(format).holds.shape === 'boxes' || proof.differing === 0)

/** Pixels that were drawn elsewhere. */
const nothing = new Uint32Array(0)
