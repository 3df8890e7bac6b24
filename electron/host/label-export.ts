import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { Card } from '../../shared/dataset/card.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { planSplits, type SplitPlan } from '../../shared/dataset/split-plan.ts'
import { parseCardRecord } from '../../shared/formats/card-record.ts'
import type { FormatId, WriteLabel, WrittenFile } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import { imageFinder } from '../../shared/formats/exchange/image-finder.ts'
import { compareWithRead, lossesOf } from '../../shared/formats/exchange/proof.ts'
import { type LabelFile, parseLabelFile } from '../../shared/formats/label-file.ts'
import { type Category, type Ontology, underTask } from '../../shared/label/ontology.ts'
import { diskError } from '../adapters/disk-error.ts'
import { decodeLabelPng } from '../adapters/label-png.ts'
import { encodeRaster } from '../adapters/raster-png.ts'
import { createZip } from '../adapters/zip-file.ts'
import { openLabelSource } from './label-source.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { createVersionStates } from './version-states.ts'
import type { Versions } from './versions.ts'
import { createWorkingCopy } from './working-copy.ts'

export type ExportRequest = {
  /** A version as `versions.find` takes it; null for what is not committed. */
  readonly version: string | null
  readonly format: FormatId
  /** A folder that is missing or empty; with `.zip` at its end an archive that is missing. Absolute. */
  readonly out: string
  readonly splits: SplitPlan
  readonly images: boolean
}

