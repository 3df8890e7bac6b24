import type { HostOutput, KeyState, RouteState } from '../../../shared/host/host-api.ts'
import { counted, formatBytes, formatNumber, keySourceText } from '../../ui/text.ts'

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export const text = {
  title: 'Settings',
  general: 'General',
  wandb: 'Weights & Biases',
  segments: 'Segments.ai',
  segmentsUrlHelp: 'https://api.segments.ai, or the address of your own server.',
  segmentsKeyNone:
    'No key yet. Make one on your account page at Segments.ai (API key → Add new) and paste it.',
  segmentsKeyState: (state: KeyState) =>
    `${capital(state.source === 'environment' ? 'key from SEGMENTS_API_KEY' : keySourceText[state.source])}${
      state.last4 ? `, ends in ${state.last4}` : ''
    }. Paste another to replace it.`,
  segmentsTestOk: (user: string, organizations: readonly string[]) =>
    `Signed in as ${user}${organizations.length > 0 ? `; organizations: ${organizations.join(', ')}` : ''}.`,
  author: 'Author',
  authorHelp: 'Recorded in every version you commit.',
  theme: 'Appearance',
  themes: { system: 'Like the system', dark: 'Dark', light: 'Light' },
  checks: 'Check labels when they are marked as labeled',
  checksHelp: 'Looks for islands, pinholes, slivers and the like; you can always go on.',
  smallest: 'Smallest part that is meant (pixels)',
  smallestHelp: 'Islands, holes and objects below it are told of.',
  singleKeys: 'Single-key shortcuts',
  singleKeysHelp: 'Off: only shortcuts with Ctrl, Cmd or Alt act. Useful with speech input.',
  baseUrl: 'Server',
  baseUrlHelp: 'https://api.wandb.ai, or the address of your own server.',
  entity: 'Entity',
  entityHelp: 'Your user name or team.',
  project: 'Project',
  projectHelp: 'Made by the first push if it does not exist.',
  autoPush: 'Push by itself',
  autoPushHelp: 'After every commit, and when the connection comes back.',
  every: 'Also at times',
  everyOptions: [
    { value: 'off', label: 'Off' },
    { value: '15min', label: 'Every 15 minutes' },
    { value: 'hour', label: 'Every hour' },
    { value: 'day', label: 'Once a day' },
  ],
  allowHttp: 'Allow this address without encryption',
  allowHttpHelp: 'Anybody on the way can read the key and the data. Only in a network you trust.',
  network: 'Network',
  proxy: 'Proxy',
  proxyHelp:
    'http://host:port; empty: as HTTPS_PROXY and HTTP_PROXY say; “direct”: none. A name and a password in it are kept like keys.',
  noProxy: 'Without proxy',
  noProxyHelp: 'Hosts, domains or networks, separated by commas. This computer itself never needs one.',
  caFile: 'Certificate authorities',
  caFileHelp: 'Path of a PEM file that is trusted beside the usual ones. NODE_EXTRA_CA_CERTS counts too.',
  routeNow: 'In force now',
  route: ({ proxy, proxyFrom }: RouteState) =>
    proxy === null
      ? 'The server is reached directly.'
      : `The server is reached by the proxy ${proxy} (${proxyFrom === 'setting' ? 'setting' : 'environment'}).`,
  authorities: ({ authorities, authoritiesFrom }: RouteState) =>
    authorities === 0
      ? 'The usual authorities are trusted.'
      : `Beside the usual ones, ${counted(authorities, 'authority is', 'authorities are')} trusted (${
          { none: '', setting: 'setting', environment: 'environment', both: 'setting and environment' }[
            authoritiesFrom
          ]
        }).`,
  elsewhere: (from: string, { owed, sent, hasKey }: HostOutput<'wandb.plan'>) =>
    `This is another place, so it is owed ${counted(owed.artifacts, 'artifact')}: ${owed.isExact ? '' : 'at most '}${counted(owed.files, 'file')}, ${formatBytes(owed.bytes)}.${
      sent > 0 ? ` ${counted(sent, 'artifact')} went there before.` : ''
    } What is at ${from} stays there, and so do its receipts here.${
      hasKey ? '' : ' There is no key for this server yet.'
    }`,
  linkThere: 'Link there',
  back: 'Back',
  unlinkFrom: 'Unlink …',
  unlink: 'Unlink',
  unlinkTitle: 'Unlink from W&B',
  unlinked: (receipts: number) => `Unlinked. ${counted(receipts, 'receipt')} kept.`,
  stays: 'What stays',
  staysHere: 'Every image, label and version on this computer.',
  staysThere: 'Everything that W&B has.',
  staysReceipts: (count: number | null) =>
    count === null
      ? 'The receipts of what was sent: linked again, nothing is sent twice.'
      : `The receipts of ${counted(count, 'artifact')}: linked again, nothing is sent twice.`,
  goes: 'What ends',
  goesSending: (owed: number | null) =>
    owed ? `Sending; ${counted(owed, 'artifact')} will not have gone.` : 'Sending.',
  keyStays: (source: KeyState['source']) =>
    `The ${keySourceText[source]} is not Tessera's: it stays, unused.`,
  forgetKey: 'Forget the key too',
  forgetKeyHelp: 'It is taken out of the keyring or the private file. At W&B it stays valid.',
  embedImages: 'Send images with the labels',
  embedImagesHelp:
    'Labeled data brings its images as bytes. Otherwise it points at those of the raw data, which saves space; both have the same digest.',
  key: 'API key',
  keyNone: 'No key yet. Paste the one from your W&B user settings.',
  keyState: (state: KeyState) =>
    `${capital(keySourceText[state.source])}${state.last4 ? `, ends in ${state.last4}` : ''}. Paste another to replace it.`,
  keep: 'Keep the key',
  keepOptions: [
    { value: 'session', label: 'Until Tessera closes', help: 'nothing is written to disk' },
    { value: 'keyring', label: 'In the system keyring', help: 'encrypted by the system' },
    { value: 'file', label: 'In a private file', help: 'not encrypted, readable by your user only' },
  ],
  remove: 'Remove key',
  test: 'Test connection',
  testHelp: 'Asks the server who the key belongs to. Nothing is saved or sent.',
  testOk: (user: string, teams: readonly string[]) =>
    `Signed in as ${user}${teams.length > 0 ? `; teams: ${teams.join(', ')}` : ''}.`,
  keyboard: 'Keyboard',
  preset: 'Preset',
  presetHelp: 'Takes effect at once. What you change yourself is kept on top of it, on this device.',
  actions: 'Actions and their keys',
  searchKeys: 'Find an action or a key',
  importKeys: 'Import',
  exportKeys: 'Export',
  resetAll: 'Reset all',
  allReset: 'All keys are those of the preset again.',
  imported: (changed: number, unknown: number) =>
    `Keys imported: ${counted(changed, 'change')}${
      unknown > 0 ? `; ${counted(unknown, 'action')} unknown to this version left out` : ''
    }.`,
  undo: 'Undo',
  noBrackets:
    'This keyboard has no keys for [ and ] alone. Keys at their place work, or take letters for the size.',
  useLetters: 'Use Q and W',
  found: (shown: number, all: number) =>
    shown === all ? counted(all, 'action') : `${formatNumber(shown)} of ${counted(all, 'action')}`,
  change: 'Change',
  changeOf: (title: string, keys: string) => `Change the key of “${title}”, now ${keys || 'none'}`,
  holds: 'hold',
  changed: 'changed',
  fixed: 'fixed',
  noKeyYet: 'no key',
  keys: 'Keys',
  keysOf: (title: string) => `Keys of “${title}”`,
  addKey: 'Add a key',
  removeShort: 'Remove',
  replaceKey: (key: string) => `Change ${key}`,
  removeKey: (key: string) => `Remove ${key}`,
  offNow: 'off with single-key shortcuts',
  press: (key: string | null) => (key ? `Press the key instead of ${key}` : 'Press the new key'),
  pressHelp: 'Esc keeps things as they are, Tab goes on.',
  reserved: (reason: string) => `This key cannot be used. ${reason}`,
  taken: (key: string, owners: readonly { readonly title: string; readonly scope: string }[]) =>
    `${key} is the key of ${owners.map(({ title, scope }) => `“${title}” (${scope})`).join(' and ')}.`,
  reassign: 'Reassign',
  useTap: 'Tap it, hold for the other',
  given: (title: string, keys: string, losers: readonly string[]) =>
    `“${title}” has ${keys || 'no key'} now.${
      losers.length > 0 ? ` Taken from ${losers.map((name) => `“${name}”`).join(' and ')}.` : ''
    }`,
  resetOne: (preset: string) => `Reset to ${preset}`,
  done: 'Done',
  save: 'Save',
  saved: 'Settings saved.',
  cancel: 'Cancel',
  badUrl: 'An address that starts with https:// (or http:// on your own network).',
} as const
