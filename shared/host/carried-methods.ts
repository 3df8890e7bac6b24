import { z } from 'zod'
import { method, sha256 } from './method.ts'

/** What the door says of samples that are kept whole without being shown: point clouds, sequences, texts. */

export const carriedEntrySchema = z.object({
  name: z.string(),
  /** The other program's word for it. */
  taskType: z.string(),
  /** Of its label, in the words of the other program; null: it has none. */
  status: z.string().nullable(),
  /** Of its record. */
  bytes: z.int(),
  record: sha256,
})
const names = z.array(z.string().min(1).max(1000)).min(1).max(100_000)

export const carriedMethods = {
  /** By name; what is in the trash instead where that is asked for. `trashed`: how many lie there. */
  'carried.list': method(
    z.strictObject({ inTrash: z.boolean().default(false) }),
    z.object({ list: z.array(carriedEntrySchema), trashed: z.int() }),
  ),
  /** What is kept of one, as JSON text. Rejects with `NOT_FOUND`. */
  'carried.get': method(z.strictObject({ name: z.string() }), z.object({ text: z.string() })),
  /**
   * Takes samples in, each as the JSON text of its record. Answers the names that are new. `NAME_TAKEN` where another one of
   * the name is kept, in the trash too; then none is taken.
   */
  'carried.take': method(
    z.strictObject({
      records: z
        .array(z.string().max(64 * 1024 * 1024))
        .min(1)
        .max(1000),
    }),
    z.object({ names: z.array(z.string()) }),
  ),
  /** Both answer the names that moved. */
  'carried.trash': method(z.strictObject({ names }), z.object({ names: z.array(z.string()) })),
  /** Removes what lies in the trash for good, but for what versions have. `bytes` of files that nothing else needs. */
  'carried.empty': method(z.strictObject({}), z.object({ removed: z.int(), bytes: z.number() })),
  'carried.restore': method(z.strictObject({ names }), z.object({ names: z.array(z.string()) })),
}
