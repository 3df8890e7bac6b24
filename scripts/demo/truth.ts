import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readMaskFile } from '../../electron/adapters/mask-file.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { indexObjects, type ObjectIndex } from '../../shared/label/object-index.ts'
import { colorSchema } from '../../shared/label/ontology.ts'

const truthSchema = z.object({
  objects: z.record(z.string(), z.string()),
  categories: z.array(z.object({ name: z.string(), color: colorSchema, isThing: z.boolean() })),
})

/** What a sample image shows, exactly. */
export type Truth = {
  readonly map: LabelMap
  readonly index: ObjectIndex
  /** Category by object id. */
  readonly categoryOf: ReadonlyMap<number, string>
  readonly categories: z.infer<typeof truthSchema>['categories']
}

/** `name` is that of the image without `.jpg`; the files lie beside it, in `truth/`. */
export async function readTruth(folder: string, name: string): Promise<Truth> {
  const file = join(folder, 'truth', name)
  const { objects, categories } = truthSchema.parse(JSON.parse(readFileSync(`${file}.json`, 'utf8')))
  const map = await readMaskFile(`${file}.png`)
  return {
    map,
    index: indexObjects(map),
    categoryOf: new Map(Object.entries(objects).map(([id, category]) => [Number(id), category])),
    categories,
  }
}
