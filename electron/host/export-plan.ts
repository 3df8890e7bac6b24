import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { planSplits } from '../../shared/dataset/split-plan.ts'
import type { Format, FormatId } from '../../shared/formats/exchange/format.ts'
import { formats } from '../../shared/formats/exchange/formats.ts'
import {
  type Loss,
  lossesOfVersion,
  needsShapes,
  type ShapeFacts,
  type VersionFacts,
} from '../../shared/formats/exchange/losses.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { createPixelPool, type PixelPool } from '../adapters/exchange-pixels.ts'
import type { PixelSetup } from '../adapters/exchange-pixels-message.ts'
import { encodeRaster } from '../adapters/raster-png.ts'
import { type ContentTools, type ExportContent, readExportContent } from './export-content.ts'
import { inOrder } from './in-order.ts'
import type { LibraryContext } from './library-context.ts'

type SplitCounts = Record<'train' | 'val' | 'test' | 'none', number>

export type ExportPlan = {
  readonly version: string | null
  readonly labels: number
  readonly unlabeled: number
  readonly objects: number
  readonly imageBytes: number
  readonly splits: { readonly card: SplitCounts; readonly tags: SplitCounts }
  readonly formats: readonly {
    readonly id: FormatId
    readonly needsShapes: boolean
    readonly losses: readonly Loss[]
    readonly refused: ErrorInfo | null
  }[]
}

export type PlanRequest = {
  readonly version: string | null
  /** Look at every mask for holes and parts. */
  readonly shapes: boolean
}

const aheadPixels = 32_000_000

/**
 * What a version has that formats cannot hold, without writing anything. Rejects with `NOT_FOUND` and the like, and with
 * the signal's reason.
 */
export async function planExport(
  context: LibraryContext,
  {
    startPixels = createPixelPool,
    ...tools
  }: ContentTools & { startPixels?: (setup: PixelSetup, labels: number) => PixelPool },
  { version, shapes }: PlanRequest,
  signal: AbortSignal,
  progress: (phase: 'reading' | 'proving', done: number, total: number) => void = () => {},
): Promise<ExportPlan> {
  const content = await readExportContent(context, tools, version, signal, (done, total) =>
    progress('reading', done, total),
  )
  const facts = factsOf(content)
  const counted = shapes
    ? await countShapes(context, content, startPixels, signal, (done) =>
        progress('proving', done, content.labeled.length),
      )
    : null
  const sizeOf = context.db.prepare('SELECT size FROM blobs WHERE digest = ?')
  const size = (digest: string) => (sizeOf.get(digest) as { size: number } | undefined)?.size ?? 0
  return {
    version: content.id,
    labels: facts.labels,
    unlabeled: content.unlabeled,
    objects: facts.objects,
    imageBytes: content.labeled.reduce((sum, { image }) => sum + size(image), 0),
    splits: { card: countSplits(content, 'card'), tags: countSplits(content, 'tags') },
    formats: formats
      .filter(({ writer }) => writer !== null)
      .map((format) => ({
        id: format.id,
        needsShapes: needsShapes(format.holds),
        losses: lossesOfVersion(format.holds, facts, counted),
        refused: refusalOf(format, content.categories),
      })),
  }
}

/** What the labels of a version have that formats may not hold. */
export function factsOf({
  labeled,
  carried,
  categories,
}: Pick<ExportContent, 'labeled' | 'carried' | 'categories'>): VersionFacts {
  const byId = new Map(categories.map((category) => [category.id, category]))
  const usedVoids = new Set<number>()
  const sum = { objects: 0, attributed: 0, voids: 0, repeated: 0, repeatedStuff: 0 }
  for (const { file } of labeled) {
    const seen = new Set<number>()
    for (const { categoryId, attributes } of file.objects) {
      const category = byId.get(categoryId)
      sum.objects++
      if (Object.keys(attributes).length > 0) sum.attributed++
      if (category?.isVoid) {
        sum.voids++
        usedVoids.add(categoryId)
      }
      if (seen.has(categoryId)) {
        sum.repeated++
        if (!category?.hasInstances) sum.repeatedStuff++
      }
      seen.add(categoryId)
    }
  }
  return {
    ...sum,
    labels: labeled.length,
    voidCategories: usedVoids.size,
    categories: categories.length,
    shaped: labeled.filter((label) => label.shapes !== null).length,
    carried: carried.length,
    imagesOver: (most) => labeled.filter(({ file }) => file.objects.length > most).length,
  }
}

async function countShapes(
  { blobs }: LibraryContext,
  { labeled, categories }: ExportContent,
  startPixels: (setup: PixelSetup, labels: number) => PixelPool,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<ShapeFacts> {
  const pixels = startPixels({ format: 'coco', categories }, labeled.length)
  const stop = () => void pixels.close()
  signal.addEventListener('abort', stop, { once: true })
  let [withHoles, withParts, done] = [0, 0, 0]
  try {
    const count = async ({ mask, file: { width, height } }: (typeof labeled)[number]) =>
      pixels.run({ kind: 'shapes', label: { png: await blobs.get(mask), width, height } })
    const weigh = ({ file: { width, height } }: (typeof labeled)[number]) => width * height
    const ahead = { most: 4 * pixels.size, room: aheadPixels, weigh }
    for await (const { result } of inOrder(labeled, count, ahead)) {
      signal.throwIfAborted()
      // What cannot be read is told by name when it is to be written.
      const found = await result.catch((error: unknown) => {
        if (signal.aborted || !(error instanceof AppError)) throw error
        return { withHoles: 0, withParts: 0 }
      })
      withHoles += found.withHoles
      withParts += found.withParts
      progress(++done)
    }
    return { withHoles, withParts }
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
    await pixels.close()
  }
}

function countSplits({ labeled, cards }: ExportContent, by: 'card' | 'tags'): SplitCounts {
  const counts = { train: 0, val: 0, test: 0, none: 0 }
  const samples = labeled.map(({ name }) => ({ name, card: cards.get(name) ?? null, categories: [] }))
  for (const split of planSplits(samples, { by }).values()) counts[split ?? 'none']++
  return counts
}

/** Why a format has no room for these categories at all; null when it has. */
function refusalOf({ writer }: Format, categories: readonly Category[]): ErrorInfo | null {
  try {
    writer?.({ title: '', categories, encode: encodeRaster })
    return null
  } catch (error) {
    if (error instanceof AppError) return error.toInfo()
    throw error
  }
}
