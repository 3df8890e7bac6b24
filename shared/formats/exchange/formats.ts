import { AppError } from '../../base/app-error.ts'
import { coco, cocoPolygons, cocoStuff } from './coco.ts'
import type { Format, FormatId, Source } from './format.ts'
import { cocoPanoptic } from './panoptic.ts'
import { segmentsRelease } from './segments-release.ts'
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
  throw new AppError(
    'IN_FORMAT',
    found.length === 0
      ? 'There are no labels of a format that is known here.'
      : `There are labels of ${found.length} formats: ${found.map(({ id }) => id).join(', ')}.`,
    { remedy: 'Name the format that is meant.' },
  )
}
