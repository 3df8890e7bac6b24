import { counted, formatBytes, formatNumber } from '../../ui/text.ts'

export const text = {
  group: 'Sync',
  title: 'Weights & Biases',
  unsetTitle: 'Not connected to Weights & Biases',
  unsetBody:
    'Versions are complete on this computer and stay here. To send them as artifacts, say where: server, entity, project and an API key.',
  setUp: 'Set up W&B',
  settings: 'W&B settings',
  push: 'Push now',
  pushHelp: 'Sends what waits. What the server already has is not sent again.',
  cancel: 'Cancel',
  pause: 'Pause sending',
  pauseHelp: 'Holds sending where it is, and what would be sent by itself, until it is resumed.',
  whyNoPause: 'No server is set up, or sending is held already.',
  resume: 'Resume sending',
  resumeHelp: 'Goes on where it was held.',
  whyNoResume: 'Sending is not held.',
  paused: 'Held',
  pausedBody: 'Nothing is sent until you resume. Commits wait here.',
  retry: 'Retry',
  online: { unknown: 'Not tried yet', online: 'Server reachable', offline: 'Server not reachable' },
  offlineBody: 'Being offline is fine: commits wait here and go when the connection is back.',
  autoOn: 'Pushes by itself after a commit and when the connection comes back.',
  autoOff: 'Pushes only when you ask.',
  queue: 'Artifacts',
  queueEmpty: 'No version yet. Commit one in History; it will be listed here until the server has it.',
  queueUnset: (versions: number) =>
    `${counted(versions, 'version')} on this computer. What of ${versions === 1 ? 'it' : 'them'} waits to be sent is listed here once W&B is set up.`,
  version: 'Version',
  artifact: 'Artifact',
  state: 'State',
  log: 'Log',
  logEmpty: 'Nothing happened yet.',
  filesOf: (done: number, total: number) => `${formatNumber(done)} of ${counted(total, 'file')}`,
  bytesOf: (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`,
  willRetry: (failures: number, at: string) => `Failed ${counted(failures, 'time')}; tries again at ${at}`,
  willRetrySoon: (failures: number) => `Failed ${counted(failures, 'time')}; tries again with the next push`,
  open: 'Open in W&B',
  badge: {
    unset: (waiting: number) => (waiting > 0 ? 'Not connected' : 'Local only'),
    sending: (done: number, total: number) =>
      total > 0 ? `Syncing ${formatNumber(done)} of ${formatNumber(total)}` : 'Syncing',
    attention: (count: number) => `Needs attention · ${formatNumber(count)}`,
    waiting: (count: number, offline: boolean) =>
      `${offline ? 'Offline · ' : ''}${formatNumber(count)} waiting`,
    done: (when: string | null, offline: boolean) =>
      offline ? 'Offline · all sent' : when ? `Up to date · ${when}` : 'Up to date',
  },
  badgeHelp: 'What is sent, what waits and why.',
  whyNoPush: 'No server is set up, or sending is under way.',
} as const
