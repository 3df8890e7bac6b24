import { splitSchema } from '../../dataset/card.ts'
import type { ReadCategory, ReadItem, Source } from './format.ts'
import { fieldsOfJson } from './json-fields.ts'
import { createCategoryNames, isRecord, nameOfCategory, numberOf, reasonOf } from './shapes.ts'
import { Unreadable } from './unreadable.ts'

/** What a JSON file of a folder is; those of other programs are left out. */
export type CocoFile =
  | { readonly path: string; readonly kind: 'objects' | 'panoptic'; readonly file: CocoContent }
  | { readonly path: string; readonly kind: 'broken'; readonly problem: ReadItem }

export type CocoContent = {
  readonly images: readonly unknown[]
  readonly categories: unknown
  /** Whoever goes through them takes them. */
  annotations: readonly CocoAnnotation[]
}
/** NaN for what is none, or stands there otherwise. `text`: as it stands there; what it says takes twice as much room. */
export type CocoAnnotation = {
  readonly imageId: number
  readonly categoryId: number
  readonly text: string
}

/** One after another, so that only one is held at a time: they can be large. */
export async function* cocoFiles(source: Source): AsyncGenerator<CocoFile> {
  const candidates = source.paths.filter((path) => path.endsWith('.json'))
  // A folder with a file for each image is another format.
  const likely = candidates.length > 64 ? candidates.filter(isUsualPlace) : candidates
  for (const path of likely) {
    try {
      const read = await readJson(source, path)
      if (read) yield { path, ...read }
    } catch (error) {
      const problem = { kind: 'problem', file: path, image: null, reason: reasonOf(error) } as const
      yield { path, kind: 'broken', problem }
    }
  }
}

const lists: ReadonlySet<string> = new Set(['images', 'annotations'])
const mostListed = 2_000_000

/** The fields of COCO in a file; null for one of another program. Throws Unreadable on what is no JSON. */
async function readJson(
  source: Source,
  path: string,
): Promise<Pick<Extract<CocoFile, { file: CocoContent }>, 'kind' | 'file'> | null> {
  const images: unknown[] = []
  const annotations: CocoAnnotation[] = []
  const found = new Set<string>()
  let categories: unknown
  let kind: 'objects' | 'panoptic' = 'objects'
  for await (const { key, value, text, index } of fieldsOfJson(source.pieces(path), lists)) {
    if (key === 'categories') categories = value
    if (!lists.has(key)) continue
    // What is listed and came whole is no list, or one of nothing.
    if (index !== null || Array.isArray(value)) found.add(key)
    if (index === null) continue
    if (index >= mostListed) throw new Unreadable(`It lists more than ${mostListed} ${key}.`)
    if (key === 'images') images.push(value)
    else {
      const { image_id, category_id, segments_info } = isRecord(value) ? value : {}
      if (Array.isArray(segments_info)) kind = 'panoptic'
      annotations.push({ imageId: numberOf(image_id), categoryId: numberOf(category_id), text })
    }
  }
  return found.size === lists.size ? { kind, file: { images, categories, annotations } } : null
}

export async function hasCocoFile(source: Source, kind: CocoFile['kind']): Promise<boolean> {
  for await (const file of cocoFiles(source)) if (file.kind === kind) return true
  return false
}

const isUsualPlace = (path: string) => /(^|\/)(instances|stuff|panoptic)[^/]*\.json$/.test(path)

/** The categories of a file by their ids. */
export function cocoCategories(value: unknown): Map<number, ReadCategory> {
  const byName = createCategoryNames()
  const byId = new Map<number, ReadCategory>()
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isRecord(entry)) continue
    const [id, name] = [numberOf(entry.id), nameOfCategory(entry.name)]
    if (!Number.isInteger(id) || name === null) continue
    const channels = Array.isArray(entry.color) ? entry.color.slice(0, 3).map(numberOf) : []
    const isColor = channels.length === 3 && channels.every((each) => each >= 0 && each <= 255)
    const hex = channels.map((each) => Math.round(each).toString(16).padStart(2, '0')).join('')
    byId.set(
      id,
      byName(name, {
        color: isColor ? `#${hex}` : null,
        hasInstances: entry.isthing !== 0 && entry.isthing !== false,
        isVoid: entry.void === true,
      }),
    )
  }
  return byId
}

export type CocoImage = {
  readonly id: number
  readonly name: string
  readonly width: number
  readonly height: number
}

/** The images of a file that can be read, and problems of the others. */
export function* cocoImages(
  path: string,
  value: unknown,
): Generator<CocoImage | Extract<ReadItem, { kind: 'problem' }>> {
  const seen = new Set<number>()
  for (const [i, entry] of (Array.isArray(value) ? value : []).entries()) {
    const image = isRecord(entry) ? entry : {}
    const [id, width, height] = [image.id, image.width, image.height].map(numberOf) as [
      number,
      number,
      number,
    ]
    const name = image.file_name
    const reason = !Number.isInteger(id)
      ? `Image number ${i + 1} of the list has no id.`
      : typeof name !== 'string' || name === ''
        ? `Image ${id} has no file name.`
        : seen.has(id)
          ? `There are two images with the id ${id}.`
          : null
    if (reason !== null) yield { kind: 'problem', file: path, image: null, reason }
    else {
      seen.add(id)
      yield { id, name: name as string, width, height }
    }
  }
}

/** `train`, `val` or `test` in the name of a file or a folder; null when it says none. */
export function splitOfPath(path: string) {
  const words = path.toLowerCase().split(/[^a-z0-9]+/)
  for (const word of words.reverse()) {
    const plain = word.replace(/\d+$/, '').replace(/^validation$|^valid$/, 'val')
    const split = splitSchema.safeParse(plain)
    if (split.success) return split.data
  }
  return null
}
