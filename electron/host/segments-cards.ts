import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import type { CardChange, Hand, Issue } from '../../shared/dataset/card.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import {
  type CardMerge,
  cardFields,
  fieldsThere,
  mergeCards,
  metadataAfter,
} from '../../shared/sync/segments-card.ts'
import type {
  SegmentsIssue,
  SegmentsSample,
  SegmentsSampleChange,
} from '../../shared/sync/segments-remote.ts'
import type { AgreedRow } from './segments-book.ts'
import type { SampleHere } from './segments-look.ts'
import type { RunTools } from './segments-tools.ts'

/** What both sides say of the card of one sample, merged; changes nothing. */
export function planCard(
  here: SampleHere,
  there: SegmentsSample,
  row: AgreedRow | null,
  mode: RunTools['mode'],
) {
  return mergeCards({
    agreed: row?.facts.card ?? null,
    here: cardFields(here.card),
    there: fieldsThere(there),
    sends: mode !== 'pull',
    takes: mode !== 'publish',
  })
}

/**
 * Brings metadata, tags, split and priority of one sample together. What is sent is laid over a fresh look at the sample, so
 * that what others added stays. Rejects as the server and the card do.
 */
export async function settleCard(
  tools: RunTools,
  here: SampleHere,
  there: SegmentsSample,
  row: AgreedRow,
): Promise<AgreedRow> {
  const { remote, book, tally, signal, mode } = tools
  let merged = planCard(here, there, row, mode)
  let current = row
  for (let isSettled = merged.toThere === null; !isSettled; ) {
    /** What both changed, and that is not kept here yet. */
    const last = { contested: null as SegmentsSample | null }
    const change = (now: SegmentsSample) => {
      merged = planCard(here, now, row, mode)
      const isKept = merged.contested.length === 0 || current.facts.overwritten.includes(digestOf(now))
      last.contested = isKept ? null : now
      return isKept ? merged.toThere && wishOf(now, merged.toThere) : null
    }
    const sent = await remote.updateSample(there.uuid, change, signal)
    if (last.contested) current = await keepOverwritten(tools, here, current, last.contested, merged)
    else isSettled = true
    if (sent) tally.sent.cards++
  }
  for (const change of merged.toHere) await changeCard(tools, here.id, change)
  if (merged.toHere.length > 0) tally.got.cards++
  const after = { ...current, facts: { ...current.facts, card: merged.agreed } }
  if (JSON.stringify(after.facts) !== JSON.stringify(current.facts)) book.write(after)
  return after
}

function wishOf(
  now: SegmentsSample,
  { metadata, priority }: NonNullable<CardMerge['toThere']>,
): SegmentsSampleChange {
  const isMore = Object.keys(metadata).length > 0
  return {
    ...(isMore && { metadata: metadataAfter(now.metadata, metadata) }),
    ...(priority !== null && { priority }),
  }
}

/** All that a sample there says of itself, as it is kept here before something of it is written over. */
const saidThere = ({ metadata, priority }: SegmentsSample): Buffer =>
  Buffer.from(canonicalJson({ metadata, priority }))
const digestOf = (there: SegmentsSample) =>
  createHash('sha256').update(saidThere(there)).digest('hex') as BlobDigest

/** Where both changed something, mine goes; what theirs was stays here, whole. */
async function keepOverwritten(
  { context, book, say }: RunTools,
  { name }: SampleHere,
  row: AgreedRow,
  there: SegmentsSample,
  { contested }: CardMerge,
): Promise<AgreedRow> {
  const { digest } = await context.blobs.put(saidThere(there))
  const { facts } = row
  const kept = { ...row, facts: { ...facts, overwritten: [...facts.overwritten, digest] } }
  book.write(kept)
  for (const { key, there: value } of contested) {
    say(
      `${name}: both changed "${key.trim()}"; mine goes in the place of ${JSON.stringify(value).slice(0, 200)}, which is kept whole in the blob ${digest.slice(0, 12)}`,
    )
  }
  return kept
}

async function changeCard(
  { cards }: Pick<RunTools, 'cards'>,
  sample: SampleId,
  change: CardChange,
  by?: Partial<Hand>,
): Promise<void> {
  const { failed } = await cards.change([sample], change, by)
  if (failed[0]) throw AppError.fromInfo(failed[0].error)
}

/**
 * Brings the issues of one sample together: new ones of both sides, comments there as replies here, and whether they are
 * open. Replies here have no way there: they are counted in the answer. Rejects as the server and the card do.
 */
