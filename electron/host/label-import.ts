import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { carriedRecordText } from '../../shared/formats/carried-record.ts'
import type { Format, FormatId, SourceImage } from '../../shared/formats/exchange/format.ts'
import { detectFormat, formatNamed } from '../../shared/formats/exchange/formats.ts'
import { imageFinder } from '../../shared/formats/exchange/image-finder.ts'
import { plainRemark } from '../../shared/formats/exchange/shapes.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import type { ShapeType } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { type CategoryMap, createCategoryBook } from './label-import-categories.ts'
import { bringPhotographs } from './label-import-images.ts'
import { isLabeled, isShaped, saveImported } from './label-import-save.ts'
import { openLabelSource } from './label-source.ts'

export type LabelImportRequest = {
  /** A folder, a zip archive, or one file. Absolute. */
  readonly path: string
  /** What it is called to the person; left out: as the path ends. */
  readonly name?: string
  /** Null: found out from the files. */
  readonly format: FormatId | null
  readonly dryRun: boolean
  /** Also where an image has a label already; what it was stays among its states. */
  readonly replace: boolean
  /** For labels of formats that do not say how far they have come. */
  readonly status: LabelStatus
  /** Whether boxes stay shapes or are filled (`ReadWish`); left out: as the format does it. */
  readonly boxes?: 'shapes' | 'masks' | undefined
  /** Categories of the files that are to become others of the library. */
  readonly map?: CategoryMap | undefined
  /** Whether photographs among the files come in first. */
  readonly images?: boolean | undefined
}

/** What becomes, or would become, of one label of the files. */
export type LabelOutcome = {
  readonly image: string
  readonly file: string
  /** `taken`: the image has a label, and is left as it is. `replaced`: it had one. `same`: it says what is there. */
  readonly kind: 'new' | 'replaced' | 'taken' | 'same' | 'twice'
  readonly objects: number
  /** Shapes beside the mask. */
  readonly shapes: number
  readonly remarks: readonly string[]
}
export type LabelProblem = { readonly file: string; readonly image: string | null; readonly reason: string }

export type LabelImportReport = {
  readonly format: FormatId
  readonly dryRun: boolean
  readonly labels: readonly LabelOutcome[]
  /** Of the labels that are new or replaced, by their kinds. */
  readonly shapes: Readonly<Record<ShapeType, number>>
  /** What of these labels is read otherwise than it stands there, or left out, and in how many of them. */
  readonly remarks: readonly { readonly text: string; readonly labels: number }[]
  /** Names that are not in the library yet. */
  readonly newCategories: readonly string[]
  /** Names of the files that became categories of other names, as the person said. */
  readonly mapped: CategoryMap
  /** Photographs that came in, or would. */
  readonly images: number
  /** Names of samples that cannot be shown and are kept whole. */
  readonly carried: readonly string[]
  readonly problems: readonly LabelProblem[]
}

const pageSize = 5000
const noShapes: Readonly<Record<ShapeType, number>> = { bbox: 0, polygon: 0, polyline: 0, point: 0 }

/**
 * Brings labels of another program into a library, over the same door that any window has. A label is saved whole or not
 * at all; what was there stays among the states of its image. Sent again, it changes nothing. Rejects with AppError
 * `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG` where nothing can be read at all.
 */
