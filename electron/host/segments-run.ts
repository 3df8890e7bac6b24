import { AppError } from '../../shared/base/app-error.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { SegmentsResult } from '../../shared/host/segments-methods.ts'
import type { Consent } from '../../shared/host/version-methods.ts'
import { imageUrlOf, isUnusual, markThere } from '../../shared/sync/segments-decision.ts'
import {
  groundTruth,
  readDatasetName,
  type SegmentsIssue,
  type SegmentsSample,
} from '../../shared/sync/segments-remote.ts'
import { inLanes } from './lanes.ts'
import { consentTo, FailsafeError } from './merge-failsafe.ts'
import { freshRow } from './segments-book.ts'
import { settleCard, settleIssues } from './segments-cards.ts'
import { planCarried, sendCarried } from './segments-carried.ts'
import { settleDataset } from './segments-categories.ts'
import {
  isKept,
  markOfSample,
  nameOf,
  type Pair,
  pairSamples,
  requireDataset,
  type SampleHere,
  sampleMarkHere,
  samplesThere,
} from './segments-look.ts'
import { createThere, pushLabel } from './segments-push.ts'
import { carryLabel, createHere, fetchImage, takeLabel } from './segments-take.ts'
import { failOne, lanes, type RunTools } from './segments-tools.ts'

export type RunWish = {
  /** The dataset is made where it is missing. */
  readonly create: boolean
  readonly confirmed: Consent
  /** What the dataset, and each sample made there, is to say of where it came from. */
  readonly origin?: {
    readonly dataset: JsonObject
    readonly sample: (sample: SampleHere) => JsonObject
  }
}

/**
 * One run: looks at both sides, decides for each sample, and does what its mode allows, sample by sample. Whatever is done is
 * whole and written down, so a run that was stopped or cut off goes on when it is asked for again.
 */
export async function runDataset(
  base: Omit<RunTools, 'ids' | 'taskType'>,
  wish: RunWish,
  setTotal: (total: number) => void,
): Promise<SegmentsResult> {
  const { remote, book, dataset: name, mode, signal, tally, samplesHere } = base
  const found = await remote.dataset(name, signal)
  if (mode === 'pull' || !wish.create) requireDataset(found, name)
  base.advance('Looking at both sides', 0)
  const here = await samplesHere.all()
  const there = found ? await samplesThere(remote, name, signal) : []
  const markOf = (sample: SegmentsSample) => markOfSample(remote, sample, signal)
  const pairs = await pairSamples({ dataset: found, here, there, book, markOf })
  requireConfirmed(pairs, here.length, base, wish.confirmed)

  const organization = async () => {
    const { owner } = readDatasetName(name)!
    const me = await remote.whoAmI(signal)
    return owner !== me.username
  }
  const isOrganization = found === null && (await organization())
  const { dataset, plan, isNew } = await settleDataset(base, readDatasetName(name)!, found, {
    metadata: wish.origin?.dataset ?? {},
    isOrganization,
  })
  tally.sent.isDatasetNew = isNew
  tally.sent.categories += mode === 'pull' ? 0 : plan.newThere.length
  tally.got.categories += plan.newHere.length
  tally.remarks.push(...plan.remarks)
  const { taskType } = dataset
  const tools: RunTools = { ...base, taskType, ids: { there: plan.idThere, here: plan.idHere } }

  const work = pairs.filter(({ fate }) => !fate.startsWith('gone'))
  setTotal(work.length)
  for (const pair of pairs) {
    if (pair.fate === 'gone there') tally.goneThere.push(nameOf(pair))
    if (pair.fate === 'gone here') tally.goneHere.push(nameOf(pair))
  }
  const settled = new Map<string, SampleHere>()
  const fresh =
    mode === 'pull' ? [] : work.filter(({ fate }) => fate === 'create there').map((pair) => pair.here!)
  const origin = wish.origin?.sample ?? (() => ({}))
  const made = await createThere(tools, fresh, origin)
  await inLanes(made, lanes, signal, async ({ here: own, row }) => {
    try {
      if (own.label !== null) await pushLabel(tools, own, row)
      settled.set(row.uuid, own)
    } catch (error) {
      failOne(tools, own, error)
    }
    tools.advance('Sending labels', 1)
  })

  const names = tools.carrier?.names() ?? new Set()
  const taken = new Set<SampleId>(
    pairs.flatMap(({ here: own, there: their }) => (own && their ? [own.id] : [])),
  )
  for (const { here: own } of made) taken.add(own.id)
  await inLanes(
    work.filter(({ fate }) => fate !== 'create there'),
    lanes,
    signal,
    async (pair) => {
      try {
        const own = await settlePair(tools, pair, taken, names)
        if (own && pair.there) settled.set(pair.there.uuid, own)
      } catch (error) {
        failOne(tools, { name: nameOf(pair), id: pair.here?.id ?? null }, error)
      }
      tools.advance('Comparing samples', 1)
    },
  )
  if (mode !== 'pull') {
    const { sends, remarks } = await planCarried(tools, taskType, there)
    tally.remarks.push(...remarks)
    await sendCarried(tools, sends, there)
  }
  await issuesOf(tools, settled)
  book.setFacts({ syncedAt: tools.context.now() })
  return { mode, dataset: dataset.fullName, ...tally }
}

