import { counted, formatBytes, formatNumber } from '../../ui/text.ts'
import type { Level } from './browse-store.ts'

const names: Record<Level, readonly [one: string, many: string]> = {
  entity: ['entity', 'entities'],
  project: ['project', 'projects'],
  type: ['type', 'types'],
  collection: ['collection', 'collections'],
  version: ['version', 'versions'],
}

export const text = {
  group: 'Get data',
  // The list
  where: 'Where',
  root: 'W&B',
  list: {
    entity: 'Entities',
    project: 'Projects',
    type: 'Types',
    collection: 'Collections',
    version: 'Versions',
  },
  search: 'Search this list, or name a version',
  searchPlaceholder: 'Search, or name:v3 …',
  find: (name: string) => `Go to ${name}`,
  found: (count: number, of: number, level: Level, isMore: boolean) =>
    `${count === of ? '' : `${formatNumber(count)} of `}${formatNumber(of)}${isMore ? '+' : ''} ${names[level][of === 1 ? 0 : 1]}`,
  reading: 'Reading …',
  readingMore: 'Reading more …',
  empty: {
    entity: 'The key belongs to no entity that can be seen.',
    project: 'No project here, or none that the key may see.',
    type: 'No artifact was logged to this project yet.',
    collection: 'No collection of this type.',
    version: 'No version in this collection.',
  } satisfies Record<Level, string>,
  noMatch: (query: string) => `Nothing here has “${query}” in it.`,
  linked: 'linked',
  links: 'links',
  linksHelp: 'versions that were made elsewhere',
  here: (number: number | null) => (number === null ? 'Here' : `Here as v${number}`),
  size: (files: number, bytes: number) => `${counted(files, 'file')} · ${formatBytes(bytes)}`,
  created: (at: string) => `made ${at}`,
  // Commands
  get: 'Get it',
  getHelp: 'Brings the chosen version here.',
  whyNoGet:
    'Choose a version that can be used; nothing else may be on its way, and the library must not be read only.',
  searchCommand: 'Search in the list',
  upCommand: 'Up one level',
  whyNoUp: 'This is the top.',
  reload: 'Read the list again',
  web: 'Open in W&B',
  whyNoWeb: 'Choose a version first.',
  history: 'Open in History',
  toSegments: 'Publish to Segments.ai …',
  toSegmentsHelp: 'Brings the chosen version here and publishes its images to a dataset.',
  whyNoSegments: 'Choose a version that has images; the library must not be read only.',
  historyHelp: 'The version of this library that it is.',
  whyNoHistory: 'It is not here yet.',
  merge: 'Get and merge',
  mergeHelp: 'Brings what others pushed here and merges it. What no version holds is committed first.',
  whyNoMerge: 'Nothing that others pushed is known, or something is on its way already.',
  check: 'Look for what others pushed',
  whyNoCheck: 'No W&B project is set up, or it is being asked already.',
  stop: 'Stop getting data',
  whyNoStop: 'Nothing is on its way.',
  goOn: 'Go on getting data',
  goOnHelp: 'Goes on where it was stopped: what has come stays.',
  whyNoGoOn: 'Nothing was stopped.',
  // What is chosen
  details: 'Details',
  nothing: 'Choose a version to see what it holds and what getting it would do.',
  inside: {
    entity: 'Its projects',
    project: 'Its types of artifacts',
    type: 'Its collections',
    collection: 'Its versions',
  },
  /** What it is, for who sees such a list for the first time. */
  what: {
    entity: 'A person or a team on W&B.',
    project: 'Runs, and the artifacts that they made or used.',
    type: 'A kind of artifact, as those who logged them called it.',
    collection: 'All versions of one artifact. Go on to its versions to see what each one holds.',
  },
  looking: 'Looking what is in it …',
  fields: {
    kind: 'Kind',
    holds: 'Holds',
    here: 'Here already',
    by: 'Made by',
    at: 'Made',
    changed: 'Changed',
    aliases: 'Aliases',
    tags: 'Tags',
    about: 'About',
    digest: 'Digest',
    origin: 'Comes from',
  },
  kinds: {
    version: 'A version of a Tessera dataset, with its history',
    dataset: 'A Tessera dataset that another program made or changed',
    images: 'Images of another program',
    none: 'Nothing that can be used here',
  },
  holds: (images: number, labels: number, files: number, bytes: number) =>
    `${counted(images, 'image')}, ${formatNumber(labels)} with labels; ${counted(files, 'file')}, ${formatBytes(bytes)}`,
  held: (files: number, of: number, bytes: number) =>
    files === 0
      ? 'nothing'
      : `${files === of ? 'all' : `${formatNumber(files)} of ${formatNumber(of)}`} files, ${formatBytes(bytes)}`,
  thisLibrary: (number: number) => `this library, as its v${number}`,
  otherLibrary: (number: number) => `another library, as its v${number}`,
  byRun: (title: string, jobType: string | null) => `run ${title}${jobType ? ` (${jobType})` : ''}`,
  asWhat: 'Take it as',
  asAuto: 'A version',
  asAutoHelp: 'with its history, merged into the branch',
  asImages: 'Images and labels only',
  asImagesHelp: 'added to the dataset',
  readOnly: 'This library is read only.',
  // The bar above
  running: (source: string) => `Getting ${source}`,
  files: (done: number, of: number) => `${formatNumber(done)} of ${counted(of, 'file')}`,
  bytes: (done: number, of: number) => `${formatBytes(done)} of ${formatBytes(of)}`,
  stopped: (source: string) => `Stopped: ${source}.`,
  stoppedHelp: 'What has come stays; going on fetches only what is missing.',
  goOnShort: 'Go on',
  mergeAnyway: 'Merge anyway',
  failed: (source: string) => `${source[0]?.toUpperCase() ?? ''}${source.slice(1)} could not be got.`,
  done: (source: string) => `${source} is here.`,
  allOthers: 'what others pushed',
  outcome: {
    clone: (number: number | null) => `This library holds the dataset now, at v${number ?? '?'}.`,
    merged: (number: number | null) => `Merged: the branch stands at v${number ?? '?'}.`,
    conflicts: (count: number) =>
      `${counted(count, 'label')} changed on both sides: yours stands until you decide.`,
    imported: (added: number, labels: number, duplicates: number) =>
      `${counted(added, 'image')} and ${counted(labels, 'label')} added${duplicates > 0 ? `, ${formatNumber(duplicates)} were here already` : ''}. No version was made of it yet.`,
    none: 'Everything was here already; nothing changed.',
    brought: (files: number, bytes: number) =>
      files === 0
        ? 'Nothing had to be downloaded.'
        : `${counted(files, 'file')}, ${formatBytes(bytes)} downloaded.`,
    refused: (count: number, first: string) => `${counted(count, 'file')} could not be used, first ${first}.`,
  },
  conflicts: 'Decide conflicts',
  dataset: 'Go to the dataset',
  goHistory: 'Go to History',
  // Others pushed
  aheadTitle: 'Pushed by others',
  ahead: (count: number) => `${counted(count, 'version')} that ${count === 1 ? 'is' : 'are'} not here`,
  aheadBehind: 'Your versions are on the server too; “latest” stays on theirs until you merge.',
  aheadCommit: 'What no version holds here is committed first.',
  aheadBy: (message: string, author: string, at: string) =>
    `${message ? `“${message}” ` : ''}by ${author || 'somebody'}, ${at}`,
  aheadOther: (collection: string, version: string) => `${collection}:${version}`,
  unfinished: 'still being sent',
  unrelated: 'of another dataset',
  aheadUnrelated:
    'Some of it is of another dataset, which has nothing in common with this one: you are asked before it is merged.',
  allUnfinished: 'It is still being sent; it can be got when it is complete.',
  showAll: (count: number) => `All ${formatNumber(count)}`,
  upToDate: 'Nothing was pushed by others.',
  setUp: 'Set up W&B',
  unset: 'Get data from Weights & Biases',
  unsetBody:
    'Bring a version of a dataset here with its history, or the images and labels of any other artifact. You see what is in it first; nothing is downloaded before you say so.',
  needsKey: 'First say which server it is and give a key. Entity and project can be left open.',
} as const
