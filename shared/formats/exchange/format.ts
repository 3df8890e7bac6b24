import type { Split } from '../../dataset/card.ts'
import type { AttributeValues } from '../../label/attributes.ts'
import type { LabelMap } from '../../label/label-map.ts'
import type { Category, LabelObject } from '../../label/ontology.ts'
import type { LabelShapes } from '../../label/shape.ts'
import type { LabelStatus } from '../../label/status.ts'
import type { CarriedRecord } from '../carried-record.ts'
import type { Raster } from './raster.ts'

/**
 * What labels of other programs and Tessera's have in common. A format of the list in `formats.ts` reads a folder as
 * labels and writes labels as files; it decides nothing about libraries, disks or archives.
 */
export type Format = {
  readonly id: FormatId
  readonly title: string
  readonly holds: Holds
  /** Whether a folder with these files is one of this format, by names and by the beginnings of texts. */
  recognises(source: Source): Promise<boolean>
  /** What becomes of boxes where the person does not say; left out: it has none to read. */
  readonly boxes?: NonNullable<ReadWish['boxes']>
  /** Every label it can, and a reason for whatever it cannot. Throws only what `source` throws when told to stop. */
  read(source: Source, wish?: ReadWish): AsyncGenerator<ReadItem>
  /** Null for what is read only. */
  readonly writer: ((options: WriterOptions) => Writer) | null
  /**
   * What looks at the pixels of one label, apart from all that knows of other labels, so that it can be done elsewhere:
   * `Writer.add` takes what it gives in place of the pixels. Only for formats where that is most of the work.
   */
  readonly draw?: (label: WriteLabel) => Drawn
  /** The same of reading: `read` is `drafts` with `finish` of each. */
  readonly drafts?: {
    read(source: Source): AsyncGenerator<ReadItem | Draft>
    /** `room`: where the map may be, when it is not needed for long. */
    finish(draft: Draft, room?: Uint32Array): ReadItem
  }
}

/**
 * `boxes`: whether boxes stay shapes beside the mask or are filled as objects of it (in a Segments.ai release polygons too);
 * left out: as the format does it. What has no area, points and lines, is always a shape.
 */
export type ReadWish = { readonly boxes?: 'shapes' | 'masks' | undefined }

/** Texts for the files of a label, made by `Format.draw`. */
export type Drawn = readonly string[]
/** A label that was found and whose pixels were not looked at yet: plain data, which can be sent elsewhere. */
export type Draft = {
  readonly kind: 'draft'
  readonly file: string
  readonly image: SourceImage
  readonly body: unknown
}

export const formatIds = [
  'segments',
  'coco',
  'coco-polygons',
  'coco-panoptic',
  'coco-stuff',
  'yolo-segment',
  'yolo-detect',
  'semantic-png',
  'semantic-color',
  'cityscapes',
  'voc',
  'labelme',
  'cvat',
  'label-studio',
  'a2d2',
  'huggingface',
] as const
export type FormatId = (typeof formatIds)[number]

/** What a format can hold of a label, as data: told before something is exported, and expected of what is read back. */
export type Holds = {
  /** `pixels`: the same pixels come back. `boxes`: the smallest box around an object. */
  readonly shape: 'pixels' | 'boxes'
  readonly holes: 'yes' | 'bridged' | 'no'
  readonly parts: 'yes' | 'bridged' | 'no'
  /** `kept`: objects come back with their ids. `apart`: as objects, with new ids. `no`: only the category of a pixel. */
  readonly objects: 'kept' | 'apart' | 'no'
  /** `one`: all of one stuff category in an image is one region. */
  readonly stuff: 'as objects' | 'one'
  /** `class`: void is a category like any other. `merged`: it comes back as unlabeled. `one`: as one category of void. */
  readonly void: 'class' | 'merged' | 'one'
  readonly attributes: boolean
  readonly status: boolean
  /** Boxes, polygons, lines and points beside the mask, with all that is said of them; and samples of other kinds. */
  readonly shapes?: true
  /** Objects, or categories, of one image; null without a limit of its own. */
  readonly most: { readonly objects: number | null; readonly categories: number | null }
}

