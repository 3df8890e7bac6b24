import { formatIds } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import { statuses } from '../../shared/label/status.ts'
import { importLabelFiles, type LabelImportReport } from '../host/label-import.ts'
import { type Command, UsageError } from './command.ts'
import { readKnownFormat } from './export.ts'
import { count, printable } from './words.ts'

const mostShown = 20
const sayEveryMs = 2000

export const importLabels: Command = {
  name: 'import-labels',
  summary: 'bring labels of another program to the images of the library',
  usage: 'PATH [--format FORMAT] [--dry-run]',
  details: [
    `PATH is a folder, a zip archive or one file. The format is found out from the files: ${formatIds.join(', ')}. Images are imported before, with "tessera import": a label is for the image of its name, or of its name without the ending.`,
    'With --dry-run nothing is changed: what would come in, what an image has already, which categories are new, and what cannot be read, with the reason.',
    'An image that has objects keeps its label unless --replace is given; then the label it had stays among its states.',
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'where the files could be of several formats' },
    'dry-run': { type: 'boolean', help: 'look, and change nothing' },
    boxes: {
      type: 'string',
      value: 'shapes|masks',
      help: 'whether boxes, polygons, lines and points stay shapes or are filled; as the format does it by default',
    },
    replace: { type: 'boolean', help: 'also where an image has a label' },
    status: {
      type: 'string',
      value: 'STATUS',
      help: 'what labels are whose format does not say it; "in progress" by default',
    },
  },
  positionals: [1, 1],
  needsLibrary: true,
  exits: { 1: 'something could not be read; the rest is in' },
  async run(context) {
    const dryRun = context.flag('dry-run')
    const format = readKnownFormat(context.option('format'))
    const given = context.option('status') ?? 'in progress'
    const status = statuses.find((each) => each === given)
    if (!status)
      throw new UsageError(
        `There is no status "${given.slice(0, 40)}".`,
        `It is one of: ${statuses.join(', ')}.`,
      )
    const boxes = context.option('boxes')
    if (boxes !== undefined && boxes !== 'shapes' && boxes !== 'masks')
      throw new UsageError(`Boxes cannot become "${boxes.slice(0, 40)}".`, 'Give shapes or masks.')
    const { connection } = dryRun ? await context.read() : await context.write()
    let said = Date.now()
    const report = await importLabelFiles(
      connection,
      {
        path: context.path(context.positionals[0]!),
        format,
        dryRun,
        replace: context.flag('replace'),
        status,
        boxes,
      },
      context.signal,
      (done) => {
        if (Date.now() - said < sayEveryMs) return
        said = Date.now()
        context.say(`${count(done, 'label')} read`)
      },
    )
    return { json: report, text: describe(report), exit: report.problems.length > 0 ? 1 : 0 }
  },
}

function describe({ format, dryRun, labels, newCategories, carried, problems }: LabelImportReport): string {
  const of = (kind: LabelImportReport['labels'][number]['kind']) =>
    labels.filter((label) => label.kind === kind).length
  const objects = labels
    .filter(({ kind }) => kind === 'new' || kind === 'replaced')
    .reduce((sum, label) => sum + label.objects, 0)
  const shapes = labels
    .filter(({ kind }) => kind === 'new' || kind === 'replaced')
    .reduce((sum, label) => sum + label.shapes, 0)
  const parts = [
    `${count(of('new') + of('replaced'), 'label')} ${dryRun ? 'would come' : 'came'} in with ${count(objects, 'object')}${shapes > 0 ? ` and ${count(shapes, 'shape')}` : ''}`,
    ...(carried.length > 0 ? [`${count(carried.length, 'sample')} kept but not shown`] : []),
    ...(of('replaced') > 0 ? [`${of('replaced')} of them in the place of another`] : []),
    ...(of('taken') > 0
      ? [`${count(of('taken'), 'image')} ${of('taken') === 1 ? 'has' : 'have'} a label already`]
      : []),
    ...(of('same') > 0 ? [`${of('same')} the same as before`] : []),
    ...(of('twice') > 0 ? [`${of('twice')} for an image that had one before`] : []),
    ...(problems.length > 0 ? [`${count(problems.length, 'problem')}`] : []),
  ]
  const remarks = labels.flatMap(({ image, remarks: list }) =>
    list.map((remark) => `  ${printable(image)}: ${remark}`),
  )
  const reasons = problems.map(
    ({ file, image, reason }) =>
      `  ${printable(file)}${image === null ? '' : ` (${printable(image)})`}: ${printable(reason)}`,
  )
  return [
    `${formatNamed(format).title}: ${parts.join(', ')}`,
    ...(newCategories.length > 0 ? [`  new categories: ${newCategories.map(printable).join(', ')}`] : []),
    ...shortened(remarks),
    ...shortened(reasons),
  ].join('\n')
}

const shortened = (lines: readonly string[]) =>
  lines.length <= mostShown
    ? lines
    : [...lines.slice(0, mostShown), `  … and ${lines.length - mostShown} more; --json has all of them`]
