import { z } from 'zod'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import {
  attributeValueSchema,
  type Category,
  categoryNameSchema,
  type LabelObject,
} from '../../shared/label/ontology.ts'
import { UsageError } from './command.ts'

/** What `--objects` says of one id. */
export type NamedObject = {
  readonly id: number
  readonly category: string
  readonly attributes: LabelObject['attributes']
}

const objectsSchema = z.record(
  z.string(),
  z.union([
    categoryNameSchema.transform((category) => ({ category, attributes: {} })),
    z.strictObject({
      category: categoryNameSchema,
      attributes: z.record(z.string().max(200), attributeValueSchema).default({}),
    }),
  ]),
)
const most = 65_535
const shape = `Write it like '{"1":"car","2":{"category":"tree","attributes":{"leaves":true}}}'.`

/** Reads `--objects`, in order of id. Throws UsageError. */
export function parseObjects(text: string): NamedObject[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--objects is no JSON: ${(error as Error).message.split('\n')[0]}.`, shape)
  }
  const parsed = objectsSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? ` of object ${issue.path.map(String).join('.')}` : ''
    throw new UsageError(`--objects is not what it should be: the value${where} makes no sense.`, shape)
  }
  const objects = Object.entries(parsed.data).map(([key, object]) => ({ id: readId(key), ...object }))
  if (objects.length > most) throw new UsageError(`A label can list ${most} objects, not ${objects.length}.`)
  return objects.sort((a, b) => a.id - b.id)
}

function readId(key: string): number {
  const id = /^[1-9][0-9]{0,7}$/.test(key) ? Number(key) : Number.NaN
  if (id >= 1 && id <= MAX_OBJECT_ID) return id
  throw new UsageError(
    `"${key.slice(0, 40)}" is no object id.`,
    `An id is a whole number from 1 to ${MAX_OBJECT_ID}; 0 is what nobody labeled.`,
  )
}

/** The objects with the ids of their categories; those that do not exist yet are made, in order of object. */
export async function resolveCategories(
  connection: HostConnection,
  objects: readonly NamedObject[],
  signal: AbortSignal,
): Promise<{ objects: LabelObject[]; created: Category[] }> {
  const key = (name: string) => name.normalize('NFC').toLowerCase()
  const known = new Map<string, Category>()
  for (const category of await connection.call('categories.list', {}, signal)) {
    known.set(key(category.name), category)
  }
  const created: Category[] = []
  const resolved: LabelObject[] = []
  for (const { id, category: name, attributes } of objects) {
    let category = known.get(key(name))
    if (!category) {
      category = await connection.call('categories.create', { name }, signal)
      known.set(key(name), category)
      created.push(category)
    }
    resolved.push({ id, categoryId: category.id, attributes })
  }
  return { objects: resolved, created }
}
