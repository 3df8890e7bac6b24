import type { KeyState } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { apiKey, requireKey, settingKeys } from './config-keys.ts'
import { printable } from './words.ts'

export const configGet: Command = {
  name: 'config get',
  summary: 'show a setting of the library, or all of them',
  usage: '[KEY]',
  details: ['Of the API key only its place and its last four characters are shown.'],
  options: {},
  positionals: [0, 1],
  needsLibrary: true,
  async run(context) {
    const [key] = context.positionals
    if (key !== undefined && key !== apiKey) requireKey(key)
    const { connection } = await context.read()
    const { settings, wandbKey } = await connection.call('settings.get', {}, context.signal)
    const values: Record<string, string | KeyState> = { [apiKey]: wandbKey }
    for (const [name, setting] of Object.entries(settingKeys)) values[name] = setting.read(settings)
    const text = (value: string | KeyState) =>
      typeof value === 'string' ? printable(value) : keyStateText(value)
    if (key !== undefined) return { json: { key, value: values[key] }, text: text(values[key]!) }
    const lines = Object.entries(values).map(([name, value]) => `${name} ${text(value)}`.trimEnd())
    return { json: values, text: lines.sort().join('\n') }
  },
}

export function keyStateText({ source, last4 }: KeyState): string {
  const places: Record<KeyState['source'], string> = {
    none: '(none)',
    environment: 'in the environment',
    keyring: 'in the keyring',
    memory: 'until the program that holds the library ends',
    file: 'in a file that only you can read',
    netrc: 'in netrc',
  }
  return last4 === null ? places[source] : `…${last4}, ${places[source]}`
}
