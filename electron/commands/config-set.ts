import { liveSecrets } from '../adapters/secrets/secret.ts'
import { type Command, type CommandContext, type Outcome, UsageError } from './command.ts'
import { keyStateText } from './config-get.ts'
import { apiKey, keyList, requireKey } from './config-keys.ts'
import { readSecret } from './read-secret.ts'

export const configSet: Command = {
  name: 'config set',
  summary: 'change a setting of the library',
  usage: 'KEY VALUE',
  details: [
    `KEY is one of: ${keyList}.`,
    'A proxy that wants a name and a password is read from standard input too: "config set network.proxy -", then http://name:password@host:port. Both are kept like keys.',
    `The API key is read from standard input or asked for at a prompt: "config set ${apiKey} -". A key on the command line is refused, because every program on this computer could read it there; one that was given so should be replaced at the server. It is kept in the keyring of this computer, or with --keep file in a file that only you can read, never in the library.`,
  ],
  options: {
    keep: {
      type: 'string',
      value: 'WHERE',
      help: `where ${apiKey} is kept: keyring (unless told otherwise) or file`,
    },
    clear: { type: 'boolean', help: `forget ${apiKey}` },
  },
  positionals: [1, 2],
  needsLibrary: true,
  run(context) {
    return context.positionals[0] === apiKey ? setApiKey(context) : setSetting(context)
  },
}

async function setSetting(context: CommandContext): Promise<Outcome> {
  const [key, value] = context.positionals
  const setting = requireKey(key!)
  if (context.option('keep') !== undefined || context.flag('clear')) {
    throw new UsageError(`--keep and --clear are for ${apiKey} only.`)
  }
  if (value === undefined) {
    throw new UsageError(`What should ${key} be?`, `Say "config set ${key} VALUE"; '' makes it empty.`)
  }
  const change = setting.change(await typedSetting(context, key!, value))
  const { connection } = await context.write()
  const { settings } = await connection.call('settings.set', change, context.signal)
  const stored = setting.read(settings)
  return { json: { key, value: stored }, text: `${key} ${stored}` }
}

/** Paths are seen from where they were typed; what holds a password is not typed on the command line. */
async function typedSetting(context: CommandContext, key: string, value: string): Promise<string> {
  if (key === 'network.ca-file' && value !== '') return context.path(value)
  if (key !== 'network.proxy') return value
  if (value === '-') return readSecret(context.input, () => context.say('Proxy: '))
  if (!value.includes('@')) return value
  throw new UsageError(
    'A password on the command line can be read by every program on this computer, so it is not taken from there.',
    'Say "config set network.proxy -" and give the address on standard input.',
  )
}

async function setApiKey(context: CommandContext): Promise<Outcome> {
  const value = context.positionals[1]
  const clears = context.flag('clear')
  if (value !== undefined && value !== '-') {
    throw new UsageError(
      'A key on the command line can be read by every program on this computer, so it is not taken from there.',
      `Replace that key at the server, then say "config set ${apiKey} -" and give the new one on standard input.`,
    )
  }
  const keep = context.option('keep') ?? 'keyring'
  if (keep !== 'keyring' && keep !== 'file') {
    throw new UsageError('A key is kept in the keyring or in a file.', 'Say --keep keyring or --keep file.')
  }
  const key = clears ? '' : await readSecret(context.input, () => context.say('W&B API key: '))
  if (!clears && key === '') {
    throw new UsageError('There was no key on standard input.', `Say "config set ${apiKey} - < FILE".`)
  }
  liveSecrets.add(key)
  const { connection } = await context.write()
  const state = clears
    ? await connection.call('secrets.clearWandbKey', {}, context.signal)
    : await connection.call('secrets.setWandbKey', { key, keep }, context.signal)
  return { json: { key: apiKey, value: state }, text: `${apiKey} ${keyStateText(state)}` }
}
