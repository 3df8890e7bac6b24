import type { HostOutput, VersionDraft } from '../../../shared/host/host-api.ts'
import { counted, formatNumber } from '../../ui/text.ts'

/** Some of many names, and how many more there are. */
const few = (names: readonly string[]): string =>
  names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${formatNumber(names.length - 5)} more`

export const text = {
  toSegments: 'Publish to Segments.ai …',
  toSegmentsHelp: 'The images of this version, as they are on W&B, to a dataset.',
  whyNotSent: 'Choose a version whose images are on W&B; the library must not be read only.',
  group: 'History',
  workingCopy: 'Working copy',
  sinceLast: (number: number, changed: boolean) => `${changed ? 'Changes since' : 'Same as'} v${number}`,
  firstVersion: 'Nothing committed yet',
  message: 'Message',
  messageHelp: 'What changed and why; it goes with the version wherever it is sent.',
  commit: 'Commit',
  commitHelp: 'Records images and labels as they are now, as one version that never changes.',
  committed: (number: number) => `Committed as v${number}.`,
  commitSaved: 'Commit what is saved',
  notSaved: 'Nothing was committed: a label is not saved yet, and the version would hold an older one.',
  nothingNew: 'Nothing had changed since the last version, so none was made.',
  clean: (number: number) =>
    `Everything is in v${number}. There is nothing to commit until an image, a label or a category changes.`,
  emptyLibrary: 'A version records images and labels. Add images first.',
  none: 'No version yet. A commit keeps the whole dataset as it is now; later versions share what did not change.',
  counts: (counts: VersionDraft['counts']) =>
    `${counted(counts.samples, 'image')} · ${formatNumber(counts.labeled)} with labels · ${counted(counts.objects, 'object')}`,
  added: (count: number) => `${counted(count, 'image')} added`,
  removed: (count: number) => `${counted(count, 'image')} removed`,
  relabeled: (count: number) => `${formatNumber(count)} relabeled`,
  recarried: (count: number) => `${formatNumber(count)} kept ${count === 1 ? 'sample' : 'samples'} changed`,
  recarded: (count: number) => `${formatNumber(count)} with other tags or issues`,
  ontology: 'categories changed',
  noMessage: 'No message',
  by: (author: string) => (author === '' ? 'unknown author' : author),
  files: (files: number) => counted(files, 'file'),
  digest: (digest: string) => `W&B digest ${digest}`,
  noDigest: 'digest follows',
  copy: 'Copy digest',
  copied: 'Digest copied.',
  unsaved: 'Some labels are not saved yet; they are saved first.',
  whyNoCommit: 'Nothing has changed since the last version.',
  list: 'Versions',
  showChanges: 'Show what changed',
  notCommitted: 'Not committed',
  version: (number: number) => `v${number}`,
  uncommitted: (changed: boolean) => (changed ? 'Changes that no version has' : 'Nothing to commit'),
  compare: 'Compare',
  compareHelp: 'With the marked version; else with the version before.',
  compareWithMarked: (marked: number) => `Compare with v${marked}`,
  compareWithParent: 'What changed in it',
  mark: 'Mark for comparing',
  unmark: 'Take the mark away',
  markHelp: 'Then choose another version and compare.',
  marked: 'marked',
  restore: 'Restore',
  restoreHelp: 'Images, labels and cards become what this version holds, as new edits. Nothing is lost.',
  branch: 'Branch here',
  branchHelp: 'A name for a line of versions of its own, to try something out.',
  switch: 'Switch branch',
  switchHelp: 'Everything becomes what the newest version of the branch holds; new versions go there.',
  merge: 'Merge into the current branch',
  mergeHelp: 'Brings its changes in, image by image and object by object.',
  alias: 'Add a name',
  aliasHelp: 'A name of your own for this version, for example golden. It can be moved later.',
  lineage: 'Lineage',
  export: 'Export labels',
  exportHelp: 'The labels of what is chosen, for other programs.',
  lineageHelp: 'Where it came from, and which runs and models came of it.',
  undoJob: 'Take back the last restore or merge',
  undoJobHelp: 'Except where somebody has changed something since.',
  whyNoVersion: 'Choose a version first.',
  whyNoCompare: 'Choose a version that has another one before it, or mark one.',
  whyReadOnly: 'This library is read only.',
  whyNoConflict: 'No label waits for an answer.',
  whyNoJob: 'There is nothing to take back.',
  showConflicts: 'Answer conflicts',
  conflicts: (count: number) =>
    `${counted(count, 'label was', 'labels were')} changed on two sides. Both states are kept until you say which to go on with.`,
  current: 'current branch',
  refs: 'Names',
  renameRef: 'Rename …',
  removeRef: 'Remove the name',
  moveRef: 'Move to another version …',
  switchTo: (name: string) => `Switch to ${name}`,
  merged: 'merge',
  counted: (added: number, removed: number, changed: number) => `+${added} −${removed} ~${changed}`,
  labeledOf: (labeled: number, samples: number) =>
    `${formatNumber(labeled)} of ${counted(samples, 'image')} with labels`,
  details: 'Details',
  parents: (numbers: readonly number[]) =>
    numbers.length === 0
      ? 'The first version'
      : `Made from ${numbers.map((number) => `v${number}`).join(' and ')}`,
  jobs: {
    restore: 'Restoring',
    sample: 'Restoring an image',
    switch: 'Switching',
    merge: 'Merging',
  },
  jobsStopped: {
    restore: 'A restore was stopped on its way.',
    sample: 'Restoring an image was stopped on its way.',
    switch: 'Switching the branch was stopped on its way.',
    merge: 'A merge was stopped on its way.',
  },
  jobProgress: (done: number, total: number) =>
    total === 0 ? '' : `${formatNumber(done)} of ${counted(total, 'image')}`,
  stop: 'Stop',
  elsewhere: 'in another window',
  goOn: 'Go on',
  takeBack: 'Take back',
  stoppedHelp: 'Every image is as it was, or as it was to be.',
  restoredTo: (version: number, changed: number) =>
    `v${version} is restored: ${counted(changed, 'image')} changed.`,
  switched: (branch: string, changed: number) => `On ${branch} now: ${counted(changed, 'image')} changed.`,
  stopped: 'Stopped. Go on or take it back any time.',
  mergedText: {
    none: 'It has nothing that is not here already.',
    forward: 'The branch stands on that version now.',
  },
  mergedAs: (version: number, taken: number, merged: number, conflicts: number) =>
    `Merged as v${version}: ${formatNumber(taken)} taken over, ${formatNumber(merged)} put together, ${formatNumber(conflicts)} in conflict.`,
  keptCards: (names: readonly string[]) => `Mine stands where both changed the card: ${few(names)}.`,
  keptRemoved: (names: readonly string[]) =>
    `Removed on one side and changed on the other, so kept: ${few(names)}.`,
  keptFields: (fields: readonly string[]) => `Mine stands for categories: ${few(fields)}.`,
  keptRemedy: 'Theirs is in their version; compare with it to see what they had.',
  failedSome: (count: number) => `${counted(count, 'image')} could not be changed.`,
  undone: (restored: number, skipped: number) =>
    `Taken back: ${counted(restored, 'image')}${skipped > 0 ? `; ${formatNumber(skipped)} stay, as they were changed since` : ''}.`,
  undo: 'Undo',
  dialogs: {
    restore: (version: string) => `Restore ${version}`,
    branch: (version: string) => `Branch at ${version}`,
    alias: (version: string) => `Name for ${version}`,
    merge: (version: string, branch: string) => `Merge ${version} into ${branch}`,
    switch: 'Switch branch',
    rename: (branch: string) => `Rename ${branch}`,
    moveAlias: (name: string) => `Move ${name}`,
    delete: (branch: string) => `Remove ${branch}`,
  },
  whatRestores:
    'What is shown becomes what this version holds. Labels of now stay in the history of their images, images it does not hold go to the trash, and all of it can be taken back.',
  preview: (changed: number, gone: number, back: number) =>
    `${counted(changed, 'image')} will change, ${formatNumber(gone)} go to the trash, ${formatNumber(back)} come back.`,
  previewing: 'Looking what would change …',
  openChanges: 'Your changes that no version has',
  commitFirst: 'Commit them first',
  commitFirstHelp: 'They become a version of their own.',
  keepThem: 'Do not commit them',
  keepThemHelp: 'They stay as saved states in the history of their images.',
  whatMerges:
    'Labels changed on one side are taken; labels changed on both are put together object by object. What cannot be is asked.',
  mergePlan: ({ added, labeled, recarded, kept, both, images, scale }: HostOutput<'versions.mergePlan'>) => {
    const { removed, replaced } = scale
    const bothToo = both > 0 ? `, of which both sides changed ${formatNumber(both)}` : ''
    return [
      added > 0 && `${counted(added, 'image')} will come`,
      removed > 0 && `${formatNumber(removed)} of ${counted(images, 'image')} will go to the trash`,
      labeled > 0 && `${counted(labeled, 'image')} will get a first label`,
      replaced > 0 && `${counted(replaced, 'label')} of yours will change${bothToo}`,
      recarded > 0 && `${counted(recarded, 'image')} will get other tags or issues`,
      kept > 0 && `${counted(kept, 'image')} will stay, removed on one side and changed on the other`,
    ].filter((line) => line !== false)
  },
  mergesNothing: 'No image of yours will change.',
  isUnusual: 'That is unusually much.',
  unusualHelp: 'Compare the two versions first, unless you know why. Nothing is lost: it can be taken back.',
  isUnrelated: 'This is another dataset.',
  unrelatedHelp:
    'The two have no version in common. Merge them only if they are to be one dataset from now on.',
  mergeAnyway: 'Merge anyway',
  skipped: (names: readonly string[]) =>
    `${counted(names.length, 'image was', 'images were')} changed while this ran and ${names.length === 1 ? 'stays as it is' : 'stay as they are'}: ${few(names)}.`,
  skippedRemedy: 'Do the same once more to have them as in the version too, or restore them one by one.',
  branchName: 'Name of the branch',
  aliasName: 'Name',
  newName: 'New name',
  toVersion: 'Version',
  whatMoves: 'Where it stood stays in the log of names.',
  versionOption: (number: number, message: string) => `v${number} ${message}`,
  andSwitch: 'Switch to it at once',
  whatBranches: 'New versions go to the branch you are on; the others stay as they are.',
  whatDeletes: 'Its versions stay. Those that no other name leads to can be found by their number only.',
  noOtherBranch: 'There is no other branch. Choose a version and branch there first.',
  now: {
    restore: 'Restore',
    branch: 'Make the branch',
    alias: 'Set the name',
    merge: 'Merge',
    switch: 'Switch',
    rename: 'Rename',
    renameAlias: 'Rename',
    moveAlias: 'Move',
    delete: 'Remove',
  },
  byCategory: 'Objects and pixels by category',
  noCategory: 'unknown category',
  noCategoryChanged: 'No label changed.',
  counting: 'Counting pixels',
  category: 'Category',
  objects: 'Objects',
  pixels: 'Pixels',
  delta: (before: number, after: number) => {
    const by = after - before
    const sign = by > 0 ? '+' : by < 0 ? '−' : '±'
    return `${formatNumber(before)} → ${formatNumber(after)} (${sign}${formatNumber(Math.abs(by))})`
  },
} as const
