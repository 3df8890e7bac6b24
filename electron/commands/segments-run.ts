import type { HostConnection } from '../../shared/host/host-api.ts'
import {
  type SegmentsMode,
  type SegmentsPlan,
  type SegmentsResult,
  segmentsFates,
  segmentsModeSchema,
} from '../../shared/host/segments-methods.ts'
import { type Command, type CommandContext, type OptionSpec, UsageError } from './command.ts'
import { overrideOf } from './push.ts'
import { newDataset, newOptions } from './segments-link.ts'
import { byteSize, clockTime, count, printable } from './words.ts'

const progressEveryMs = 1000
/** Names of one kind that are listed; --json has them all. */
const mostNames = 20

const words: Readonly<Record<(typeof segmentsFates)[number], string>> = {
  unchanged: 'the same on both sides',
  push: 'changed here',
  pull: 'changed there',
  conflict: 'changed on both sides',
  'create there': 'only here',
  'create here': 'only there',
  'gone there': 'gone there',
  'gone here': 'gone here',
  carried: 'kept but not shown',
}

export const segmentsPlan: Command = {
  name: 'segments plan',
  summary: 'say what publishing, pulling or syncing would do',
  usage: '[publish|pull|both]',
  details: [
    'Looks at both sides and changes neither. What an arrow stands before is done by the run: → goes there, ← comes here.',
  ],
  options: {},
  positionals: [0, 1],
  needsLibrary: true,
  async run(context) {
    const mode = segmentsModeSchema.safeParse(context.positionals[0] ?? 'both')
    if (!mode.success)
      throw new UsageError(
        `There is no way "${printable(context.positionals[0]!)}".`,
        'Say publish, pull or both.',
      )
    const { connection } = await context.read()
    const plan = await connection.call('segments.plan', { mode: mode.data }, context.signal)
    return { json: plan, text: planLines(plan).join('\n') }
  },
}

function planLines({
  mode,
  dataset,
  counts,
  items,
  left,
  categories,
  cards,
  reviewed,
  replaced,
  needsConfirmation,
}: SegmentsPlan): string[] {
  const lines = [
    dataset ? `${printable(dataset.name)}: ${printable(dataset.taskType)}` : 'the dataset would be made',
  ]
  for (const fate of segmentsFates) {
    const number = counts[fate]
    if (number) lines.push(`${String(number).padStart(7)}  ${words[fate]}`)
  }
  for (const { name, fate, isDone, note, overwritesReviewed } of items.slice(0, mostNames)) {
    const arrow = !isDone ? ' ' : fate === 'push' || fate === 'create there' ? '→' : '←'
    const more = [note, overwritesReviewed ? 'reviewed there' : ''].filter((text) => text !== '').join('; ')
    lines.push(`  ${arrow} ${printable(name)}  ${words[fate]}${more ? `  (${printable(more)})` : ''}`)
  }
  const hidden = Math.max(0, items.length - mostNames) + left
  if (hidden > 0) lines.push(`    and ${hidden} more`)
  if (cards.push + cards.pull > 0) lines.push(`cards: ${cards.push} to send, ${cards.pull} to take`)
  if (categories.newThere.length > 0)
    lines.push(`categories to be made there: ${categories.newThere.map(printable).join(', ')}`)
  if (categories.newHere.length > 0)
    lines.push(`categories to be made here: ${categories.newHere.map(printable).join(', ')}`)
  lines.push(...[...categories.changes, ...categories.remarks].map(printable))
  if (reviewed > 0)
    lines.push(`${count(reviewed, 'label')} reviewed there: sent only with --overwrite-reviewed`)
  if (needsConfirmation)
    lines.push(
      `${count(replaced, 'label')} here would get another one: ${mode === 'pull' ? 'pull' : 'sync'} with --confirm`,
    )
  return lines
}

const reviewedOption: Readonly<Record<string, OptionSpec>> = {
  'overwrite-reviewed': {
    type: 'boolean',
    help: 'send also over labels that somebody reviewed or verified there',
  },
}
const confirmOption: Readonly<Record<string, OptionSpec>> = {
  confirm: { type: 'boolean', help: 'take other labels also for unusually many images' },
}
const goesOn =
  'Ctrl-C stops it, and the next run goes on where this one was. What one image refuses does not stop the others.'

export const segmentsPublish = runCommand('publish', {
  name: 'segments publish',
  summary: 'send images and labels to the linked Segments.ai dataset',
  details: [
    'Sends what is only here and what was changed here since both sides agreed, and touches nothing here. Run again, it sends nothing. A label that somebody changed there meanwhile is left alone.',
    goesOn,
  ],
  options: reviewedOption,
})
export const segmentsPull = runCommand('pull', {
  name: 'segments pull',
  summary: 'bring images and labels here from the linked Segments.ai dataset',
  details: [
    'Brings what is only there and what was changed there, and writes nothing there. A label that was changed on both sides is kept beside the one here until somebody answers; nothing is lost.',
    goesOn,
  ],
  options: confirmOption,
})
export const segmentsSync = runCommand('both', {
  name: 'segments sync',
  summary: 'publish and pull at once, label by label',
  details: [
    'What changed here goes there, what changed there comes here. A label that was changed on both sides is kept beside the one here until somebody answers; the next run sends the answer.',
    goesOn,
  ],
  options: { ...reviewedOption, ...confirmOption },
})

