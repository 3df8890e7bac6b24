import { AppError } from '../../base/app-error.ts'
import { a2d2 } from './a2d2.ts'
import { cityscapes } from './cityscapes.ts'
import { coco, cocoPolygons, cocoStuff } from './coco.ts'
import { cvat } from './cvat.ts'
import type { Format, FormatId, Source } from './format.ts'
import { imagefolder } from './imagefolder.ts'
import { jsonFiles } from './json-files.ts'
import { labelStudio } from './label-studio.ts'
import { labelme } from './labelme.ts'
import { cocoPanoptic } from './panoptic.ts'
import { segmentsRelease } from './segments-release.ts'
import { semanticColor, semanticPng } from './semantic-png.ts'
import { voc } from './voc.ts'
import { yoloDetect, yoloSegment } from './yolo.ts'

/** Every format that labels can come from and go to. */
export const formats: readonly Format[] = [
  segmentsRelease,
  coco,
  cocoPolygons,
  cocoPanoptic,
  cocoStuff,
  yoloSegment,
  yoloDetect,
  semanticPng,
  semanticColor,
  cityscapes,
  voc,
  labelme,
  cvat,
  labelStudio,
  a2d2,
  imagefolder,
]

export function formatNamed(id: FormatId): Format {
  return formats.find((format) => format.id === id)!
}

/** The formats that a folder can be of; none where it is of no format known here. */
export async function recogniseFormats(source: Source): Promise<Format[]> {
  const found: Format[] = []
  for (const format of formats) if (await format.recognises(source)) found.push(format)
  return found
}

/** The one format that a folder is of. Rejects with AppError `IN_FORMAT` when there is none, or more than one. */
export async function detectFormat(source: Source): Promise<Format> {
  const found = await recogniseFormats(source)
  if (found.length === 1) return found[0]!
  if (found.length === 0) {
    // A cut list of everything looks like nothing; that it is cut is what helps.
    for await (const { problem } of jsonFiles(source, source.paths.slice(0, 64))) {
      if (problem?.kind !== 'problem') continue
      throw new AppError(
        'IN_FORMAT',
        `There are no labels that can be read. ${problem.file}: ${problem.reason}`,
        {
          remedy: 'Export them again, or name the format to have every file told.',
        },
      )
    }
  }
  throw new AppError(
    'IN_FORMAT',
    found.length === 0
      ? 'There are no labels of a format that is known here.'
      : `There are labels of ${found.length} formats: ${found.map(({ id }) => id).join(', ')}.`,
    { remedy: 'Name the format that is meant.' },
  )
}
