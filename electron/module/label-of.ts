import { resolve } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import { type LabelMap, MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import { decodeMask, readMaskFile } from '../adapters/mask-file.ts'
import { namedObjects } from '../commands/label-objects.ts'
import type { MadeLabel } from '../commands/save-label.ts'
import type { IdMap, NewLabel } from './api.ts'

/** What a program gave, checked. Rejects with AppError `BAD_REQUEST`, `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG`. */
export async function labelOf({ mask, objects, status }: NewLabel): Promise<MadeLabel> {
  const byId: Record<string, unknown> = {}
  for (const { id, ...rest } of objects) {
    if (Object.hasOwn(byId, id)) throw bad(`Object ${id} is given twice.`, 'Give every object once.')
    byId[id] = rest
  }
  const named = namedObjects(byId, 'objects')
  return { map: await mapOf(mask), named, status: status ?? null, tool: 'module' }
}

/** The ids of a PNG, or the ids that were given. Rejects like `labelOf`. */
export async function mapOf(mask: NewLabel['mask']): Promise<LabelMap> {
  if (typeof mask === 'string') return readMaskFile(resolve(mask))
  if (mask instanceof Uint8Array) return decodeMask(mask)
  return checked(mask)
}

function checked({ width, height, ids }: IdMap): LabelMap {
  const pixels = width * height
  if (!Number.isSafeInteger(pixels) || !(ids instanceof Uint32Array) || ids.length !== pixels) {
    throw bad(
      `A mask of ${width} × ${height} pixels has ${ids?.length} ids.`,
      'Give a Uint32Array with one id a pixel, rows from the top.',
    )
  }
  const wrong = ids.find((id) => id > MAX_OBJECT_ID)
  if (wrong === undefined) return { width, height, ids }
  throw bad(`The mask has the id ${wrong}.`, `An id is a whole number from 0 to ${MAX_OBJECT_ID}.`)
}

const bad = (what: string, remedy: string) => new AppError('BAD_REQUEST', what, { remedy })