/** Throws AppError `SYNC_FAILSAFE` when unusually many labels here would get another one. */
function requireConfirmed(
  pairs: readonly Pair[],
  samples: number,
  { mode }: Pick<RunTools, 'mode'>,
  confirmed: Consent,
): void {
  const replaced = replacedBy(pairs)
  if (mode === 'publish' || !isUnusual(replaced, samples)) return
  const shown = consentTo(confirmed, null)
  if (shown === true || (typeof shown === 'object' && replaced <= shown.replaced)) return
  throw new FailsafeError(
    `${replaced} of ${samples} images here would get the label that the dataset has. Nothing was changed.`,
    'Look at what would be done. If that is what you want, confirm it ("--confirm"): what was there stays among the states of each image.',
    { removed: 0, replaced, isUnrelated: false, version: null },
  )
}
export const replacedBy = (pairs: readonly Pair[]): number =>
  pairs.filter(({ fate, here, agreed, mark }) => {
    if (!here?.label || !agreed) return false
    // Shapes that came before get others.
    const isOther = mark !== null && agreed.thereMark !== null && mark !== agreed.thereMark
    return fate === 'pull' ? agreed.hereMark : fate === 'carried' && isOther
  }).length

/**
 * Answers the sample here when both sides have it now; null when there is nothing to go on with. `names`: of what is kept
 * whole.
 */
async function settlePair(
  tools: RunTools,
  pair: Pair,
  taken: Set<SampleId>,
  names: ReadonlySet<string>,
): Promise<SampleHere | null> {
  const { mode, tally, carrier, remote, signal, taskType } = tools
  const { there, fate, mark } = pair
  let { here } = pair
  let row = pair.agreed
  if (!there) return null
  if (fate === 'carried' && here === null) {
    if (mode === 'publish' || isKept(pair, names)) return null
    if (!carrier) {
      tally.left.push(nameOf(pair))
      return null
    }
    const label = await remote.label(there.uuid, groundTruth, signal)
    if (await carrier.takeSample({ sample: there, label, taskType })) tally.got.carried++
    // Removed there later, it is not made again; unchanged there, it is not asked for again.
    tools.book.write({ ...(row ?? freshRow(null, there)), thereMark: mark })
    return null
  }
  const isOther = here && pair.isByName && (await fetchImage(tools, there)) !== here.image
  if (here && pair.isByName && !isOther) tools.book.keepAsset(imageUrlOf(there)!, here.image)
  if (here && isOther) {
    if (mode !== 'pull') {
      failOne(
        tools,
        here,
        new AppError('NAME_TAKEN', `The dataset has another image called "${here.name}".`, {
          remedy: 'Rename one of the two, then run it again.',
        }),
      )
    }
    taken.delete(here.id)
    here = null
  }
  let isNew = false
  if (here === null) {
    if (mode === 'publish') return null
    const claim = (id: SampleId) => !taken.has(id) && taken.add(id).has(id)
    const made = await createHere(tools, there, claim)
    if (made === null) {
      tally.goneHere.push(nameOf(pair))
      return null
    }
    ;({ here, row, isNew } = made)
  }
  row ??= freshRow(here.id, there)
  row = await settleCard(tools, here, there, row)
  // What it says of its card may have changed.
  if (isNew) here = (await tools.samplesHere.one(here.id))!
  if (fate === 'carried') {
    await settleCarried(tools, pair, here)
    return here
  }
  await settleLabel(tools, { ...pair, here, there }, row, isNew)
  return here
}

