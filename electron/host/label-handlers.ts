import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { HostHandlers } from '../../shared/host/host-api.ts'
import { underTask } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'
import type { LabelDifferences } from './label-differences.ts'
import type { Labels } from './labels.ts'

type Named =
  | 'conflicts.get'
  | 'conflicts.list'
  | 'conflicts.reopen'
  | 'conflicts.resolve'
  | 'label.choose'
  | 'label.objects'
  | 'label.open'
  | 'label.revisions'
  | 'labels.differences'
  | 'labels.restoreObject'

/** What the door offers of labels, and of those that two sides changed. */
export function createLabelHandlers(tools: {
  readonly labels: Labels
  readonly categories: Categories
  readonly differences: LabelDifferences
}): Pick<HostHandlers, Named> {
  const { labels, categories, differences } = tools
  /** Categories that are one region per image, as the dataset is to be read. */
  const oneRegion = () => {
    const { task } = categories.rules()
    return categories
      .list()
      .flatMap((category) => (underTask(category, task).hasInstances ? [] : [category.id]))
  }
  return {
    'label.open': ({ sampleId, peek = false }) => labels.open(sampleId as SampleId, { peek }),
    'label.objects': async ({ sampleId, revision }) => ({
      objects: [...(await labels.objects(sampleId as SampleId | null, revision as RevisionId))],
    }),
    'label.revisions': ({ sampleId }) => labels.revisions(sampleId as SampleId),
    'label.choose': ({ sampleId, revision }) => labels.choose(sampleId as SampleId, revision as RevisionId),

    'labels.differences': ({ pairs }, signal) => differences.totals(pairs, signal),
    'labels.restoreObject': (args) => labels.restoreObject(args, oneRegion()),
    'conflicts.list': async () => labels.conflicts.list(),
    'conflicts.get': ({ sampleId }) => labels.conflicts.get(sampleId as SampleId, oneRegion()),
    async 'conflicts.resolve'({ sampleId, mine, theirs, whole, answers, shapes }) {
      const { revision } = await labels.conflicts.resolve(
        sampleId as SampleId,
        { mine: mine as RevisionId, theirs: theirs as RevisionId },
        { whole, objects: new Map(answers), shapes },
        oneRegion(),
      )
      return { revision }
    },
    'conflicts.reopen': async ({ sampleId, revision }) => ({
      reopened: await labels.conflicts.reopen(sampleId as SampleId, revision as RevisionId),
    }),
  }
}
