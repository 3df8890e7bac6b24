import type { SegmentsFate, SegmentsMode } from '../../../shared/host/segments-methods.ts'
import type { SegmentsJob } from '../../stores/segments.ts'
import { counted, formatBytes, formatNumber } from '../../ui/text.ts'
import type { Group } from './fate-group.ts'

const samples = (count: number) => counted(count, 'image')
const labels = (count: number) => counted(count, 'label')

export const text = {
  group: 'Segments.ai',
  title: 'Segments.ai',
  // Nothing is linked
  introTitle: 'Label together on Segments.ai',
  intro:
    'A dataset on Segments.ai can be kept in step with this library: send images and labels there, bring back what others labeled or reviewed, and decide where both sides changed the same label. Nothing is sent or fetched before you say so.',
  needsKey: 'First it needs your API key. It is on your account page at Segments.ai.',
  enterKey: 'Enter a key',
  unlinkedTitle: 'Choose the dataset of this library',
  unlinkedBody: 'One that is there already, or a new one. Linking sends and fetches nothing yet.',
  createNew: 'New dataset',
  datasets: 'Datasets on Segments.ai',
  searchDatasets: 'Search datasets',
  readingDatasets: 'Reading datasets …',
  noDatasets: 'This key takes part in no dataset yet. Make a new one here.',
  noDatasetFound: (query: string) => `No dataset has “${query}” in its name.`,
  foundDatasets: (count: number, of: number) =>
    count === of ? counted(of, 'dataset') : `${formatNumber(count)} of ${counted(of, 'dataset')}`,
  chosen: 'Chosen dataset',
  link: 'Link this library to it',
  linkInstead: 'Link to that one',
  openWeb: 'Open in browser',
  fields: {
    task: 'Labels',
    samples: 'Samples',
    visible: 'Visible to',
    role: 'You are',
    about: 'About',
    categories: 'Categories',
    owner: 'Owner',
  },
  everybody: 'everybody',
  ownersOnly: 'its owner and collaborators',
  noTask: 'no task',
  masks: 'Its labels are masks, as here.',
  otherTask: (task: string) =>
    `Its labels are of the kind “${task}”. What Tessera cannot draw is kept as it is and sent back unchanged; masks do not go there.`,
  // A new one
  newTitle: 'New dataset',
  newBody: 'It is made when you publish for the first time. This is what will be there:',
  owner: 'Owner',
  name: 'Name',
  nameHelp: 'Letters, digits, dot, dash and underline.',
  nameBad: 'A name has only letters, digits, dots, dashes and underlines.',
  taskTypes: {
    'segmentation-bitmap': 'Masks',
    'segmentation-bitmap-highres': 'Masks of very large images',
    vector: 'Polygons, lines and points',
    bboxes: 'Boxes',
  },
  topic: 'Filed under',
  topics: {
    other: 'Other',
    street_scenery: 'Street scenery',
    garden: 'Garden',
    agriculture: 'Agriculture',
    satellite: 'Satellite',
    people: 'People',
    medical: 'Medical',
    fruit: 'Fruit',
  },
  newNoMasks: 'Labels that are masks stay here: only boxes, polygons, lines and points go to such a dataset.',
  newCategories: (count: number) =>
    count === 0
      ? 'none yet; Segments.ai needs one and gets “object”'
      : counted(count, 'category', 'categories'),
  more: (count: number) => `and ${formatNumber(count)} more`,
  newSamples: 'all images of this library, with their labels',
  newOther: 'Datasets for anything else are made on Segments.ai and chosen from the list.',
  create: 'Link to the new dataset',
  // The dataset
  log: 'Log',
  showLog: 'Show the log',
  logHelp: 'What was sent, fetched, overwritten and refused, and when. It is kept on this computer.',
  logEmpty: 'Nothing happened yet.',
  logTimes: (times: number) => `${formatNumber(times)} times`,
  whyNoLog: 'No dataset is linked.',
  notThere: 'Not there yet',
  notThereHelp: 'Publishing makes it.',
  known: (count: number, at: string | null) =>
    at === null ? 'never brought together' : `${samples(count)} on both sides · last run ${at}`,
  looking: 'Looking at both sides …',
  lookedAt: (at: string) => `Looked ${at}`,
  lookAgain: 'Look again',
  lookAgainHelp: 'Asks what differs. Changes nothing.',
  whyNoLook: 'No dataset is linked, or something runs.',
  web: 'Open the dataset in the browser',
  whyNoWeb: 'No dataset is linked.',
  notFound: 'The dataset cannot be found',
  moreActions: 'More',
  settings: 'Server and key',
  unlink: 'Unlink …',
  unlinkHelp: 'Ends the link. Nothing is removed, here or there.',
  whyNoUnlink: 'No dataset is linked, something runs, or the library is read only.',
  // What differs
  kinds: 'What differs',
  all: 'All',
  same: (count: number) => `${samples(count)} ${count === 1 ? 'is' : 'are'} the same on both sides`,
  groups: {
    send: 'To send',
    get: 'To get',
    both: 'Changed on both sides',
    new: 'New there',
    goneThere: 'Not there any more',
    goneHere: 'Not here any more',
    kept: 'Kept, not shown',
  } satisfies Record<Group, string>,
  fates: {
    unchanged: 'the same',
    push: 'label changed here',
    'create there': 'only here',
    pull: 'label changed there',
    conflict: 'label changed on both sides',
    'create here': 'only there',
    'gone there': 'not there any more; stays here',
    'gone here': 'not here any more; stays there',
    carried: 'of a kind that cannot be drawn here',
  } satisfies Record<SegmentsFate, string>,
  statusThere: (status: string) => `${status.toLowerCase().replaceAll('_', ' ')} there`,
  reviewed: 'asks first',
  search: 'Search images',
  list: 'Images that differ',
  noneTitle: 'Both sides are the same',
  noneBody: 'Nothing is left to do. What you or others change from now on shows here.',
  noneOfKind: 'No such image.',
  leftOut: (count: number) =>
    `The list ends here: ${samples(count)} more ${count === 1 ? 'differs' : 'differ'}. Counts and runs include ${count === 1 ? 'it' : 'them'}.`,
  open: 'Open image',
  // What can be done
  todo: 'What can be done',
  side: 'What can be done, and releases',
  readOnly: 'This library is read only.',
  publish: 'Publish',
  get: 'Get',
  both: 'Both',
  runHelp: {
    publish: 'Sends what changed here. Nothing here is changed.',
    pull: 'Brings here what changed there. Nothing there is changed.',
    both: 'Sends and brings, image by image.',
  } satisfies Record<SegmentsMode, string>,
  whyNoRun: 'No dataset is linked, something runs already, or the library is read only.',
  sends: 'sends',
  brings: 'brings',
  noun: {
    imagesWithLabels: (count: number) =>
      `${samples(count)} with ${count === 1 ? 'its label' : 'their labels'}`,
    newImages: (count: number) => counted(count, 'new image'),
    labels,
    cards: (count: number) => `what changed beside the label of ${samples(count)}`,
  },
  makes: (dataset: string) => `makes ${dataset}`,
  sendsCategories: (names: readonly string[]) => `adds ${naming(names)} there`,
  bringsBeside: (count: number) => `lays ${labels(count)} beside yours, for you to decide`,
  bringsCategories: (names: readonly string[]) => `adds ${naming(names)} here`,
  bringsKept: (count: number) => `keeps ${counted(count, 'sample')} that cannot be drawn`,
  nothingToSend: 'Nothing to send.',
  nothingToGet: 'Nothing to get.',
  publishStays: 'Nothing here is changed.',
  getStays: 'Nothing there is changed.',
  bothDoes:
    'Both at once, image by image. Of a label that changed on both sides nothing is lost: you decide.',
  nothingToDo: 'Nothing to send and nothing to get.',
  notLookedYet: 'What differs shows here once both sides were looked at.',
  asksFirst: (count: number) =>
    `${labels(count)} ${count === 1 ? 'was' : 'were'} reviewed or verified there: you are asked first.`,
  goneNote: 'What is not there or not here any more stays where it is. Nothing is removed.',
  categories: 'Categories',
  // Asking first
  askTitle: { publish: 'Publish', pull: 'Get', both: 'Publish and get' } satisfies Record<
    SegmentsMode,
    string
  >,
  askReviewed: (count: number) =>
    `${labels(count)} to send would take the place of ${count === 1 ? 'one that was' : 'ones that were'} reviewed or verified on Segments.ai:`,
  askWhat: 'What becomes of them',
  askLeave: 'Leave them as they are there',
  askLeaveHelp: 'yours stays here and can be sent later',
  askOver: 'Write over them',
  askOverHelp: 'what was there is kept here, among the states of the image',
  askReplaced: (count: number) =>
    `Unusually many: ${labels(count)} here would get the one that is there. What was here stays among the states of each image.`,
  // Running
  running: {
    publish: 'Publishing',
    pull: 'Getting',
    both: 'Bringing both sides together',
    release: 'Making a release',
    fromArtifact: 'From W&B to Segments.ai',
    toArtifact: 'Making a version of a release',
  } satisfies Record<SegmentsJob['kind'], string>,
  progress: (done: number, total: number, bytes: number) =>
    [
      ...(total > 0 ? [`${formatNumber(done)} of ${counted(total, 'sample')}`] : []),
      ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ].join(' · '),
  stop: 'Stop',
  stopping: 'Stopping …',
  stopCommand: 'Stop what runs with Segments.ai',
  stopHelp: 'What is done stays; the next run goes on from there.',
  whyNoStop: 'Nothing runs.',
  stopped: (what: string) => `Stopped: ${what}.`,
  stoppedHelp: 'What is done stays. Asked for again, it goes on from there.',
  goOn: 'Go on',
  goOnCommand: 'Go on with Segments.ai',
  goOnHelp: 'Does again what was stopped or failed. What is done is not done twice.',
  whyNoGoOn: 'Nothing was stopped.',
  confirm: 'Go on anyway …',
  mergeAnyway: 'Merge anyway',
  failed: (what: string) => `${what} did not come to its end.`,
  soFar: 'Until then:',
  // What came of it
  done: 'Done.',
  sentNothing: 'Nothing was sent or fetched.',
  madeDataset: (dataset: string) => `The dataset ${dataset} is made`,
  sent: (parts: string) => `Sent: ${parts}`,
  got: (parts: string) => `Got: ${parts}`,
  agreed: (count: number) => `${labels(count)} turned out the same on both sides`,
  part: {
    samples,
    labels,
    cards: (count: number) => `notes of ${samples(count)}`,
    categories: (count: number) => counted(count, 'category', 'categories'),
    issues: (count: number) => counted(count, 'issue'),
    carried: (count: number) => `${counted(count, 'sample')} that cannot be drawn`,
  },
  conflicts: (count: number) =>
    `${labels(count)} ${count === 1 ? 'waits' : 'wait'} for you: changed on both sides`,
  decide: 'Decide conflicts',
  decideHelp: 'Object by object: mine, theirs or both. What is decided goes there with the next run.',
  whyNoDecide: 'No label from Segments.ai waits for an answer.',
  waiting: 'Waiting for you',
  held: (count: number) =>
    `${labels(count)} not sent, because ${count === 1 ? 'it was' : 'they were'} reviewed, verified or changed there`,
  writeOver: 'Write over …',
  left: (count: number) => `${counted(count, 'sample')} left there, of a kind that cannot be kept here`,
  goneThere: (count: number) => `${samples(count)} not there any more`,
  goneHere: (count: number) => `${samples(count)} not here any more`,
  failures: (count: number) => `${counted(count, 'image')} could not be done`,
  names: 'Names',
  details: 'Show them',
  moreNames: (count: number) => `and ${formatNumber(count)} more`,
  // Offline
  offlineTitle: 'Segments.ai cannot be reached now',
  offlineBody: (count: number, at: string | null) =>
    `Go on labeling: everything is kept here, and the next run sends it.${at === null ? '' : ` ${samples(count)} ${count === 1 ? 'was' : 'were'} on both sides at ${at}.`}`,
  offlineList: 'What is listed was true when it was last looked at.',
  // Releases
  releases: 'Releases',
  releasesBody: 'A release is a state of the dataset that does not change any more.',
  readReleases: 'Read the list',
  readingReleases: 'Reading releases …',
  noReleases: 'No release yet.',
  newRelease: 'New release …',
  newReleaseHelp: 'Freezes the dataset as it is there now.',
  releaseTitle: 'New release',
  releaseBody: 'Of the dataset as it is on Segments.ai now. Publish first what should be in it.',
  description: 'Description',
  makeRelease: 'Make the release',
  status: { PENDING: 'being made', SUCCEEDED: 'made', FAILED: 'failed' },
  waitFor: 'Wait for it',
  failedRelease: 'Segments.ai could not build it. Delete it there, then make it again.',
  toVersionShort: 'Make a version',
  versionHere: (number: number | null) => (number === null ? 'A version here' : `v${number} here`),
  openVersion: 'Open in History',
  versionTitle: (name: string) => `A version of release ${name}`,
  versionBody:
    'Its labels become a version of this library, merged into the branch like one of somebody else; its artifact labeled_data says which dataset and release it is. What no version holds here is committed first.',
  message: 'Message',
  messageOf: (release: string, dataset: string) => `Release ${release} of ${dataset} on Segments.ai`,
  releaseDone: 'The release is made.',
  taken: (number: number | null) =>
    number === null ? 'The library is at that release already.' : `The release is in v${number}.`,
  releaseSamples: (count: number, at: string) => `${samples(count)} · ${at}`,
  whyNoRelease: 'No dataset is linked, or something runs.',
  // An artifact
  fromTitle: 'From W&B to Segments.ai',
  fromBody: (artifact: string) =>
    `Brings ${artifact} here, links this library to the dataset, makes that where it is missing, and publishes. The dataset and its samples say what they came from.`,
  dataset: 'Dataset',
  datasetHelp: 'owner/name, as Segments.ai writes it.',
  datasetBad: 'Written as owner/name.',
  fromGo: 'Bring and publish',
  otherLink: (dataset: string) => `This library is linked to ${dataset} now; that link ends.`,
  // Unlinking
  unlinkTitle: 'Unlink from Segments.ai',
  unlinkNow: 'Unlink',
  unlinkStays: [
    'Every image and label stays here.',
    'The dataset stays on Segments.ai as it is.',
    'What is known of it stays too: linked again, nothing is sent twice.',
  ],
  unlinkKey: 'The key stays; it is removed in Settings.',
  // On the Sync screen
  cardUnlinked:
    'Have images labeled and reviewed on Segments.ai, and bring the labels back. Not linked to a dataset.',
  cardOpen: 'Open Segments.ai',
  cardSetUp: 'Set up Segments.ai',
  searchCommand: 'Search the list',
} as const

const mostNamed = 3
/** `“car”, “road” and 4 more categories`. */
function naming(names: readonly string[]): string {
  const said = names.slice(0, mostNamed).map((name) => `“${name}”`)
  const rest = names.length - said.length
  if (rest > 0) return `the categories ${said.join(', ')} and ${formatNumber(rest)} more`
  const list = said.length > 1 ? `${said.slice(0, -1).join(', ')} and ${said.at(-1)}` : said[0]
  return `the ${names.length === 1 ? 'category' : 'categories'} ${list}`
}
