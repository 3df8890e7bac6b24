import type { KeyState } from '../../../shared/host/host-api.ts'
import { counted, formatNumber, keySourceText } from '../../ui/text.ts'

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export const text = {
  title: 'Settings',
  general: 'General',
  wandb: 'Weights & Biases',
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
