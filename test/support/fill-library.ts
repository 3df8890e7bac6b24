import { createHash } from 'node:crypto'
import { createCategories } from '../../electron/host/categories.ts'
import { createLabelRows } from '../../electron/host/label-rows.ts'
import type { LibraryContext } from '../../electron/host/library-context.ts'
import { createSamples } from '../../electron/host/samples.ts'
import type { LabelIdentity, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { labelFileText } from '../../shared/formats/label-file.ts'
import type { LabelStatus } from '../../shared/label/status.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Puts images and labels into a library whose bytes stand for pictures: versions look at no pixel. */
export function fillLibrary(context: LibraryContext) {
  const samples = createSamples(context)
  const categories = createCategories(context)
  const labels = createLabelRows(context)
  let saves = 0
  return {
    samples,
    categories,
    /** Adds an image with these bytes; returns its id. */
    async image(name: string, bytes = `picture ${name}`): Promise<string> {
      const image = await context.blobs.put(Buffer.from(bytes))
      const result = await samples.insert({ name, image, format: 'png', width: 4, height: 3, orientation: 1 })
      if (!('sample' in result)) throw new Error(`${name} is there already`)
      return result.sample.id
    },
    /** Saves a label with this mask; a second one builds on the first. Returns the revision. */
    async label(
      id: string,
      mask: string,
      status: LabelStatus = 'in progress',
      objectCount = 1,
    ): Promise<string> {
      const png = await context.blobs.put(Buffer.from(mask))
      const objects = Array.from({ length: objectCount }, (_, i) => ({
        id: i + 1,
        categoryId: 1,
        attributes: {},
      }))
      const json = await context.blobs.put(
        Buffer.from(labelFileText({ width: 4, height: 3, status, objects })),
      )
      const ontology = await categories.ontology()
      const { head } = labels.sample(id)
      const revision = sha256(`${id} ${mask} ${++saves}`)
      context.transaction(() => {
        labels.insert(
          {
            id: revision as RevisionId,
            sampleId: id as SampleId,
            seq: context.nextSeq(),
            parents: head === null ? [] : [head],
            identity: sha256(mask) as LabelIdentity,
            mask: png.digest,
            label: json.digest,
            ontology: ontology.digest,
            shapes: null,
            status,
            objectCount,
            labeledPixels: 5,
            nextObjectId: objectCount + 1,
            tool: 'test',
            author: 'A',
            createdAt: context.now(),
          },
          true,
          new Map(objectCount > 0 ? [[1, objectCount]] : []),
          new Map(),
        )
      })
      return revision
    },
  }
}
