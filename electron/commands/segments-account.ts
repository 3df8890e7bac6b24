import { liveSecrets } from '../adapters/secrets/secret.ts'
import { routeText } from './account.ts'
import { type Command, UsageError } from './command.ts'
import { keyStateText } from './config-get.ts'
import { readSecret } from './read-secret.ts'
import { clockTime, count, printable } from './words.ts'

const keyPlace =
  'The key is SEGMENTS_API_KEY (for the server of SEGMENTS_BASE_URL, else api.segments.ai), else the one given with "segments login" for this server.'

export const segmentsLogin: Command = {
  name: 'segments login',
  summary: 'give Tessera the API key for Segments.ai, and try it',
  usage: '[--base-url URL] [--keep WHERE] [--no-check] < FILE',
  details: [
    'The key is read from standard input or asked for at a prompt, never from the command line, because every program on this computer could read it there. It is kept in the keyring of this computer, or with --keep file in a file that only you can read, never in the library. One that the server refuses is not kept.',
    keyPlace,
  ],
  options: {
    'base-url': {
      type: 'string',
      value: 'URL',
      help: 'address of the API, kept as a setting of the library',
    },
    keep: {
      type: 'string',
      value: 'WHERE',
      help: 'where the key is kept: keyring (unless told otherwise) or file',
    },
    'no-check': { type: 'boolean', help: 'keep it without asking the server' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    // Told before somebody types a key.
    void context.library
    const keep = context.option('keep') ?? 'keyring'
    if (keep !== 'keyring' && keep !== 'file') {
      throw new UsageError('A key is kept in the keyring or in a file.', 'Say --keep keyring or --keep file.')
    }
    const key = await readSecret(context.input, () => context.say('Segments.ai API key: '))
    if (key === '') {
      throw new UsageError('There was no key on standard input.', 'Say "segments login < FILE".')
    }
    liveSecrets.add(key)
    const { connection } = await context.write()
    const account = await connection.call('segments.account', {}, context.signal)
    const { allowHttp } = account
    const baseUrl = context.option('base-url') ?? account.baseUrl
    const who = context.flag('no-check')
      ? null
      : await connection.call('segments.check', { draft: { baseUrl, allowHttp, key } }, context.signal)
    if (baseUrl !== account.baseUrl)
      await connection.call('settings.set', { segments: { baseUrl } }, context.signal)
    const state = await connection.call('secrets.setSegmentsKey', { key, keep }, context.signal)
    const lines = [
      ...(who ? [`signed in as ${printable(who.username)} at ${printable(baseUrl)}`] : []),
      `key ${keyStateText(state)}`,
    ]
    return { json: { baseUrl, key: state, who }, text: lines.join('\n') }
  },
}

export const segmentsLogout: Command = {
  name: 'segments logout',
  summary: 'forget the API key for Segments.ai',
  usage: '',
  details: [
    'Only the one that was given to Tessera for this server; at Segments.ai it stays valid. What was published there, and what is known of it here, stays.',
  ],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.write()
    const state = await connection.call('secrets.clearSegmentsKey', {}, context.signal)
    const stays = state.source === 'none' ? '' : `; the key ${keyStateText(state)} stays`
    return { json: { key: state }, text: `forgotten${stays}` }
  },
}

export const segmentsStatus: Command = {
  name: 'segments status',
  summary: 'say how Segments.ai is reached, with whose key, and which dataset the library is linked to',
  usage: '[--check]',
  details: [`${keyPlace} Of it only its place and its last four characters are shown.`],
  options: { check: { type: 'boolean', help: 'also ask the server who the key belongs to' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const account = await connection.call('segments.account', {}, context.signal)
    const who = context.flag('check') ? await connection.call('segments.check', {}, context.signal) : null
    const { link, known } = await connection.call('segments.status', {}, context.signal)
    const [owner, name] = link?.dataset.split('/') ?? []
    const dataset = link && { name, owner, ...link, samples: known.samples, syncedAt: known.syncedAt }
    const last = known.syncedAt === null ? 'never' : clockTime(known.syncedAt)
    const problem = account.problem ?? account.route.problem
    const lines = [
      `server  ${printable(account.baseUrl)}`,
      `key     ${keyStateText(account.key)}`,
      `route   ${routeText(account.route)}`,
      ...(problem ? [`problem ${problem.message} [${problem.code}]`] : []),
      ...(who ? [`signed in as ${printable(who.username)}`] : []),
      ...(dataset
        ? [
            `dataset ${printable(name!)}${dataset.create ? ' (the first publishing makes it)' : ''}`,
            `owner   ${printable(owner!)}`,
            `task    ${printable(dataset.taskType === null ? 'not known yet' : dataset.taskType || 'none')}`,
            `synced  ${last}, ${count(known.samples, 'sample')} on both sides`,
          ]
        : ['dataset none is linked']),
    ]
    return { json: { ...account, who, dataset }, text: lines.join('\n') }
  },
}
