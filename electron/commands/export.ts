import type { SplitPlan } from '../../shared/dataset/split-plan.ts'
import { type Format, type FormatId, formatIds } from '../../shared/formats/exchange/format.ts'
import { formatNamed, formats } from '../../shared/formats/exchange/formats.ts'
import { needsShapes } from '../../shared/formats/exchange/losses.ts'
import { lossesOf } from '../../shared/formats/exchange/proof.ts'
import type { TaskProgress } from '../host/exchange-task.ts'
import { runInThread } from '../host/exchange-thread.ts'
import { planExport } from '../host/export-plan.ts'
import { type ExportReport, type ExportRequest, isProven } from '../host/label-export.ts'
import { type Command, type CommandContext, type OwnLink, UsageError } from './command.ts'
import { byteSize, count, printable } from './words.ts'

const sayEveryMs = 2000

export const exportCommand: Command = {
  name: 'export',
  summary: 'write the labels of a version in the format of another program',
  usage: '[VERSION] --format FORMAT --out DIR|FILE.zip',
  details: [
    'VERSION is a number, the beginning of an id, a branch or an alias; without it, what is there now, committed or not. The folder must be missing or empty, the archive missing.',
    `FORMAT is one of ${formatIds.join(', ')}. "tessera export VERSION --format FORMAT --losses" says what of that version it cannot hold, with numbers.`,
    'What was written is read back and compared with the labels before it gets its name; the answer says how many pixels differ from what the format can hold, and how much of each object came back (IoU). The same version, format and splits give the same bytes.',
    'Labels that are unlabeled or skipped are not written. Works while another program has the library open.',
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'the format' },
    out: { type: 'string', value: 'PATH', help: 'a folder, or an archive when it ends in .zip' },
    split: {
      type: 'string',
      value: 'HOW',
      help: 'card (what each image says; the default), tags (tags named train, val, test), none, or shares such as 80:10:10, dealt out alike for each category',
    },
    seed: {
      type: 'string',
      value: 'N',
      help: 'with shares: another number deals them out otherwise; 0 by default',
    },
    'no-images': { type: 'boolean', help: 'labels alone' },
    losses: { type: 'boolean', help: 'say what the format cannot hold, and write nothing' },
  },
  positionals: [0, 1],
  needsLibrary: true,
  exits: { 1: 'some labels are left out, or came back otherwise than the format can hold' },
  async run(context) {
    const format = formatNamed(readFormat(context.option('format')))
    if (context.flag('losses')) {
      return sayLosses(context, format)
    }
    const out = context.option('out')
    if (out === undefined)
      throw new UsageError('"export" needs a place.', 'Give --out DIR, or --out FILE.zip.')
    const splits = readSplits(context.option('split') ?? 'card', context.option('seed'))
    const { host } = await context.read()
    const report = await exportFrom(
      host,
      {
        version: context.positionals[0] ?? null,
        format: format.id,
        out: context.path(out),
        splits,
        images: !context.flag('no-images'),
      },
      context.signal,
      progressTo(context),
    )
    const isWhole = report.leftOut.length === 0 && isProven(report)
    return { json: report, text: describe(report), exit: isWhole ? 0 : 1 }
  },
}

/** In a thread: its heap stays small, and the host answers meanwhile. Rejects with AppError. */
export function exportFrom(
  host: OwnLink['host'],
  request: ExportRequest,
  signal: AbortSignal,
  progress: (at: TaskProgress) => void,
): Promise<ExportReport> {
  return runInThread(host.services.context, { kind: 'export', request }, { host, signal, progress })
}

export function readFormat(text: string | undefined): FormatId {
  const found = formats.find(({ id }) => id === text)
  if (found) return found.id
  throw new UsageError(
    text === undefined ? 'The format is missing.' : `There is no format "${text.slice(0, 40)}".`,
    `Give --format with one of: ${formats.map(({ id }) => id).join(', ')}.`,
  )
}

