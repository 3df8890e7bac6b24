import { canonicalJson } from '../base/canonical-json.ts'
import {
  type AttributeDefinition,
  type AttributeValue,
  type AttributeValues,
  isSameValue,
  isUnset,
  type Shortcoming,
  shortcomings,
  withValue,
} from './attributes.ts'
import type { LabelDocument, LabelEdit } from './edit.ts'
import { nameOf } from './objects.ts'
import type { Category, LabelObject } from './ontology.ts'
import { statusAfterPainting } from './paint.ts'

/** What a value becomes; `undefined`: nothing is said. */
export type ValueChange = (before: AttributeValue | undefined) => AttributeValue | undefined

/** Says something of an object, or takes it back (`undefined`), as `changeAttribute` does. */
export function setAttribute(
  doc: LabelDocument,
  objectId: number,
  name: string,
  value: AttributeValue | undefined,
  objectName: string,
): LabelEdit | null {
  return changeAttribute(doc, [objectId], name, () => value, objectName)
}

/**
 * Changes what is said of some objects, as one step. Null when nothing is different, or there are no such objects. A lock
 * keeps pixels, not what is said of them.
 */
export function changeAttribute(
  doc: LabelDocument,
  ids: readonly number[],
  name: string,
  change: ValueChange,
  objectName: string,
): LabelEdit | null {
  const objects = ids.flatMap((id) => {
    const before = doc.objects.get(id)
    if (!before) return []
    const attributes = withValue(before.attributes, name, change(saidOf(before.attributes, name)))
    return attributes === before.attributes
      ? []
      : [{ id, before, after: { ...before, attributes: { ...attributes } } }]
  })
  if (objects.length === 0) return null
  return {
    title: `${name} of ${objectName}`,
    pixels: null,
    objects,
    status: statusAfterPainting(doc.status),
  }
}

const saidOf = (values: AttributeValues, name: string) =>
  Object.hasOwn(values, name) ? values[name] : undefined

/** Several objects say different things. */
export const MIXED = Symbol('mixed')

/** What all of them say, which may be nothing. */
export function sharedValue(
  all: readonly AttributeValues[],
  name: string,
): AttributeValue | undefined | typeof MIXED {
  const first = all[0] && saidOf(all[0], name)
  const isShared = all.every((values) => {
    const value = saidOf(values, name)
    return isSameValue(value, first) || (isUnset(value) && isUnset(first))
  })
  return isShared ? first : MIXED
}

/** What is asked of each of the objects, in the same words; in the order of the first one's category. */
export function sharedAttributes(
  objects: readonly LabelObject[],
  categories: readonly Category[],
): readonly AttributeDefinition[] {
  const byId = new Map(categories.map(({ id, attributes = [] }) => [id, attributes]))
  const [first = [], ...others] = [...new Set(objects.map(({ categoryId }) => categoryId))].map((id) =>
    (byId.get(id) ?? []).map((definition) => ({ definition, words: canonicalJson(definition) })),
  )
  const isShared = ({ words }: { words: string }) =>
    others.every((other) => other.some((each) => each.words === words))
  return first.filter(isShared).map(({ definition }) => definition)
}

/** Of one object: what keeps its label from being marked as labeled. */
export type ObjectShortcoming = Shortcoming & { readonly objectId: number; readonly objectName: string }

/** All of them, in order of id. */
export function objectShortcomings(
  doc: { readonly objects: ReadonlyMap<number, LabelObject> },
  categories: readonly Category[],
): ObjectShortcoming[] {
  const byId = new Map(categories.map((category) => [category.id, category]))
  return [...doc.objects.values()]
    .sort((a, b) => a.id - b.id)
    .flatMap((object) =>
      shortcomings(byId.get(object.categoryId)?.attributes, object.attributes).map((shortcoming) => ({
        ...shortcoming,
        objectId: object.id,
        objectName: nameOf(object, categories),
      })),
    )
}
