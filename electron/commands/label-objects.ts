import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { valuesSchema } from '../../shared/label/attributes.ts'
import { MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import { type Category, categoryNameSchema, type LabelObject } from '../../shared/label/ontology.ts'
import { fileError } from '../adapters/file-error.ts'
import { UsageError } from './command.ts'

/** What `--objects` says of one id. */
export type NamedObject = {
  readonly id: number
  readonly category: string
  readonly attributes: LabelObject['attributes']
  readonly locked?: LabelObject['locked']
}

const objectsSchema = z.record(
  z.string(),
  z.union([
    categoryNameSchema.transform((category) => ({ category, attributes: {} })),
    z.strictObject({
      category: categoryNameSchema,
      attributes: valuesSchema.default({}),
      locked: z.literal(true).optional(),
    }),
  ]),
)
const most = 65_535
const mostBytes = 64 * 1024 * 1024
const shape = `Write it like '{"1":"car","2":{"category":"tree","attributes":{"leaves":true}}}'.`

/** What `--objects` gives: JSON, or with `@` the file that holds it. Rejects with AppError `IN_PATH`, `IN_TOO_BIG`. */
export async function readObjects(text: string, path: (text: string) => string): Promise<NamedObject[]> {
  if (!text.startsWith('@')) return parseObjects(text)
  try {
    const file = path(text.slice(1))
    const { size } = await stat(file)
    if (size > mostBytes) {
      throw new AppError('IN_TOO_BIG', `The file has ${size} bytes; objects have at most ${mostBytes}.`, {
        remedy: 'Check that it is the file you mean.',
      })
    }
    return parseObjects(await readFile(file, 'utf8'))
  } catch (error) {
    throw fileError(error)
  }
}

/** Reads the JSON of `--objects`, in order of id. Throws UsageError. */
export function parseObjects(text: string): NamedObject[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--objects is no JSON: ${(error as Error).message.split('\n')[0]}.`, shape)
  }
  return namedObjects(value, '--objects')
}

/** Reads objects by their ids, in order of id; `what` names them in an error. Throws UsageError. */
export function namedObjects(value: unknown, what: string): NamedObject[] {
  const parsed = objectsSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? ` of object ${issue.path.map(String).join('.')}` : ''
    throw new UsageError(`${what} is not what it should be: the value${where} makes no sense.`, shape)
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
  let known = await categoriesByName(connection, signal)
  const created: Category[] = []
  const resolved: LabelObject[] = []
  for (const { id, category: name, attributes, locked } of objects) {
    if (!known.has(nameKey(name))) {
      try {
        created.push(await connection.call('categories.create', { name }, signal))
      } catch (error) {
        // Somebody else may have made it in this moment.
        if (!(error instanceof AppError && error.code === 'NAME_TAKEN')) throw error
      }
      known = await categoriesByName(connection, signal)
    }
    resolved.push({ id, categoryId: known.get(nameKey(name))!.id, attributes, ...(locked && { locked }) })
  }
  return { objects: resolved, created }
}

async function categoriesByName(
  connection: HostConnection,
  signal: AbortSignal,
): Promise<Map<string, Category>> {
  const categories = await connection.call('categories.list', {}, signal)
  return new Map(categories.map((category) => [nameKey(category.name), category]))
}

/** "Car" and "car" are one category. */
const nameKey = (name: string) => name.normalize('NFC').toLowerCase()
