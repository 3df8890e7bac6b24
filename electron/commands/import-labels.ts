import { formatIds } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import type { ShapeType } from '../../shared/label/shape.ts'
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
    `PATH is a folder, a zip archive or one file. The format is found out from the files: ${formatIds.join(', ')}. Images are imported before, with "tessera import", or come in with --images: a label is for the image of its name, or of its name without the ending.`,
    'With --dry-run nothing is changed: what would come in, what an image has already, which categories are new, and what cannot be read, with the reason.',
    'Points and lines come in as shapes, which lie beside the mask; so do boxes with --boxes shapes. A release of Segments.ai is read so unless --boxes masks is given; the others fill their boxes.',
    'An image that has objects keeps its label unless --replace is given; then the label it had stays among its states.',
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'where the files could be of several formats' },
    'dry-run': { type: 'boolean', help: 'look, and change nothing' },
    boxes: {
      type: 'string',
      value: 'shapes|masks',
      help: 'whether boxes stay shapes beside the mask or are filled; as the format does it by default',
    },
    map: {
      type: 'string',
      value: 'NAME=CATEGORY',
      multiple: true,
      help: 'a category of the files, and the one that it is to become; may be given more than once',
    },
    images: { type: 'boolean', help: 'photographs among the files come in first' },
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
    const map = context.options('map').map((pair) => {
      const at = pair.indexOf('=')
      const [from, to] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
      if (at < 1 || from === '' || to === '')
        throw new UsageError(`"${pair.slice(0, 80)}" names no two categories.`, 'Give --map "car=Car".')
      return { from, to }
    })
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
        map,
        images: context.flag('images'),
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

const kindNames: Readonly<Record<ShapeType, readonly [string, string]>> = {
  bbox: ['box', 'boxes'],
  polygon: ['polygon', 'polygons'],
  polyline: ['line', 'lines'],
  point: ['point', 'points'],
}

function describe(report: LabelImportReport): string {
  const { format, dryRun, labels, newCategories, mapped, carried, problems, shapes, remarks, images } = report
  const of = (kind: LabelImportReport['labels'][number]['kind']) =>
    labels.filter((label) => label.kind === kind).length
  const objects = labels
    .filter(({ kind }) => kind === 'new' || kind === 'replaced')
    .reduce((sum, label) => sum + label.objects, 0)
  const beside = Object.entries(shapes).flatMap(([kind, number]) =>
    number > 0 ? [count(number, ...kindNames[kind as ShapeType])] : [],
  )
  const parts = [
    `${count(of('new') + of('replaced'), 'label')} ${dryRun ? 'would come' : 'came'} in with ${count(objects, 'object')}${beside.length > 0 ? `, and as shapes beside the masks ${beside.join(', ')}` : ''}`,
    ...(images > 0 ? [`${count(images, 'photograph')} with them`] : []),
    ...(carried.length > 0 ? [`${count(carried.length, 'sample')} kept but not shown`] : []),
    ...(of('replaced') > 0 ? [`${of('replaced')} of them in the place of another`] : []),
    ...(of('taken') > 0
      ? [`${count(of('taken'), 'image')} ${of('taken') === 1 ? 'has' : 'have'} a label already`]
      : []),
    ...(of('same') > 0 ? [`${of('same')} the same as before`] : []),
    ...(of('twice') > 0 ? [`${of('twice')} for an image that had one before`] : []),
    ...(problems.length > 0 ? [`${count(problems.length, 'problem')}`] : []),
  ]
  const reasons = problems.map(
    ({ file, image, reason }) =>
      `  ${printable(file)}${image === null ? '' : ` (${printable(image)})`}: ${printable(reason)}`,
  )
  return [
    `${formatNamed(format).title}: ${parts.join(', ')}`,
    ...(newCategories.length > 0 ? [`  new categories: ${newCategories.map(printable).join(', ')}`] : []),
    ...(mapped.length > 0
      ? [
          `  become others: ${mapped.map(({ from, to }) => `${printable(from)} → ${printable(to)}`).join(', ')}`,
        ]
      : []),
    ...shortened(remarks.map(({ text, labels: number }) => `  in ${count(number, 'label')}: ${text}`)),
    ...shortened(reasons),
  ].join('\n')
}

const shortened = (lines: readonly string[]) =>
  lines.length <= mostShown
    ? lines
    : [...lines.slice(0, mostShown), `  … and ${lines.length - mostShown} more; --json has all of them`]
