import type { KeyState } from '../../../shared/host/host-api.ts'
import { keySourceText } from '../../ui/text.ts'

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export const text = {
  title: 'Settings',
  general: 'General',
  wandb: 'Weights & Biases',
  author: 'Author',
  authorHelp: 'Recorded in every version you commit.',
  theme: 'Appearance',
  themes: { system: 'Like the system', dark: 'Dark', light: 'Light' },
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
  save: 'Save',
  saved: 'Settings saved.',
  cancel: 'Cancel',
  badUrl: 'An address that starts with https:// (or http:// on your own network).',
} as const