export async function settleIssues(
  tools: RunTools,
  here: SampleHere,
  row: AgreedRow,
  there: readonly SegmentsIssue[],
): Promise<{ row: AgreedRow; unsent: number }> {
  const { remote, book, cards, tally, signal, mode, dataset } = tools
  const [sends, takes] = [mode !== 'pull', mode !== 'publish']
  const known = new Map(row.facts.issues.map((each) => [each.there, each]))
  let issues = [...row.facts.issues]
  let current = row
  const keep = (next: typeof issues) => {
    issues = next
    current = { ...row, facts: { ...row.facts, issues } }
    book.write(current)
  }
  for (const issue of there) {
    const isOpen = issue.status !== 'CLOSED'
    const pair = known.get(issue.uuid)
    const own = (await cards.get(here.id)).issues
    // One that was sent by a run that died before it wrote that down is ours, and does not come back as a new one.
    const isFree = ({ id }: Issue) => !issues.some((each) => each.here === id)
    const twin =
      pair || own.some((each) => each.id === issueId(issue.uuid))
        ? undefined
        : own.find((each) => isFree(each) && isTwin(issue, each))
    const id = pair?.here ?? twin?.id ?? issueId(issue.uuid)
    const mine = own.find((each) => each.id === id)
    if (!mine) {
      // One that was taken away here stays away; a new one comes.
      if (pair || !takes || issue.description.trim() === '') continue
      await changeCard(tools, here.id, newIssue(issue, id, here), handOf(issue.createdBy, issue.createdAt))
      await takeComments(tools, here.id, id, issue, [])
      if (!isOpen) await resolve(tools, here.id, id, true, issue)
      keep([...issues, { here: id, there: issue.uuid, isOpen }])
      tally.got.issues++
      continue
    }
    if (takes) await takeComments(tools, here.id, id, issue, mine.replies)
    // Whoever closed one that was never written down as a pair meant it: both began as open ones.
    const wasOpen = pair?.isOpen ?? true
    const isOpenHere = mine.resolved === null
    let agreed = wasOpen
    if (isOpen === isOpenHere) agreed = isOpen
    else if (isOpenHere === wasOpen) {
      if (takes) {
        await resolve(tools, here.id, id, !isOpen, issue)
        agreed = isOpen
      }
    } else if (sends) {
      await remote.updateIssue(issue.uuid, { status: isOpenHere ? 'OPEN' : 'CLOSED' }, signal)
      agreed = isOpenHere
      tally.sent.issues++
    }
    if (!pair || pair.isOpen !== agreed) {
      keep([
        ...issues.filter((each) => each.there !== issue.uuid),
        { here: id, there: issue.uuid, isOpen: agreed },
      ])
    }
  }
  const card = await cards.get(here.id)
  if (sends) {
    const paired = new Set(issues.map((each) => each.here))
    const uuids = new Set(there.map(({ uuid }) => uuid))
    for (const mine of card.issues) {
      if (paired.has(mine.id)) continue
      const isOpen = mine.resolved === null
      const made = await remote.addIssue(
        dataset,
        row.uuid,
        { description: mine.text, status: isOpen ? 'OPEN' : 'CLOSED', anchor: anchorOf(mine) },
        uuids,
        signal,
      )
      tally.sent.issues++
      uuids.add(made.uuid)
      keep([...issues, { here: mine.id, there: made.uuid, isOpen }])
    }
  }
  return { row: current, unsent: unsentReplies(card.issues, there, issues) }
}

/** Sent before, by a run whose answer was lost, or by another library. */
const isTwin = (there: SegmentsIssue, mine: Issue): boolean =>
  there.description === mine.text &&
  canonicalJson(there.anchor ?? { type: 'basic' }) === canonicalJson(anchorOf(mine))

function anchorOf({ at, objectId }: Issue): JsonObject {
  if (objectId !== null) return { type: 'track', trackNumber: objectId }
  return at ? { type: 'location', location: { type: '2d', x: at.x, y: at.y } } : { type: 'basic' }
}

function newIssue(issue: SegmentsIssue, id: string, here: SampleHere): CardChange {
  const { anchor } = issue
  const location = anchor && isJsonObject(anchor.location) ? anchor.location : null
  const [x, y] = [Number(location?.x), Number(location?.y)]
  const isPlace = x >= 0 && y >= 0 && x <= here.width && y <= here.height
  const track = Number(anchor?.trackNumber)
  return {
    kind: 'issue',
    id,
    at: isPlace ? { x, y } : null,
    objectId: Number.isInteger(track) && track >= 1 ? track : null,
    text: issue.description.trim().slice(0, 4000),
    tags: [],
  }
}

async function resolve(
  tools: RunTools,
  sample: SampleId,
  issue: string,
  resolved: boolean,
  { updatedBy, updatedAt }: SegmentsIssue,
): Promise<void> {
  await changeCard(tools, sample, { kind: 'resolve', issue, resolved }, handOf(updatedBy, updatedAt))
}

/** A comment has no id there: its place, author and words are what tells it from others. */
async function takeComments(
  tools: RunTools,
  sample: SampleId,
  issue: string,
  there: SegmentsIssue,
  replies: Issue['replies'],
): Promise<void> {
  for (const [i, { text, createdBy, createdAt }] of there.comments.entries()) {
    const id = replyId(there, i)
    if (text.trim() === '' || replies.some((reply) => reply.id === id)) continue
    const change = { kind: 'reply' as const, issue, id, text: text.trim().slice(0, 4000) }
    await changeCard(tools, sample, change, handOf(createdBy, createdAt))
  }
}

function replyId({ uuid, comments }: SegmentsIssue, at: number): string {
  const { text, createdAt, createdBy } = comments[at]!
  return uuidOf(JSON.stringify([uuid, createdAt, createdBy, text]))
}

/** The service's own id, as far as it can be one here. */
const issueId = (uuid: string): string => (z.uuid().safeParse(uuid).success ? uuid : uuidOf(uuid))

/** Always the same one for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return parts.join('-')
}

function handOf(author: string | null, at: string): Partial<Hand> {
  const time = Date.parse(at)
  return { author: (author ?? '').slice(0, 200), ...(Number.isFinite(time) && { at: time }) }
}

function unsentReplies(
  mine: readonly Issue[],
  there: readonly SegmentsIssue[],
  pairs: readonly { readonly here: string; readonly there: string }[],
): number {
  const taken = new Set(there.flatMap((issue) => issue.comments.map((_, i) => replyId(issue, i))))
  const sent = new Set(pairs.map((pair) => pair.here))
  return mine
    .filter(({ id }) => sent.has(id))
    .reduce((count, { replies }) => count + replies.filter(({ id }) => !taken.has(id)).length, 0)
}
