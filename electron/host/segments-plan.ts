import type {
  SegmentsDatasetView,
  SegmentsMode,
  SegmentsPlan,
  SegmentsPlanItem,
} from '../../shared/host/segments-methods.ts'
import { isActedOn, isJudged, isUnusual } from '../../shared/sync/segments-decision.ts'
import type { SegmentsDataset, SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { Categories } from './categories.ts'
import type { SegmentsBook } from './segments-book.ts'
import { planCard } from './segments-cards.ts'
import { planCarried } from './segments-carried.ts'
import { planCategories } from './segments-categories.ts'
import {
  type createSamplesHere,
  hasMasks,
  isKept,
  markOfSample,
  nameOf,
  type Pair,
  pairSamples,
  requireDataset,
  samplesThere,
} from './segments-look.ts'
import { replacedBy } from './segments-run.ts'
import type { SegmentsCarrier } from './segments-tools.ts'

/** Samples that a plan lists. */
const mostListed = 10_000

/** Looks at both sides and says what a run of this mode would do. Writes nothing. Rejects as the server does. */
export async function planDataset(
  tools: {
    readonly remote: SegmentsRemote
    readonly book: SegmentsBook
    /** `owner/name`. */
    readonly dataset: string
    readonly categories: Categories
    readonly samplesHere: ReturnType<typeof createSamplesHere>
    readonly carrier: SegmentsCarrier | null
  },
  mode: SegmentsMode,
  signal: AbortSignal,
): Promise<SegmentsPlan> {
  const { remote, book, dataset: name, categories } = tools
  const found = await remote.dataset(name, signal)
  if (mode === 'pull' || !book.facts().create) requireDataset(found, name)
  const here = await tools.samplesHere.all()
  const there = found ? await samplesThere(remote, name, signal) : []
  const markOf = (sample: Parameters<typeof markOfSample>[1]) => markOfSample(remote, sample, signal)
  const pairs = await pairSamples({ dataset: found, here, there, book, markOf })
  const ontology = planCategories(categories, book, found, mode)
  const taskType = found ? found.taskType : book.facts().as.taskType
  const kept = await planCarried(tools, taskType, there)
  const names = tools.carrier?.names() ?? new Set()
  const counts: SegmentsPlan['counts'] = {}
  for (const { fate } of pairs) counts[fate] = (counts[fate] ?? 0) + 1
  if (kept.sends.length > 0) counts['create there'] = (counts['create there'] ?? 0) + kept.sends.length
  const items = [
    ...pairs.flatMap((pair) => (pair.fate === 'unchanged' ? [] : [itemOf(pair, mode, names)])),
    ...kept.sends.map(({ name }) => keptItem(name, mode)),
  ]
  items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const replaced = mode === 'publish' ? 0 : replacedBy(pairs)
  return {
    mode,
    dataset: found && viewOf(found, remote),
    counts,
    items: items.slice(0, mostListed),
    left: Math.max(0, items.length - mostListed),
    categories: {
      newThere: [...(mode === 'pull' ? [] : ontology.newThere)],
      newHere: [...ontology.newHere],
      changes: [...ontology.changes],
      remarks: [
        ...ontology.remarks,
        ...(mode === 'pull' ? [] : kept.remarks),
        ...(hasMasks(taskType)
          ? []
          : [`The dataset is for ${taskType || 'no task'}: labels with a mask do not go there.`]),
      ],
    },
    cards: cardsOf(pairs, mode),
    kept: {
      send: mode === 'pull' ? 0 : kept.sends.length,
      take: items.filter(({ fate, isDone }) => fate === 'carried' && isDone).length,
    },
    reviewed: items.filter(({ overwritesReviewed }) => overwritesReviewed).length,
    replaced,
    needsConfirmation: isUnusual(replaced, here.length),
  }
}

function cardsOf(pairs: readonly Pair[], mode: SegmentsMode): SegmentsPlan['cards'] {
  const sums = { push: 0, pull: 0 }
  for (const { here, there, agreed } of pairs) {
    if (!here || here.inTrash || !there) continue
    const { toHere, toThere } = planCard(here, there, agreed, mode)
    if (toThere) sums.push++
    if (toHere.length > 0) sums.pull++
  }
  return sums
}

function itemOf(pair: Pair, mode: SegmentsMode, names: ReadonlySet<string>): SegmentsPlanItem {
  const { here, there, fate } = pair
  const statusThere = there?.label?.status ?? null
  return {
    name: nameOf(pair),
    sampleId: here?.id ?? null,
    uuid: there?.uuid ?? pair.agreed?.uuid ?? null,
    fate,
    isDone: isActedOn(fate, mode) && !isKept(pair, names),
    statusThere,
    overwritesReviewed: mode !== 'pull' && fate === 'push' && isJudged(statusThere),
    note: noteOf(pair),
  }
}

/** One that is kept whole and goes there as it came. */
const keptItem = (name: string, mode: SegmentsMode): SegmentsPlanItem => ({
  name,
  sampleId: null,
  uuid: null,
  fate: 'create there',
  isDone: isActedOn('create there', mode),
  statusThere: null,
  overwritesReviewed: false,
  note: 'It cannot be drawn here, and goes as it came.',
})

function noteOf({ here, isByName }: Pair): string {
  if (isByName) return 'Both have this name: whether it is the same image is seen when it is fetched.'
  if (here?.isOpen) return 'Two labels wait for an answer.'
  return here?.inTrash ? 'It is in the trash here.' : ''
}

export function viewOf(
  dataset: SegmentsDataset,
  remote: Pick<SegmentsRemote, 'datasetUrl'>,
): SegmentsDatasetView {
  const { fullName, description, taskType, samplesCount, isPublic, createdAt, role } = dataset
  return {
    name: fullName,
    description,
    taskType,
    samples: samplesCount,
    isPublic,
    createdAt,
    role,
    url: remote.datasetUrl(fullName),
  }
}
