import { randomUUID } from 'node:crypto'
import type { LabelCodec } from '../../electron/adapters/label-codec.ts'
import { createCategories } from '../../electron/host/categories.ts'
import { createLabels, type Labels } from '../../electron/host/labels.ts'
import type { OpenOptions } from '../../electron/host/library.ts'
import { createSamples } from '../../electron/host/samples.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { JournalHeader, SaveHeader } from '../../shared/host/data-plane.ts'
import { decodeIds, encodeIds, encodePatch } from '../../shared/label/id-runs.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { openTestLibrary, type TestLibrary } from './open-test-library.ts'

/** Size of the samples of a label library that is opened without another one. */
export const [width, height] = [7, 5]

export type LabelLibrary = TestLibrary & {
  readonly labels: Labels
  /** Ids of a revision's pixels. */
  idsOf(revision: string): Promise<number[]>
  addSample(name: string): Promise<SampleId>
}

/** A library with the categories 1 (stuff) and 2 (things), and what labels are saved with. */
export async function openLabelLibrary(
  options: Partial<OpenOptions> & {
    readonly folder?: string
    readonly size?: readonly [width: number, height: number]
    /** One that several libraries share; whoever made it closes it. */
    readonly codec?: LabelCodec
  } = {},
): Promise<LabelLibrary> {
  const { size: [width, height] = [7, 5], codec, ...rest } = options
  const library = await openTestLibrary(rest)
  const { context } = library
  const categories = createCategories(context)
  if (!context.readOnly && categories.list().length === 0) {
    categories.create({ name: 'road', hasInstances: false })
    categories.create({ name: 'car', hasInstances: true })
  }
  const labels = createLabels(context, {
    categories,
    releaseReserve: library.releaseReserve,
    ...(options.ops && { ops: options.ops }),
    ...(codec && { codec }),
  })
  return {
    ...library,
    labels,
    async idsOf(revision) {
      // A record that no row names can be read too, and is no saved state.
      const row = context.db.prepare('SELECT 1 FROM revisions WHERE id = ?').get(revision)
      if (!row) throw new Error(`no saved state ${revision.slice(0, 12)}`)
      const bytes = await labels.pixels(revision as Parameters<Labels['pixels']>[0])
      return [...decodeIds(bytes, width * height)]
    },
    async addSample(name) {
      const image = await context.blobs.put(Buffer.from(`pixels of ${name}`))
      const added = await createSamples(context).insert({
        name,
        image,
        format: 'png',
        width,
        height,
        orientation: 1,
      })
      if (!('sample' in added)) throw new Error(`${name} is there already`)
      return added.sample.id as SampleId
    },
    async close() {
      await labels.close()
      await library.close()
    },
    async cleanup() {
      await labels.close()
      await library.cleanup()
    },
  }
}

export const car = (id: number): LabelObject => ({ id, categoryId: 2, attributes: {} })

/** Ids with `count` pixels of object `id` from pixel `from` on, over `before`. */
export function painted(id: number, from: number, count: number, before?: readonly number[]): number[] {
  const ids = before ? [...before] : new Array<number>(width * height).fill(0)
  return ids.fill(id, from, from + count)
}

/** What a window sends to save a label of `ids`: each id is a car. */
export function saveOf(
  ids: readonly number[],
  base: string | null,
  more: Partial<SaveHeader> = {},
): [SaveHeader, Uint8Array] {
  const objects = [...new Set(ids)].filter((id) => id > 0).sort((a, b) => a - b)
  const header: SaveHeader = {
    base,
    status: 'in progress',
    objects: objects.map(car),
    nextObjectId: Math.max(0, ...objects) + 1,
    tool: 'canvas',
    journal: null,
    ...more,
  }
  return [header, encodeIds(Uint32Array.from(ids))]
}

/** A window's journal: each call is the next edit, which paints `count` pixels of car `id` from pixel `from` on. */
export function journalOf(base: string | null, session: string = randomUUID()) {
  let seq = 0
  return {
    session,
    edit(
      id: number,
      from: number,
      count: number,
      more: Partial<JournalHeader> = {},
    ): [JournalHeader, Uint8Array] {
      seq++
      const after = new Uint32Array(count).fill(id)
      const header: JournalHeader = {
        session,
        seq,
        base,
        width,
        height,
        title: `Brush on car ${id}`,
        set: [car(id)],
        removed: [],
        nextObjectId: id + 1,
        status: 'in progress',
        ...more,
      }
      return [header, encodePatch({ runs: Uint32Array.of(from, count), before: after, after })]
    },
  }
}