export function readSplits(text: string, seedText: string | undefined): SplitPlan {
  const numbers = /^(\d{1,4}):(\d{1,4})(?::(\d{1,4}))?$/.exec(text)?.slice(1)
  if (numbers) {
    const [train = 0, val = 0, test = 0] = numbers.map((each) => Number(each ?? 0))
    const seed = seedText === undefined ? 0 : Number(seedText)
    if (!Number.isSafeInteger(seed))
      throw new UsageError(`"${seedText?.slice(0, 40)}" is no whole number for --seed.`)
    if (train + val + test > 0) return { by: 'shares', shares: [train, val, test], seed }
  }
  if (seedText !== undefined) throw new UsageError('--seed goes with shares, such as --split 80:10:10.')
  if (text === 'card' || text === 'tags' || text === 'none') return { by: text }
  throw new UsageError(
    `"${text.slice(0, 40)}" is no way to split.`,
    'Give card, tags, none, or shares such as 80:10:10.',
  )
}

/** What of a version a format cannot hold, with how much of it there is. */
async function sayLosses(context: CommandContext, format: Format) {
  const { host } = await context.read()
  const { versions, categories, context: library } = host.services
  const ontology = () => ({ ...categories.rules(), categories: categories.list() })
  const request = { version: context.positionals[0] ?? null, shapes: needsShapes(format.holds) }
  const plan = await planExport(library, { versions, ontology }, request, context.signal)
  const { losses, refused } = plan.formats.find(({ id }) => id === format.id)!
  const lines = losses.map(({ text, count: of, unit }) =>
    of === null ? text : `${text} (${count(of, unit, unit === 'category' ? 'categories' : undefined)})`,
  )
  return {
    json: {
      version: plan.version,
      format: format.id,
      holds: format.holds,
      labels: plan.labels,
      losses,
      mayLose: lossesOf(format.holds),
      refused,
    },
    text:
      [...(refused ? [`${refused.message} ${refused.remedy}`] : []), ...lines].join('\n') ||
      'Nothing is lost.',
  }
}

const words = {
  reading: 'looked at',
  writing: 'written',
  proving: 'read back',
  finishing: 'read back',
} as const

function progressTo({ say }: CommandContext): (at: TaskProgress) => void {
  let said = Date.now()
  return ({ step, done, total }) => {
    if (Date.now() - said < sayEveryMs) return
    said = Date.now()
    say(`${words[step]} ${done}/${total ?? '?'}`)
  }
}

function describe({
  out,
  labels,
  files,
  bytes,
  unlabeled,
  splits,
  leftOut,
  proof,
  remarks,
  format,
}: ExportReport): string {
  const { train, val, test, none } = splits
  const dealt = [
    train && `${train} train`,
    val && `${val} val`,
    test && `${test} test`,
    none && `${none} in no split`,
  ]
  const percent = (share: number | null) => (share === null ? '' : `${(share * 100).toFixed(2)} %`)
  const isBoxes = formatNamed(format).holds.shape === 'boxes'
  return [
    `${count(labels, 'label')} in ${count(files, 'file')}, ${byteSize(bytes)}, in ${out}`,
    `  ${dealt.filter(Boolean).join(', ') || 'no labels'}${unlabeled > 0 ? `; ${unlabeled} unlabeled or skipped` : ''}`,
    isBoxes
      ? `  read back: ${count(proof.labels - proof.missing, 'label')}, boxes only`
      : `  read back: ${count(proof.differing, 'pixel')} of ${proof.pixels.toLocaleString('en')} differ; objects came back to ${percent(proof.worstIou) || 'no'} at least, ${percent(proof.meanIou) || 'none'} on average`,
    ...(proof.missing > 0 ? [`  ${count(proof.missing, 'label')} did not come back`] : []),
    ...remarks.map((remark) => `  ${remark}`),
    ...leftOut.map(({ name, error }) => `  ${printable(name)} is left out: ${error.message} ${error.remedy}`),
  ].join('\n')
}

/** For whoever names a format that is told apart by its files. */
export function readKnownFormat(text: string | undefined): FormatId | null {
  return text === undefined || text === 'auto' ? null : readFormat(text)
}
