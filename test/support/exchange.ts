import { decodeRaster, encodeRaster } from '../../electron/adapters/raster-png.ts'
import { AppError } from '../../shared/base/app-error.ts'
import type { CarriedRecord } from '../../shared/formats/carried-record.ts'
import type {
  Format,
  ReadItem,
  ReadLabel,
  ReadWish,
  Source,
  SourceImage,
  WriteLabel,
  WrittenFile,
} from '../../shared/formats/exchange/format.ts'
import { imageFinder } from '../../shared/formats/exchange/image-finder.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { generatedCategories } from './generated-labels.ts'

/** Files in memory, and the images of a library. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>, images: readonly SourceImage[]): Source {
  const get = (path: string) => {
    const bytes = files.get(path)
    if (bytes) return bytes
    throw new AppError('NOT_FOUND', `There is no file ${path}.`, { remedy: 'Give all files.' })
  }
  return {
    paths: [...files.keys()].sort(),
    text: async (path) => new TextDecoder('utf-8').decode(get(path)),
    async *pieces(path) {
      // In small ones, so that what is cut in two is met.
      const bytes = get(path)
      for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997)
    },
    raster: async (path) => decodeRaster(get(path)),
    decode: decodeRaster,
    image: imageFinder(images),
  }
}

export const imagesOf = (labels: readonly WriteLabel[]): SourceImage[] =>
  labels.map(({ name, map: { width, height } }) => ({ name, width, height }))

export const writeAll = (format: Format, labels: readonly WriteLabel[]): Promise<Map<string, Uint8Array>> =>
  writeAllOf(format, labels, generatedCategories)

export async function writeAllOf(
  format: Format,
  labels: readonly WriteLabel[],
  categories: readonly Category[],
): Promise<Map<string, Uint8Array>> {
  const writer = format.writer!({ title: 'street', categories, encode: encodeRaster })
  const files = new Map<string, Uint8Array>()
  const put = ({ path, bytes }: WrittenFile) =>
    files.set(path, bytes instanceof Uint8Array ? bytes : new Uint8Array(Buffer.concat(bytes)))
  for (const label of labels) for (const file of await writer.add(label)) put(file)
  for (const file of await writer.finish()) put(file)
  return files
}

export async function readAll(
  format: Format,
  source: Source,
  wish: ReadWish = {},
): Promise<{
  labels: ReadLabel[]
  problems: Extract<ReadItem, { kind: 'problem' }>[]
  carried: CarriedRecord[]
}> {
  const labels: ReadLabel[] = []
  const problems: Extract<ReadItem, { kind: 'problem' }>[] = []
  const carried: CarriedRecord[] = []
  for await (const item of format.read(source, wish)) {
    if (item.kind === 'label') labels.push(item.label)
    else if (item.kind === 'carried') carried.push(item.record)
    else problems.push(item)
  }
  return { labels: labels.sort((a, b) => (a.image.name < b.image.name ? -1 : 1)), problems, carried }
}
