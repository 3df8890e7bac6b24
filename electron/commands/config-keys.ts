import type { HostArgs, Settings } from '../../shared/host/host-api.ts'
import { UsageError } from './command.ts'

export const apiKey = 'wandb.api-key'

type SettingKey = {
  readonly help: string
  read(settings: Settings): string
  change(value: string): HostArgs<'settings.set'>
}

/** What `config` knows, by the name a person types. The API key is not among them: it is no setting. */
export const settingKeys: Readonly<Record<string, SettingKey>> = {
  author: {
    help: 'who commits',
    read: ({ author }) => author,
    change: (author) => ({ author }),
  },
  'wandb.base-url': {
    help: 'address of the W&B server',
    read: ({ wandb }) => wandb.baseUrl,
    change: (baseUrl) => ({ wandb: { baseUrl } }),
  },
  'wandb.entity': {
    help: 'user or team that the project belongs to',
    read: ({ wandb }) => wandb.entity,
    change: (entity) => ({ wandb: { entity } }),
  },
  'wandb.project': {
    help: 'project that versions are pushed to',
    read: ({ wandb }) => wandb.project,
    change: (project) => ({ wandb: { project } }),
  },
  'wandb.auto-push': {
    help: 'whether a window pushes by itself after a commit: on or off',
    read: ({ wandb }) => (wandb.autoPush ? 'on' : 'off'),
    change: (value) => ({ wandb: { autoPush: readSwitch('wandb.auto-push', value) } }),
  },
  'wandb.embed-images': {
    help: 'whether labeled data brings its images as bytes, not as references into raw data: on or off',
    read: ({ wandb }) => (wandb.embedImages ? 'on' : 'off'),
    change: (value) => ({ wandb: { embedImages: readSwitch('wandb.embed-images', value) } }),
  },
  'wandb.every': {
    help: 'how often a window also sends what waits: off, 15min, hour or day',
    read: ({ wandb }) => wandb.every,
    change: (value) => ({ wandb: { every: readEvery(value) } }),
  },
  'wandb.allow-http': {
    help: 'whether key and data may go unencrypted to a server that is not this computer: on or off',
    read: ({ wandb }) => (wandb.allowHttp ? 'on' : 'off'),
    change: (value) => ({ wandb: { allowHttp: readSwitch('wandb.allow-http', value) } }),
  },
  'segments.base-url': {
    help: 'address of the Segments.ai API',
    read: ({ segments }) => segments.baseUrl,
    change: (baseUrl) => ({ segments: { baseUrl } }),
  },
  'segments.allow-http': {
    help: 'the same as wandb.allow-http for Segments.ai: on or off',
    read: ({ segments }) => (segments.allowHttp ? 'on' : 'off'),
    change: (value) => ({ segments: { allowHttp: readSwitch('segments.allow-http', value) } }),
  },
  'network.proxy': {
    help: 'http://host:port, direct for none, empty for what the environment says; of this computer',
    read: ({ network }) => network.proxy,
    change: (proxy) => ({ network: { proxy } }),
  },
  'network.no-proxy': {
    help: 'hosts that are reached without the proxy, separated by commas; of this computer',
    read: ({ network }) => network.noProxy,
    change: (noProxy) => ({ network: { noProxy } }),
  },
  'network.ca-file': {
    help: 'PEM file of certificate authorities that are trusted too; of this computer',
    read: ({ network }) => network.caFile,
    change: (caFile) => ({ network: { caFile } }),
  },
}

export const keyList = [
  ...Object.entries(settingKeys).map(([key, { help }]) => `${key} (${help})`),
  `${apiKey} (never kept in the library)`,
].join(', ')

export function requireKey(key: string): SettingKey {
  const found = Object.hasOwn(settingKeys, key) ? settingKeys[key] : undefined
  if (found) return found
  throw new UsageError(
    `There is no setting "${key.slice(0, 60)}".`,
    `The settings are ${[...Object.keys(settingKeys), apiKey].join(', ')}.`,
  )
}

function readEvery(value: string): Settings['wandb']['every'] {
  const found = (['off', '15min', 'hour', 'day'] as const).find((each) => each === value)
  if (found) return found
  throw new UsageError('wandb.every is off, 15min, hour or day.', 'Say "config set wandb.every hour".')
}

function readSwitch(key: string, value: string): boolean {
  if (/^(on|true|yes|1)$/i.test(value)) return true
  if (/^(off|false|no|0)$/i.test(value)) return false
  throw new UsageError(`${key} is either on or off.`, `Say "config set ${key} off".`)
}
