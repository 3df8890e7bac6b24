import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { type Category, categorySchema } from '../label/ontology.ts'

/** `ontology.json` of an artifact: what the ids in labels mean. The format page is `docs/formats/artifact.md`. */
export const ontologyFileSchema = z.strictObject({
  format: z.literal('tessera-ontology'),
  format_version: z.literal(1),
  categories: z.array(
    z.strictObject({
      id: categorySchema.shape.id,
      name: categorySchema.shape.name,
      color: categorySchema.shape.color,
      has_instances: z.boolean(),
    }),
  ),
})

/** The file's text; the same categories in the same order give the same text. */
export function ontologyFileText(categories: readonly Category[]): string {
  const file: z.infer<typeof ontologyFileSchema> = {
    format: 'tessera-ontology',
    format_version: 1,
    categories: categories.map(({ id, name, color, hasInstances }) => ({
      id,
      name,
      color,
      has_instances: hasInstances,
    })),
  }
  return canonicalJson(file)
}

/** Categories in the file's order. Throws ZodError or SyntaxError on what is no ontology of ours. */
export function parseOntologyFile(text: string): Category[] {
  const { categories } = ontologyFileSchema.parse(JSON.parse(text))
  return categories.map(({ id, name, color, has_instances }) => ({
    id,
    name,
    color,
    hasInstances: has_instances,
  }))
}