/** Of a format that holds every pixel and all that is said of an object. */
export const wholeHolds: Holds = {
  shape: 'pixels',
  holes: 'yes',
  parts: 'yes',
  objects: 'kept',
  stuff: 'as objects',
  void: 'class',
  attributes: true,
  status: false,
  most: { objects: null, categories: null },
}

/** The files of a folder or an archive. */
export type Source = {
  /** Relative, with forward slashes, sorted by code point. */
  readonly paths: readonly string[]
  /** Rejects with AppError when it is too large, no UTF-8, or not there. */
  text(path: string): Promise<string>
  /** The bytes of a text from the beginning on, for what is too large to be held whole. Rejects like `text`. */
  pieces(path: string): AsyncIterable<Uint8Array>
  /** A PNG's samples as they are stored. Rejects with AppError. */
  raster(path: string): Promise<Raster>
  /** The same of a PNG that stands in another file. */
  decode(png: Uint8Array): Promise<Raster>
  /** The image that is meant, as displayed; null when none or more than one can be meant. */
  image(name: string): SourceImage | null
}
export type SourceImage = { readonly name: string; readonly width: number; readonly height: number }

export type ReadCategory = {
  readonly name: string
  readonly color: string | null
  readonly hasInstances: boolean
  readonly isVoid: boolean
}

export type ReadObject = {
  readonly id: number
  readonly category: ReadCategory
  readonly attributes: AttributeValues
}

export type ReadLabel = {
  /** What `Source.image` gave. */
  readonly image: SourceImage
  /** The file it stands in. */
  readonly file: string
  readonly map: LabelMap
  readonly objects: readonly ReadObject[]
  /** Null when the format does not say. */
  readonly status: LabelStatus | null
  readonly split: Split | null
  /** What lies beside the mask; the categories of shapes by the ids that they have in it. */
  readonly shapes?: {
    readonly label: LabelShapes
    readonly categories: ReadonlyMap<number, ReadCategory>
  }
  /** What was read otherwise than it stands in the file, as sentences. */
  readonly remarks: readonly string[]
}

export type ReadItem =
  | { readonly kind: 'label'; readonly label: ReadLabel }
  /** A sample that cannot be shown, whole. `file`: where it stands. */
  | { readonly kind: 'carried'; readonly file: string; readonly record: CarriedRecord }
  /** `file`: where it stands; `image`: which image of it, null for the whole file. */
  | {
      readonly kind: 'problem'
      readonly file: string
      readonly image: string | null
      readonly reason: string
    }

export type WriterOptions = {
  readonly title: string
  /** In their order. */
  readonly categories: readonly Category[]
  encode(raster: Raster): Promise<Uint8Array>
}

/** One label to write. Objects without pixels are passed over. */
export type WriteLabel = {
  readonly name: string
  readonly map: LabelMap
  readonly objects: readonly LabelObject[]
  readonly status: LabelStatus
  readonly split: Split | null
  /** Null or left out: there are none. */
  readonly shapes?: LabelShapes | null
}

/** `bytes`: in pieces where a file is large. */
export type WrittenFile = { readonly path: string; readonly bytes: Uint8Array | readonly Uint8Array[] }

/** Labels come in order of their names; the same labels give the same bytes. */
export type Writer = {
  /** Where the format wants the image of a label. */
  imagePath(label: Pick<WriteLabel, 'name' | 'split'>): string
  /**
   * Throws AppError `IN_TOO_BIG` when the format cannot hold the label; nothing of it is written then. With what
   * `Format.draw` made of it, the pixels of its map are not looked at.
   */
  add(label: WriteLabel, drawn?: Drawn): Promise<WrittenFile[]>
  /** A sample that cannot be shown; left out by formats that have no place for such. After all labels, by name. */
  carry?(record: CarriedRecord): void
  finish(): Promise<WrittenFile[]>
}

const encoder = new TextEncoder()
export const textFile = (path: string, text: string): WrittenFile => ({ path, bytes: encoder.encode(text) })
