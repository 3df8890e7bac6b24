import type { Page } from 'playwright-core'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, type SaveHeader, saveLabelPath } from '../../shared/host/data-plane.ts'
import { type SaveResult, saveResultSchema } from '../../shared/host/host-api.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { sampleNamed } from './page.ts'

/** Object id, its category, and a rectangle of its pixels; id 0 takes pixels away. Later ones lie on top. */
export type Block = readonly [
  id: number,
  categoryId: number,
  x: number,
  y: number,
  width: number,
  height: number,
]

/** Saves a label made of rectangles through the data plane, as another window would, on top of what is there. */
export async function saveBlocks(
  page: Page,
  name: string,
  blocks: readonly Block[],
  status: LabelStatus = 'in progress',
): Promise<SaveResult> {
  const sample = await sampleNamed(page, name)
  const ids = new Uint32Array(sample.width * sample.height)
  const objects = new Map<number, LabelObject>()
  for (const [id, categoryId, x, y, width, height] of blocks) {
    for (let row = y; row < y + height; row++)
      ids.fill(id, row * sample.width + x, row * sample.width + x + width)
    if (id > 0) objects.set(id, { id, categoryId, attributes: {} })
  }
  const header: SaveHeader = {
    base: sample.headRevision,
    status,
    objects: [...objects.values()].sort((a, b) => a.id - b.id),
    nextObjectId: Math.max(0, ...objects.keys()) + 1,
    tool: 'canvas',
    journal: null,
  }
  const body = Array.from(frame(header, encodeIds(ids)))
  const answer = await page.evaluate(
    async ({ path, body, header }) => {
      const headers = { [header]: '1' }
      const response = await fetch(path, { method: 'PUT', body: new Uint8Array(body), headers })
      return response.text()
    },
    { path: saveLabelPath(sample.id as SampleId), body, header: requestHeader },
  )
  return saveResultSchema.parse(JSON.parse(answer))
}
