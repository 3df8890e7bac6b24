import type { HostOutput } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { keyStateText } from './config-get.ts'
import { byteSize, count, printable } from './words.ts'

export const account: Command = {
  name: 'account',
  summary: 'say where versions go, with whose key, and how the server is reached',
  usage: '[--check]',
  details: [
    'The key is the first of: WANDB_API_KEY (for the server of WANDB_BASE_URL, else api.wandb.ai), the one given for this server ("config set wandb.api-key -"), the entry of netrc. Of it only its place and its last four characters are shown. The server is reached by the proxy of network.proxy, else as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, and trusted by the usual authorities beside those of network.ca-file and NODE_EXTRA_CA_CERTS.',
  ],
  options: { check: { type: 'boolean', help: 'also ask the server who the key belongs to' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const { settings, wandbKey, route } = await connection.call('settings.get', {}, context.signal)
    const { baseUrl, entity, project } = settings.wandb
    const who = context.flag('check') ? await connection.call('wandb.check', {}, context.signal) : null
    const isSet = entity !== '' && project !== ''
    const lines = [
      `server   ${printable(baseUrl)}`,
      `project  ${isSet ? printable(`${entity}/${project}`) : 'not set'}`,
      `key      ${keyStateText(wandbKey)}`,
      `route    ${routeText(route)}`,
      ...(route.problem ? [`problem  ${route.problem.message} [${route.problem.code}]`] : []),
      ...(who ? [`signed in as ${printable(who.username)}`] : []),
    ]
    return { json: { baseUrl, entity, project, key: wandbKey, route, who }, text: lines.join('\n') }
  },
}

export function routeText({
  proxy,
  proxyFrom,
  authorities,
  authoritiesFrom,
}: HostOutput<'settings.get'>['route']) {
  const way = proxy === null ? 'direct' : `by ${printable(proxy)} (${proxyFrom})`
  return authorities === 0
    ? way
    : `${way}, trusting ${count(authorities, 'authority', 'authorities')} more (${authoritiesFrom})`
}

export const accountPlan: Command = {
  name: 'account plan',
  summary: 'say what a link to another place would send there',
  usage: '[--base-url URL] [--entity NAME] [--project NAME]',
  details: ['Asks no server: what was sent where is known from the receipts in the library.'],
  options: {
    'base-url': { type: 'string', value: 'URL', help: 'address of the server' },
    entity: { type: 'string', value: 'NAME', help: 'user or team' },
    project: { type: 'string', value: 'NAME', help: 'project' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const { wandb } = (await connection.call('settings.get', {}, context.signal)).settings
    const place = {
      baseUrl: context.option('base-url') ?? wandb.baseUrl,
      entity: context.option('entity') ?? wandb.entity,
      project: context.option('project') ?? wandb.project,
    }
    const plan = await connection.call('wandb.plan', place, context.signal)
    const { artifacts, files, bytes, isExact } = plan.owed
    const text = [
      `${printable(`${place.entity}/${place.project} at ${place.baseUrl}`)}${plan.isCurrent ? ' (linked)' : ''}`,
      `owed  ${count(artifacts, 'artifact')}, ${isExact ? '' : 'at most '}${count(files, 'file')}, ${byteSize(bytes)}`,
      `sent  ${count(plan.sent, 'artifact')}`,
      `key   ${plan.hasKey ? 'there is one for this server' : 'there is none for this server'}`,
    ]
    return { json: { ...place, ...plan }, text: text.join('\n') }
  },
}

export const accountUnlink: Command = {
  name: 'account unlink',
  summary: 'end the link to W&B; versions, labels and receipts stay',
  usage: '[--keep-key]',
  details: [
    'Nothing is sent any more, and the key that was given to Tessera for this server is forgotten. What W&B has stays there. Linked again to the same place, nothing is sent twice; another place is owed everything ("account plan").',
  ],
  options: { 'keep-key': { type: 'boolean', help: 'do not forget the key' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.write()
    const forgetKey = !context.flag('keep-key')
    const result = await connection.call('wandb.unlink', { forgetKey }, context.signal)
    const kept =
      result.keySource === 'none'
        ? ''
        : `; the key ${keyStateText({ source: result.keySource, last4: null })} stays`
    return { json: result, text: `unlinked, ${count(result.receipts, 'receipt')} kept${kept}` }
  },
}