async function settleLabel(
  tools: RunTools,
  { fate, there }: Pair & { readonly there: NonNullable<Pair['there']> },
  row: NonNullable<Pair['agreed']>,
  isNew: boolean,
): Promise<void> {
  const { mode, book } = tools
  const here = (await tools.samplesHere.one(row.sampleId!))!
  const hasLabel = markThere(there.label) !== null
  if (fate === 'create here' || (isNew && hasLabel)) {
    // An image that was here under another name may have a label of its own.
    if (hasLabel) await takeLabel(tools, here, row, undefined, { there })
    else if (here.label && mode === 'both') await pushLabel(tools, here, row)
    else book.write(row)
  } else if (fate === 'pull') {
    if (mode !== 'publish') await takeLabel(tools, here, row, undefined, { there })
  } else if (fate === 'push') {
    if (mode !== 'pull') await pushLabel(tools, here, row)
  } else if (fate === 'conflict') {
    if (here.isOpen || mode === 'publish') await pushLabel(tools, here, row)
    else await takeLabel(tools, here, row, undefined, { there })
  } else if (book.row(row.uuid) === null) book.write(row)
}

/** A label of another kind on an image that is here: it comes beside what is drawn here, which has no way there. */
async function settleCarried(tools: RunTools, { there, mark }: Pair, here: SampleHere): Promise<void> {
  const { remote, signal, book, mode, tally, context, samplesHere } = tools
  const row = book.row(there!.uuid) ?? freshRow(here.id, there!)
  const isDrawn = sampleMarkHere(here) !== row.hereMark
  if (mark === row.thereMark) {
    // An earlier version did not write down what was here.
    const isSilent = row.hereMark === null && row.revision === null
    if (isSilent) book.write({ ...row, hereMark: sampleMarkHere(here), revision: here.head })
    else if (isDrawn && mode !== 'pull') tally.left.push(here.name)
    return
  }
  if (mode === 'publish') {
    if (book.row(row.uuid) === null) book.write(row)
    return
  }
  const label = await remote.label(there!.uuid, groundTruth, signal)
  if (label === null) return
  const before = context.db
    .prepare('SELECT shapes_digest AS shapes FROM revisions WHERE id = ?')
    .get(row.revision)
  const isReshaped = isDrawn && before !== undefined && before.shapes !== (here.label?.shapes ?? null)
  if (!(await carryLabel(tools, here, label, there!))) return
  if (isReshaped) {
    tally.remarks.push(
      `${here.name}: both changed its shapes. Theirs came; mine are among its states, in History.`,
    )
  }
  const after = (await samplesHere.one(here.id))!
  const said = { hereMark: isDrawn ? row.hereMark : sampleMarkHere(after), revision: after.head }
  book.write({ ...row, ...said, thereMark: mark })
}

/** Issues of samples that both sides have, asked for once. */
async function issuesOf(tools: RunTools, settled: ReadonlyMap<string, SampleHere>): Promise<void> {
  const { remote, dataset, signal, mode, book, tally } = tools
  const isAsked = mode !== 'publish' || [...settled.values()].some(({ card }) => card.issues.length > 0)
  if (settled.size === 0 || !isAsked) return
  tools.advance('Comparing issues', 0)
  const bySample = new Map<string, SegmentsIssue[]>()
  for (const issue of await remote.issues(dataset, signal)) {
    bySample.set(issue.sampleUuid, [...(bySample.get(issue.sampleUuid) ?? []), issue])
  }
  let unsent = 0
  for (const [uuid, here] of settled) {
    signal.throwIfAborted()
    const row = book.row(uuid)
    const there = bySample.get(uuid) ?? []
    if (!row || (there.length === 0 && here.card.issues.length === 0)) continue
    try {
      unsent += (await settleIssues(tools, here, row, there)).unsent
    } catch (error) {
      failOne(tools, here, error)
    }
  }
  if (unsent > 0) {
    tally.remarks.push(
      `${unsent === 1 ? '1 reply stays' : `${unsent} replies stay`} here: Segments.ai takes no replies from programs.`,
    )
  }
}
