import type { ImportOutcomes } from '../../../shared/host/exchange-methods.ts'
import { counted, formatNumber } from '../../ui/text.ts'

type Kind = keyof ImportOutcomes['shapes']
const kinds: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  bbox: ['box', 'boxes'],
  polygon: ['polygon', 'polygons'],
  polyline: ['line', 'lines'],
  point: ['point', 'points'],
}
/** "3 boxes and 12 points"; empty without any. */
function shapeList(shapes: ImportOutcomes['shapes']): string {
  const list = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    shapes[kind] > 0 ? [counted(shapes[kind], ...kinds[kind])] : [],
  )
  return [list.slice(0, -1).join(', '), ...list.slice(-1)].filter(Boolean).join(' and ')
}

export const labelText = {
  group: 'Import',
  choose: 'Import labels',
  chooseHelp: 'Of Segments.ai, COCO, YOLO, CVAT, labelme and others: a zip, a JSON or an XML file.',
  chooseFolder: 'Import a folder of labels',
  chooseFolderHelp: 'With everything in its subfolders; images among it come in first.',
  whyReadOnly: 'This library is open for reading only.',
  title: (name: string) => `Labels of “${name}”`,
  intro: 'Nothing is changed until you import. A label is for the image of its name.',
  images: (done: number, total: number) =>
    `Adding the images first: ${formatNumber(done)} of ${formatNumber(total)}`,
  sending: (done: number, total: number) =>
    `Taking the files: ${formatNumber(done)} of ${formatNumber(total)}`,
  looking: (done: number) =>
    `Looking what would come in${done > 0 ? `: ${counted(done, 'label')} read` : ' …'}`,
  importing: (done: number, total: number) =>
    `Importing: ${formatNumber(done)} of ${counted(total, 'label')} read`,
  format: 'Format',
  choosing: 'Choose a format …',
  isOf: (formats: number) =>
    formats > 1 ? 'The files can be of several formats.' : 'Found out from the files.',
  unknown:
    'Tessera knows no format of labels that looks like this. Choose one to see why each file cannot be read.',
  replace: 'Replace labels that are there',
  replaceHelp: (taken: number) =>
    taken > 0
      ? `${taken === 1 ? '1 of these images has' : `${formatNumber(taken)} of these images have`} a label. It stays in the history of the image.`
      : 'What an image had stays in its history.',
  status: 'Status of these labels',
  statusHelp: 'The format does not say how far a label has come.',
  statusSaid: 'The format says how far each label has come.',
  summary: 'What would come in',
  done: 'What came in',
  lines: ({ counts, shapes, dryRun }: ImportOutcomes): string[] => {
    const { new: fresh, replaced, taken, same, twice, objects, problems, carried, images } = counts
    const came = dryRun ? 'would come in' : 'came in'
    const beside = shapeList(shapes)
    return [
      fresh + replaced === 0
        ? `No label ${came}.`
        : `${counted(fresh + replaced, 'label')}${objects === 0 && beside !== '' ? '' : ` with ${counted(objects, 'object')}`} ${came}.`,
      beside !== '' && `${beside} ${dryRun ? 'would lie' : 'lie'} beside the masks, as shapes.`,
      images > 0 && `${counted(images, 'photograph')} ${came} with them.`,
      carried > 0 &&
        `${counted(carried, 'sample')} ${dryRun ? 'would be' : carried === 1 ? 'is' : 'are'} kept but not shown.`,
      replaced > 0 && `${counted(replaced, 'label')} ${dryRun ? 'would take' : 'took'} the place of another.`,
      taken > 0 &&
        `${counted(taken, 'image')} ${taken === 1 ? 'has' : 'have'} a label already and ${dryRun ? 'would stay' : 'stayed'} as ${taken === 1 ? 'it is' : 'they are'}.`,
      same > 0 && `${counted(same, 'label')} ${same === 1 ? 'is' : 'are'} the same as before.`,
      twice > 0 &&
        `${counted(twice, 'label')} ${twice === 1 ? 'is' : 'are'} for an image that had one before in the files.`,
      problems > 0 && `${counted(problems, 'file or image', 'files or images')} cannot be read.`,
    ].filter((line) => line !== false)
  },
  newCategories: (count: number, dryRun: boolean) =>
    dryRun
      ? `Categories that are not here (${formatNumber(count)})`
      : `Categories that were not here (${formatNumber(count)})`,
  newCategoriesHelp: 'Each becomes a category of its own, or one that is here.',
  becomes: (name: string) => `What “${name}” becomes`,
  becomesNew: 'A new category',
  became: (from: string, to: string) => `${from} → ${to}`,
  boxes: 'Boxes',
  boxesAs: { shapes: 'Stay boxes', masks: 'Become filled masks' },
  boxesHelp: (boxes: 'shapes' | 'masks', alsoPolygons: boolean) =>
    `${boxes === 'shapes' ? 'They lie beside the mask, and can be made masks later' : `Each fills its rectangle of the mask${alsoPolygons ? ', polygons their area' : ''}`}. Points and lines are shapes in any case.`,
  problems: 'Cannot be read',
  taken: 'Have a label already',
  remarks: 'Left out, or read otherwise than it stands there',
  inLabels: (labels: number) => `in ${counted(labels, 'label')}`,
  carried: 'Kept but not shown',
  twice: 'A second label for one image',
  ofImage: (image: string) => `for ${image}`,
  import: (labels: number) => (labels === 0 ? 'Import' : `Import ${counted(labels, 'label')}`),
  nothing: 'Nothing to import',
  stop: 'Stop',
  report: 'Report',
  again: 'Look again',
  more: (count: number) => `and ${formatNumber(count)} more`,
} as const
