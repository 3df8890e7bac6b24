import { AppError } from '../base/app-error.ts'
import { objectShortcomings } from './attribute-edit.ts'
import { type AttributeValues, shortcomings } from './attributes.ts'
import type { LabelObject, Ontology } from './ontology.ts'

/** Named in a message; the rest is counted. */
const mostNamed = 3

/**
 * For whoever marks an image as labeled without having it on the screen. `values`: what is said of the image. Throws
 * AppError `CONFLICT`, with what is missing, unless everything that must be said of image and objects is said.
 */
export function requireAllSaid(
  label: {
    readonly name: string
    readonly objects: readonly LabelObject[]
    readonly values: AttributeValues
  },
  { categories, imageAttributes }: Pick<Ontology, 'categories' | 'imageAttributes'>,
): void {
  const objects = new Map(label.objects.map((object) => [object.id, object]))
  const missing = [
    ...shortcomings(imageAttributes, label.values).map((each) => ({ ...each, of: 'the image' })),
    ...objectShortcomings({ objects }, categories).map(({ objectName, ...each }) => ({
      ...each,
      of: objectName,
    })),
  ]
  if (missing.length === 0) return
  const named = missing
    .slice(0, mostNamed)
    .map(({ name, of, problem }) => `"${name}" of ${of} ${problem === 'missing' ? 'is missing' : problem}`)
  const more = missing.length > mostNamed ? `, and ${missing.length - mostNamed} more` : ''
  throw new AppError('CONFLICT', `${label.name} is not marked as labeled: ${named.join(', ')}${more}.`, {
    remedy: 'Open the image, say what is missing, and mark it then.',
  })
}
