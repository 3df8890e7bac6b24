import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ImportOutcome } from '../../shared/host/host-api.ts'
import { categoryNameSchema, colorSchema } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'

const truthSchema = z.object({
  categories: z.array(z.object({ name: categoryNameSchema, color: colorSchema, isThing: z.boolean() })),
})

/**
 * Puts the sample images in `folder` into the library and, where it has no category yet, the categories of their
 * ground truth: a first stroke then already has a name.
 */
export async function addExamples(
  folder: string,
  { imports, categories }: { imports: Import; categories: Categories },
  signal?: AbortSignal,
): Promise<ImportOutcome[]> {
  const images = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort()
  const outcomes = await imports.importPaths(
    images.map((name) => join(folder, name)),
    signal,
  )
  const first = images[0]?.replace('.jpg', '.json')
  if (first !== undefined && categories.list().length === 0) {
    const truth = truthSchema.parse(JSON.parse(await readFile(join(folder, 'truth', first), 'utf8')))
    for (const { name, color, isThing } of truth.categories) {
      categories.create({ name, color, hasInstances: isThing })
    }
  }
  return outcomes
}