function runCommand(
  mode: SegmentsMode,
  command: Pick<Command, 'name' | 'summary' | 'details' | 'options'>,
): Command {
  return {
    ...command,
    usage: Object.keys(command.options)
      .map((name) => `[--${name}]`)
      .join(' '),
    positionals: [0, 0],
    needsLibrary: true,
    exits: { 1: 'something could not be sent or taken, or waits for an answer; the rest is done' },
    async run(context) {
      const { connection } = await context.write()
      const wish = {
        mode,
        overwriteReviewed: 'overwrite-reviewed' in command.options && context.flag('overwrite-reviewed'),
        confirmed: 'confirm' in command.options && context.flag('confirm'),
      }
      const result = await watched(context, connection, () => connection.call('segments.run', wish))
      return { json: result, text: resultLines(result).join('\n'), exit: isWhole(result) ? 0 : 1 }
    },
  }
}

export const segmentsFromArtifact: Command = {
  name: 'segments from-artifact',
  summary: 'make a Segments.ai dataset of a W&B artifact',
  usage: 'ARTIFACT DATASET [options]',
  details: [
    'ARTIFACT as for "pull", DATASET is owner/name. The artifact is brought here as "pull" does, the library is linked to the dataset, which is made where it is missing, and published. The dataset says which artifact it came from, each sample which file.',
    goesOn,
  ],
  options: { ...newOptions, ...reviewedOption },
  positionals: [2, 2],
  needsLibrary: true,
  exits: { 1: 'something could not be sent; the rest is done' },
  async run(context) {
    const as = newDataset(context)
    const { connection } = await context.write({ settingsOverride: overrideOf(context.environment) })
    const [artifact, dataset] = context.positionals
    const wish = {
      artifact: artifact!,
      dataset: dataset!,
      as,
      overwriteReviewed: context.flag('overwrite-reviewed'),
    }
    const result = await watched(context, connection, () => connection.call('segments.fromArtifact', wish))
    return { json: result, text: resultLines(result).join('\n'), exit: isWhole(result) ? 0 : 1 }
  },
}

export const segmentsLog: Command = {
  name: 'segments log',
  summary: 'say what happened with the Segments.ai dataset',
  usage: '[--limit N]',
  details: ['The log is kept on this computer, about a megabyte of it, and holds no key.'],
  options: { limit: { type: 'string', value: 'N', help: 'the last N lines (100 unless told otherwise)' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const limit = Number(context.option('limit') ?? 100)
    if (!Number.isInteger(limit) || limit < 1 || limit > 5000) {
      throw new UsageError('--limit is a number from 1 to 5000.')
    }
    const { connection } = await context.read()
    const { lines } = await connection.call('segments.log', { limit }, context.signal)
    const text = lines.map(
      ({ at, text, code, times }) =>
        `${clockTime(at)}  ${printable(text)}${code ? ` [${code}]` : ''}${times > 1 ? `  (${count(times, 'time')})` : ''}`,
    )
    return { json: { lines }, text: text.join('\n') || 'nothing happened yet' }
  },
}

/** Tells of progress, and stops the run, not only the waiting for it, when the command is stopped. */
export async function watched<T>(
  context: CommandContext,
  connection: HostConnection,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, say } = context
  let shownAt = 0
  const stop = connection.on((event) => {
    if (event.type !== 'segments.changed' || Date.now() - shownAt < progressEveryMs) return
    const { job } = event.status
    if (job?.state !== 'running') return
    shownAt = Date.now()
    const of = job.total > 0 ? ` ${job.done}/${job.total}` : ''
    say(`${job.step}${of}${job.bytesDone > 0 ? `, ${byteSize(job.bytesDone)}` : ''}`)
  })
  const cancel = () => void connection.call('segments.cancel', {}).catch(() => undefined)
  signal.addEventListener('abort', cancel, { once: true })
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    signal.removeEventListener('abort', cancel)
    stop()
  }
}

const isWhole = ({ failed, conflicts, held }: SegmentsResult) =>
  failed.length === 0 && conflicts.length === 0 && held.length === 0

function resultLines({
  dataset,
  sent,
  got,
  agreed,
  conflicts,
  held,
  left,
  goneThere,
  goneHere,
  failed,
  remarks,
}: SegmentsResult): string[] {
  const parts = (counts: readonly (readonly [number, string, string?])[]) =>
    counts
      .filter(([number]) => number > 0)
      .map(([number, noun, plural]) => count(number, noun, plural))
      .join(', ') || 'nothing'
  const lines = [
    `${printable(dataset)}${sent.isDatasetNew ? ' (made)' : ''}`,
    `→ ${parts([
      [sent.images, 'image'],
      [sent.samples, 'sample'],
      [sent.labels, 'label'],
      [sent.cards, 'card'],
      [sent.issues, 'issue'],
    ])}`,
    `← ${parts([
      [got.samples, 'sample'],
      [got.labels, 'label'],
      [got.cards, 'card'],
      [got.issues, 'issue'],
      [got.carried, 'sample kept but not shown', 'samples kept but not shown'],
    ])}`,
    ...(agreed > 0 ? [`${count(agreed, 'label')} said the same on both sides`] : []),
  ]
  const listed = (title: string, names: readonly string[]) => {
    if (names.length === 0) return
    const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : ''
    lines.push(`${title}: ${names.slice(0, mostNames).map(printable).join(', ')}${more}`)
  }
  listed(
    'changed on both sides, answer in the window',
    conflicts.map(({ name }) => name),
  )
  listed('not sent, for somebody reviewed or changed it there', held)
  listed('left there, of a kind that cannot be kept here', left)
  listed('gone there', goneThere)
  listed('gone here', goneHere)
  for (const { name, error } of failed.slice(0, mostNames))
    lines.push(`  ${printable(name)}: ${printable(error.message)} [${error.code}]`)
  if (failed.length > mostNames) lines.push(`  and ${failed.length - mostNames} more failed`)
  return [...lines, ...remarks.map(printable)]
}
