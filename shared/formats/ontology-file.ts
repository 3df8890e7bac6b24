import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { attributesSchema } from '../label/attributes.ts'
import { type Category, categorySchema, defaultRules, type Ontology, taskSchema } from '../label/ontology.ts'

/**
 * `ontology.json` of an artifact: what the ids in labels mean. What says nothing is left out: no description, a category
 * that is not void, no attributes, the task `panoptic`. The format page is `docs/formats/artifact.md`.
 */
export const ontologyFileSchema = z.strictObject({
  format: z.literal('tessera-ontology'),
  format_version: z.literal(1),
  task: taskSchema.optional(),
  image_attributes: attributesSchema.min(1).optional(),
  categories: z.array(
    z.strictObject({
      id: categorySchema.shape.id,
      name: categorySchema.shape.name,
      color: categorySchema.shape.color,
      has_instances: z.boolean(),
      description: categorySchema.shape.description,
      void: categorySchema.shape.isVoid,
      attributes: categorySchema.shape.attributes,
      other: categorySchema.shape.other,
    }),
  ),
})
type OntologyFile = z.infer<typeof ontologyFileSchema>

/** The file's text; the same ontology gives the same text. */
export function ontologyFileText({ task, imageAttributes, categories }: Ontology): string {
  const file: OntologyFile = {
    format: 'tessera-ontology',
    format_version: 1,
    ...(task !== defaultRules.task && { task }),
    ...(imageAttributes.length > 0 && { image_attributes: imageAttributes }),
    categories: categories.map(
      ({ id, name, color, hasInstances, description, isVoid, attributes, other }) => ({
        id,
        name,
        color,
        has_instances: hasInstances,
        ...(description !== undefined && { description }),
        ...(isVoid && { void: isVoid }),
        ...(attributes && { attributes }),
        ...(other && { other }),
      }),
    ),
  }
  return canonicalJson(file)
}

/** Categories in the file's order. Throws ZodError or SyntaxError on what is no ontology of ours. */
export function parseOntologyFile(text: string): Ontology {
  const { task, image_attributes, categories } = ontologyFileSchema.parse(JSON.parse(text))
  return {
    task: task ?? defaultRules.task,
    imageAttributes: image_attributes ?? [],
    categories: categories.map(categoryOfFile),
  }
}

function categoryOfFile(entry: OntologyFile['categories'][number]): Category {
  const { id, name, color, has_instances, description, void: isVoid, attributes, other } = entry
  return {
    id,
    name,
    color,
    hasInstances: has_instances,
    ...(description !== undefined && { description }),
    ...(isVoid && { isVoid }),
    ...(attributes && { attributes }),
    ...(other && { other }),
  }
}