export async function importLabelFiles(
  connection: HostConnection,
  request: LabelImportRequest,
  signal: AbortSignal,
  report: (done: number) => void = () => {},
): Promise<LabelImportReport> {
  const files = await openLabelSource(request.path, signal)
  try {
    const problems: LabelProblem[] = [
      ...files.refused.map(({ file, reason }) => ({ file, image: null, reason })),
    ]
    // Before anything is brought.
    const format: Format =
      request.format === null
        ? await detectFormat({ ...files, image: () => null })
        : formatNamed(request.format)
    const { dryRun, map = [] } = request
    const categories = await createCategoryBook(connection, { map, dryRun }, signal)
    let samples = await samplesOf(connection, signal)
    const coming = request.images
      ? await bringPhotographs(connection, files, { samples, dryRun }, signal)
      : { images: [], refused: [] }
    problems.push(...coming.refused)
    if (coming.images.length > 0 && !dryRun) samples = await samplesOf(connection, signal)
    const images: SourceImage[] = [...samples.values(), ...(dryRun ? coming.images : [])].map(
      ({ name, width, height }) => ({ name, width, height }),
    )
    const source = { ...files, image: imageFinder(images) }
    const labels: LabelOutcome[] = []
    const shapes = { ...noShapes }
    const remarks = new Map<string, number>()
    const seen = new Set<string>()
    const carried: string[] = []
    for await (const item of format.read(source, { boxes: request.boxes })) {
      signal.throwIfAborted()
      if (item.kind === 'problem') {
        const { file, image, reason } = item
        problems.push({ file, image, reason })
        continue
      }
      if (item.kind === 'carried') {
        carried.push(item.record.name)
        if (dryRun) continue
        try {
          await connection.call('carried.take', { records: [carriedRecordText(item.record)] }, signal)
        } catch (error) {
          if (!(error instanceof AppError) || signal.aborted) throw error
          problems.push({ file: item.file, image: null, reason: reasonOf(error.toInfo()) })
        }
        continue
      }
      const { label } = item
      const { name } = label.image
      // Null: its image would come in with it.
      const sample = samples.get(name) ?? null
      const outcome = (kind: LabelOutcome['kind']) => {
        const beside = label.shapes?.label.shapes ?? []
        if (kind === 'new' || kind === 'replaced') {
          for (const { type } of beside) shapes[type]++
          for (const text of new Set(label.remarks.map(plainRemark)))
            remarks.set(text, (remarks.get(text) ?? 0) + 1)
        }
        labels.push({
          image: name,
          file: label.file,
          kind,
          objects: label.objects.length,
          shapes: beside.length,
          remarks: label.remarks,
        })
      }
      // Of two files for one image the first counts; a reader gives them in order.
      if (seen.has(name)) outcome('twice')
      else if (sample && isLabeled(sample) && !request.replace) {
        outcome('taken')
      } else if (!sample || dryRun) {
        const isTaken = sample !== null && (isLabeled(sample) || (await isShaped(connection, sample, signal)))
        if (isTaken && !request.replace) outcome('taken')
        else {
          outcome(isTaken ? 'replaced' : 'new')
          categories.note(label)
        }
      } else {
        try {
          const { status, replace } = request
          outcome(await saveImported(connection, sample, label, { categories, status, replace, signal }))
          categories.note(label)
        } catch (error) {
          if (!(error instanceof AppError) || signal.aborted) throw error
          problems.push({ file: label.file, image: name, reason: reasonOf(error.toInfo()) })
        }
      }
      seen.add(name)
      report(labels.length)
      await setImmediate()
    }
    if (labels.length + carried.length === 0 && problems.length === 0) {
      problems.push({
        file: request.name ?? basename(request.path),
        image: null,
        reason: `It holds no labels of ${format.title}.`,
      })
    }
    return {
      format: format.id,
      dryRun,
      labels,
      shapes,
      remarks: [...remarks].map(([text, count]) => ({ text, labels: count })),
      newCategories: categories.made(),
      mapped: categories.renamed(),
      images: coming.images.length,
      carried,
      problems,
    }
  } finally {
    await files.close()
  }
}

const reasonOf = ({ message, remedy }: ErrorInfo) => `${message} ${remedy}`

async function samplesOf(connection: HostConnection, signal: AbortSignal): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>()
  for (let after: string | null = null; ; ) {
    const page: { samples: Sample[] } = await connection.call(
      'samples.list',
      { after, limit: pageSize },
      signal,
    )
    for (const sample of page.samples) samples.set(sample.name, sample)
    if (page.samples.length < pageSize) return samples
    after = page.samples.at(-1)!.id
  }
}
