import { isRemoteNode, type LineageNode, type ShownKind } from '../../../shared/lineage/graph.ts'
import { counted, formatBytes, formatDateTime, formatDay, formatNumber } from '../../ui/text.ts'

export const text = {
  group: 'Lineage',
  graph: 'Lineage graph',
  graphHelp: 'Arrow keys go along the lines, Enter opens.',
  list: 'What is in the graph',
  kinds: {
    version: 'Version',
    data: 'Artifact',
    model: 'Model',
    run: 'Run',
    release: 'Release',
  } satisfies Record<ShownKind, string>,
  // Toolbar
  search: 'Search the graph',
  searchPlaceholder: 'Search …',
  matches: (at: number, count: number) => (count === 0 ? 'Nothing found' : `${at} of ${formatNumber(count)}`),
  scope: 'What is shown',
  around: (name: string) => `Around ${name}`,
  models: (name: string) => `Models trained with ${name}`,
  all: 'Everything',
  steps: 'Steps each way',
  stepsOf: (steps: number | null) => (steps === null ? 'All steps' : counted(steps, 'step')),
  counts: (nodes: number, of: number) =>
    nodes === of ? `${formatNumber(of)} in all` : `${formatNumber(nodes)} of ${formatNumber(of)}`,
  asGraph: 'Show as graph',
  asList: 'Show as list',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit all',
  export: 'Export',
  exportSvg: 'Export as SVG',
  exportPng: 'Export as PNG',
  exportJson: 'Export as JSON',
  exportHelp: 'What is shown now, the same bytes each time.',
  exported: (name: string) => `${name} saved.`,
  tooLarge: 'Too large for one picture. Show less of the graph, or export it as SVG.',
  // Asking the server
  look: 'Ask W&B',
  lookHelp:
    'Who used which version, which models came of it, registries, how long it is kept. What it says stays here.',
  stop: 'Stop',
  asking: (asked: number, waiting: number) =>
    `Asking W&B: ${formatNumber(asked)} of ${formatNumber(asked + waiting)}`,
  never: 'W&B was never asked; this is what is known here.',
  lookedAt: (at: number) => `As W&B said ${formatDay(at)}`,
  looked: (found: number, left: number) =>
    `${found === 0 ? 'Nothing new.' : `${formatNumber(found)} new.`}${left > 0 ? ` ${formatNumber(left)} more were left for the next time.` : ''}`,
  partly: 'What it said until then is shown and kept.',
  stopped: 'Stopped. What it said until then is kept.',
  whyNoLook:
    'It needs a W&B project in the settings, a library that is not read only, and that nobody asks already.',
  whyNoLookNode: 'Choose something first; and W&B must be set, and not being asked already.',
  // Commands
  searchCommand: 'Search in the graph',
  showAround: 'Show what is around it',
  showModels: 'Show models trained with it',
  showModelsHelp: 'Models that a run made which had read this version, or something made from it.',
  showAll: 'Show everything',
  moreSteps: 'One step more each way',
  fewerSteps: 'One step less each way',
  openData: 'Open the exact data',
  openVersion: 'Open in History',
  openWeb: 'Open in W&B',
  openDataset: 'Open the dataset',
  open: 'Open',
  lookNode: 'Ask W&B about it',
  lookNodeHelp: 'Asks about this one alone, for what leads on from here.',
  fetch: 'Get it',
  fetchHelp: 'Brings this data here: a version of this dataset with its history, other images as new ones.',
  whyNoFetch:
    'Choose data that is not here yet and still on the server; nothing else may be on its way, and the library must not be read only.',
  mark: 'Mark for comparing',
  unmark: 'Take the mark away',
  markHelp: 'Then choose another version, run or model and compare the data of both.',
  marked: 'marked',
  compare: 'Compare the data',
  compareHelp: 'The versions that the marked one and this one come from.',
  compareWith: (name: string) => `Compare data with ${name}`,
  toggleList: 'Graph or list',
  ownRuns: 'Runs that sent versions',
  ownRunsHelp: 'Shows them too: a version leads to what it was sent as anyway.',
  whyNothing: 'Choose something in the graph first.',
  whyNoVersion: 'It comes from no version of this library.',
  whyNoWeb: 'It is not on the server.',
  whyNoCompare: 'Mark another one whose data is another version first.',
  whyList: 'Show the graph first.',
  // Details
  details: 'Details',
  nothing: 'Choose something in the graph to see what is known of it.',
  comesFrom: 'Comes from',
  leadsTo: 'Leads to',
  none: 'nothing that is known',
  nil: '–',
  more: (count: number) => `and ${formatNumber(count)} more`,
  trained: (runs: number, models: number) =>
    runs === 0
      ? 'No run is known that used it.'
      : `Used by ${counted(runs, 'run')}; ${counted(models, 'model')} trained with it.`,
  best: (name: string, value: string) => `Best ${name}: ${value}`,
  version: (counts: { samples: number; labeled: number; objects: number }) =>
    `${counted(counts.samples, 'image')}, ${formatNumber(counts.labeled)} with labels, ${counted(counts.objects, 'object')}`,
  by: (author: string) => author || 'unknown author',
  files: (files: number, bytes: number) => `${counted(files, 'file')}, ${formatBytes(bytes)}`,
  fields: {
    date: 'Date',
    message: 'Message',
    names: 'Names',
    holds: 'Holds',
    project: 'Project',
    type: 'Type',
    aliases: 'Aliases',
    tags: 'Tags',
    size: 'Size',
    digest: 'Digest',
    kept: 'Kept',
    job: 'Job type',
    state: 'State',
    user: 'By',
    asked: 'Asked',
    place: 'Dataset at Segments.ai',
    labels: 'Labels',
    images: 'Images from',
  },
  keptForEver: 'For ever',
  keptTeam: 'As the team’s default says',
  kept: (seconds: number, isInherited: boolean) =>
    `${duration(seconds)}${isInherited ? ', the team’s default' : ''}`,
  keptUntil: (at: number, isPast: boolean) =>
    `${isPast ? 'could be deleted since' : 'until'} ${formatDateTime(at)}`,
  registries: 'Registries and collections',
  registry: 'Registry',
  collection: 'Collection',
  metrics: 'Metrics',
  neverAsked: 'never; there may be more around it',
  hasMore: 'W&B has more than was read of it.',
  gone: 'Deleted on the server.',
  notHere: 'This data is not on this computer.',
  // Empty
  emptyTitle: 'No lineage yet',
  emptyBody:
    'It begins with the first version: commit in History, send it, and see which runs and models come of it.',
  goHistory: 'Go to the history',
  noModels: (name: string) => `No model is known that was trained with ${name}.`,
  noModelsBody: 'Runs that name the version as their input show up here when W&B is asked.',
  columns: { kind: 'Kind', name: 'Name', date: 'Date', about: 'About', from: 'Comes from', to: 'Leads to' },
} as const

/** What a reader says of a node of the graph. */
export const spoken = (node: LineageNode, lines: readonly string[], from: number, to: number): string =>
  `${lines.filter(Boolean).join(', ')}. ${counted(from, 'source')}, leads to ${formatNumber(to)}${isRemoteNode(node) && node.lookedAt === null ? ', not asked about' : ''}.`

function duration(seconds: number): string {
  const days = seconds / 86_400
  if (days >= 1) return counted(Math.round(days), 'day')
  const hours = seconds / 3600
  return hours >= 1 ? counted(Math.round(hours), 'hour') : counted(Math.round(seconds / 60), 'minute')
}
