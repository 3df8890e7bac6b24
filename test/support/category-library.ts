import { type Categories, createCategories } from '../../electron/host/categories.ts'
import { type CategoryJobs, createCategoryJobs } from '../../electron/host/category-jobs.ts'
import { createSamples } from '../../electron/host/samples.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { type LabelLibrary, openLabelLibrary, painted, saveOf } from './label-library.ts'

export type CategoryLibrary = LabelLibrary & {
  readonly categories: Categories
  readonly jobs: CategoryJobs
  /** Adds a sample whose objects 1, 2, 3 … have these categories, three pixels each. */
  addLabeled(name: string, categories: readonly number[], more?: Partial<LabelObject>): Promise<SampleId>
  /** Of the head: [id, category] of each object, and the ids of the pixels. */
  labelOf(sample: SampleId): Promise<{ objects: [number, number][]; ids: number[] }>
}

/** A library with the categories 1 road (stuff), 2 car, 3 van (things), 4 sky (stuff). */
export async function openCategoryLibrary(
  options: Parameters<typeof openLabelLibrary>[0] = {},
): Promise<CategoryLibrary> {
  const library = await openLabelLibrary(options)
  const { context, labels } = library
  const categories = createCategories(context)
  if (categories.ids().size < 3) {
    categories.create({ name: 'van', hasInstances: true })
    categories.create({ name: 'sky', hasInstances: false })
  }
  const samples = createSamples(context)
  const jobs = createCategoryJobs(context, {
    categories,
    labels,
    nameOf: (id) => samples.get(id).name,
    author: () => 'Ada',
  })
  return {
    ...library,
    categories,
    jobs,
    async addLabeled(name, of, more = {}) {
      const sample = await library.addSample(name)
      const ids = of.reduce<number[]>((before, _, i) => painted(i + 1, i * 3, 3, before), painted(0, 0, 0))
      const objects = of.map(
        (categoryId, i): LabelObject => ({ id: i + 1, categoryId, attributes: {}, ...more }),
      )
      await labels.save(sample, ...saveOf(ids, null, { objects, status: 'labeled' }))
      return sample
    },
    async labelOf(sample) {
      const { objects, revision } = await labels.open(sample)
      return {
        objects: objects.map(({ id, categoryId }) => [id, categoryId]),
        ids: revision === null ? [] : await library.idsOf(revision),
      }
    },
  }
}