export type ExportProgress = {
  readonly phase: 'writing' | 'proving'
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
  readonly proof: {
    readonly labels: number
    readonly missing: number
    readonly pixels: number
    readonly differing: number
    readonly objects: number
    /** The least and the mean share of an object that came back, 0 … 1; null without objects. */
    readonly worstIou: number | null
    readonly meanIou: number | null
  }
  /** What the format cannot hold, and what else is to be known, as sentences. */
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

type Labeled = {
  readonly name: string
  readonly mask: BlobDigest
  readonly file: LabelFile
  readonly image: BlobDigest
}

/** `imagePath`: where its image is among the files, or would be. */
type Written = Labeled & { readonly imagePath: string }

export function createLabelExport(
  context: LibraryContext,
  { versions, ontology }: { readonly versions: Versions; readonly ontology: () => Ontology },
): LabelExport {
  const { blobs, db } = context
  const states = createVersionStates(context)

  async function workingSamples() {
    const { samples } = await createWorkingCopy(context).allStates()
    return [...samples]
      .flatMap(([name, state]) => (state ? [{ ...state, name }] : []))
      .sort((a, b) => compareCodePoints(a.name, b.name))
  }

  async function contentOf(version: string | null) {
    if (version === null) return { id: null, samples: await workingSamples(), ontology: ontology() }
    const { id } = versions.find(version)
    const { parts, ontology: blob } = await states.snapshot(id)
    return { id, samples: await states.samples(parts), ontology: await states.ontology(blob) }
  }

  async function labelFile(head: string): Promise<Pick<Labeled, 'mask' | 'file'>> {
    const record = await states.revision(head)
    const digest = (role: string) => record?.payloads.find((each) => each.role === role)?.digest
    if (!record) {
      throw new AppError('MISSING_BLOB', 'The saved label is lost.', { remedy: 'Run "tessera verify".' })
    }
    const file = await getRecord(blobs, digest('label')!, parseLabelFile)
    return { mask: digest('mask') as BlobDigest, file }
  }

  async function writeLabel({ name, mask, file }: Labeled, split: WriteLabel['split']): Promise<WriteLabel> {
    const map = decodeLabelPng(await blobs.get(mask), file.width, file.height)
    return { name, map, objects: file.objects, status: file.status, split }
  }

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
      const target = await prepare(out, context.folder)
      const content = await contentOf(request.version)
      const categories = content.ontology.categories.map((each) => underTask(each, content.ontology.task))
      const labeled: Labeled[] = []
      const leftOut: { name: string; error: ErrorInfo }[] = []
      const cards = new Map<string, Card>()
      let unlabeled = 0
      let isTurned = 0
      const leaveOut = (name: string, error: unknown) => {
        if (!(error instanceof AppError)) throw error
        leftOut.push({ name, error: error.toInfo() })
      }
      const turned = db.prepare('SELECT orientation FROM samples WHERE image_digest = ? AND orientation <> 1')
      for (const { name, head, card, image } of content.samples) {
        signal.throwIfAborted()
        if (card !== null) cards.set(name, await getRecord(blobs, card, parseCardRecord))
        try {
          const label = head === null ? null : await labelFile(head)
          if (!label || ['unlabeled', 'skipped'].includes(label.file.status)) unlabeled++
          else labeled.push({ name, image: image as BlobDigest, ...label })
          if (label && turned.get(image)) isTurned++
        } catch (error) {
          leaveOut(name, error)
        }
        await breathe()
      }
      labeled.sort((a, b) => compareCodePoints(a.name, b.name))
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
      const place = await target.open()
      try {
        let [files, bytes, done] = [0, 0, 0]
        const put = async (file: WrittenFile) => {
          await place.put(file)
          files++
          bytes += file.bytes.length
        }
        const written: Written[] = []
        const splits = { train: 0, val: 0, test: 0, none: 0 }
        for (const each of labeled) {
          signal.throwIfAborted()
          let made: WrittenFile[] = []
          try {
            const label = await writeLabel(each, plan.get(each.name) ?? null)
            const image = request.images ? await blobs.get(each.image) : null
            const parts = await writer.add(label)
            const imagePath = writer.imagePath(label)
            if (image) parts.push({ path: imagePath, bytes: image })
            written.push({ ...each, imagePath })
            splits[label.split ?? 'none']++
            made = parts
          } catch (error) {
            leaveOut(each.name, error)
          }
          for (const file of made) await put(file)
          progress({ phase: 'writing', done: ++done, total: labeled.length })
          await breathe()
        }
        for (const file of await writer.finish()) await put(file)
        await place.finish()

        const proof = await prove(place.path, id, written, { categories, signal, progress, plan, writeLabel })
        signal.throwIfAborted()
        await place.keep()
        const remarks = [
          ...lossesOf(format.holds),
          ...(isTurned > 0 && request.images
            ? [
                `${isTurned} images are turned by their EXIF: labels are of the upright image, as most programs show it.`,
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
          unlabeled,
          splits,
          leftOut,
          proof,
          remarks,
        }
      } catch (error) {
        await place.discard()
        throw signal.aborted ? signal.reason : error
      }
    },
  }
}

type Proving = {
  readonly categories: readonly Category[]
  readonly signal: AbortSignal
  readonly progress: (at: ExportProgress) => void
  readonly plan: ReadonlyMap<string, WriteLabel['split']>
  readonly writeLabel: (label: Labeled, split: WriteLabel['split']) => Promise<WriteLabel>
}

/** Reads the files as anybody would, and compares them with the labels in the library. */
async function prove(
  path: string,
  id: FormatId,
  written: readonly Written[],
  { categories, signal, progress, plan, writeLabel }: Proving,
): Promise<ExportReport['proof']> {
  const format = formatNamed(id)
  const breathe = createTimeSlice()
  const source = await openLabelSource(path, signal)
  const left = new Map(written.map((label) => [label.name, label]))
  // As programs find the image of a label: among the files, and not by what it is called in the library.
  const byPath = new Map(written.map((label) => [label.imagePath, label]))
  const find = imageFinder(
    written.map(({ imagePath, file: { width, height } }) => ({ name: imagePath, width, height })),
  )
  const image = (called: string) => {
    const found = find(called)
    return found && { ...found, name: byPath.get(found.name)!.name }
  }
  const total = { pixels: 0, differing: 0, objects: 0, iou: 0 }
  let worst = 1
  const add = ({ pixels, differing, ious }: ReturnType<typeof compareWithRead>) => {
    total.pixels += pixels
    total.differing += differing
    total.objects += ious.length
    for (const iou of ious) {
      total.iou += iou
      if (iou < worst) worst = iou
    }
  }
  try {
    for await (const item of format.read({ ...source, image })) {
      signal.throwIfAborted()
      const label = item.kind === 'label' ? left.get(item.label.image.name) : undefined
      if (item.kind !== 'label' || !label) continue
      left.delete(label.name)
      const original = await writeLabel(label, plan.get(label.name) ?? null)
      add(compareWithRead(original, item.label, format.holds, categories))
      progress({ phase: 'proving', done: written.length - left.size, total: written.length })
      await breathe()
    }
    for (const label of left.values()) {
      add(compareWithRead(await writeLabel(label, null), null, format.holds, categories))
    }
  } finally {
    await source.close()
  }
  return {
    labels: written.length,
    missing: left.size,
    pixels: total.pixels,
    differing: total.differing,
    objects: total.objects,
    worstIou: total.objects === 0 ? null : worst,
    meanIou: total.objects === 0 ? null : total.iou / total.objects,
  }
}

type Place = {
  /** Where the files are until they are kept. */
  readonly path: string
  put(file: WrittenFile): Promise<void>
  finish(): Promise<void>
  keep(): Promise<void>
  discard(): Promise<void>
}

/** Looks at where somebody wants the files before any work is done. */
async function prepare(out: string, library: string): Promise<{ open(): Promise<Place> }> {
  const way = relative(resolve(library), resolve(out))
  if (!leaves(way)) {
    throw new AppError('IN_PATH', `${basename(out)} would lie inside the library.`, {
      remedy: 'Choose a place outside of it.',
    })
  }
  const isZip = /\.zip$/i.test(out)
  const info = await stat(out).catch(() => null)
  if (info && (isZip || !info.isDirectory() || (await readdir(out)).length > 0)) {
    throw new AppError(
      'IN_PATH',
      `${basename(out)} is there already${info.isDirectory() ? ' and is not empty' : ''}.`,
      {
        remedy: 'Choose another name, or take it away first.',
      },
    )
  }
  const path = join(dirname(out), `.${basename(out)}.${randomUUID().slice(0, 8)}`)
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof AppError) throw error
      throw writeError(error, out)
    }
  }
  return {
    open: () =>
      failing(async () => {
        await mkdir(dirname(out), { recursive: true })
        const zip = isZip ? await createZip(path) : null
        if (!zip) await mkdir(path)
        const folders = new Set<string>()
        return {
          path,
          put: (file) =>
            failing(async () => {
              const segments = file.path.split('/')
              const place = join(path, ...segments)
              const way = relative(path, place)
              // Names were looked at when they came; what writes into folders of others does not count on it.
              if (leaves(way) || way !== segments.join(sep)) throw leadsOut(file.path)
              if (zip) return zip.add(file.path, file.bytes)
              const folder = dirname(place)
              if (!folders.has(folder)) await mkdir(folder, { recursive: true })
              folders.add(folder)
              await writeFile(place, file.bytes, { flag: 'wx' })
            }),
          finish: () => failing(async () => zip?.finish()),
          keep: () =>
            failing(async () => {
              if (info) await rmdir(out)
              await rename(path, out)
            }),
          async discard() {
            await zip?.close()
            await rm(path, { recursive: true, force: true })
          },
        }
      }),
  }
}

/** Whether a relative path leads out of where it begins; on another drive it is absolute. */
const leaves = (way: string) => way.split(sep)[0] === '..' || isAbsolute(way)

const leadsOut = (path: string) =>
  new AppError('IN_PATH', `${JSON.stringify(path.slice(0, 120))} would lie outside of what is written.`, {
    remedy: 'Nothing was written. Rename the image, or leave it out.',
  })

function writeError(error: unknown, out: string): unknown {
  const code = (error as { code?: string }).code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') return diskError(error)
  if (code === undefined) return error
  return new AppError('IN_PATH', `${basename(out)} cannot be written (${code}).`, {
    remedy: 'Choose another place, or make this one writable.',
    cause: error,
  })
}
