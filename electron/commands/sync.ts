import { AppError } from '../../shared/base/app-error.ts'
import { findVersion } from '../../shared/history/version-name.ts'
import type { ArtifactRole, OutboxEntry, SyncStatus } from '../../shared/host/host-api.ts'
import { countStandings, type Standing, standingOf } from '../../shared/sync/standing.ts'
import { type Command, type CommandContext, type Outcome, UsageError } from './command.ts'
import { deliveryText } from './delivery-text.ts'
import { byteSize, clockTime, count, printable } from './words.ts'

const standings: Readonly<Record<Standing, string>> = {
  waiting: 'waiting',
  sending: 'sending',
  held: 'held',
  behind: 'behind',
  retry: 'retry',
  needs: 'needs you',
  aside: 'set aside',
  done: 'done',
}
const which = 'VERSION is a number, an alias or an id. ROLE is raw_data or labeled_data; both when left out.'

export const sync: Command = {
  name: 'sync',
  summary: 'say what was sent to W&B, what waits and why',
  usage: '[--all]',
  details: [
    'States: waiting, sending, held (sending is paused), behind (after one before it), retry (at its time), needs you, set aside, done.',
  ],
  options: { all: { type: 'boolean', help: 'also list what was sent' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const status = await connection.call('sync.status', {}, context.signal)
    const { settings } = await connection.call('settings.get', {}, context.signal)
    const counts = countStandings(status, Date.now())
    const { baseUrl, entity, project } = settings.wandb
    const place = status.configured ? `${entity}/${project} at ${baseUrl}` : 'not set up'
    const shown = status.entries.filter((entry) => context.flag('all') || entry.delivery.kind !== 'sent')
    const lines = [
      `W&B      ${printable(place)}${status.paused ? ', sending is held' : ''}`,
      `outbox   ${summary(counts)}`,
      ...shown.map((entry) => line(entry, status)),
    ]
    const { configured, paused, online, entries } = status
    const withStates = entries.map((entry) => ({ ...entry, standing: standingOf(entry, paused, Date.now()) }))
    return { json: { configured, paused, online, counts, entries: withStates }, text: lines.join('\n') }
  },
}

function summary(counts: Readonly<Record<Standing, number>>): string {
  const said = (Object.keys(standings) as Standing[]).filter((standing) => counts[standing] > 0)
  return said.map((standing) => `${counts[standing]} ${standings[standing]}`).join(', ') || 'empty'
}

function line(entry: OutboxEntry, { paused }: SyncStatus): string {
  const standing = standings[standingOf(entry, paused, Date.now())]
  const size = `${count(entry.files, 'file')}, ${byteSize(entry.bytes)}`
  return `  v${entry.versionNumber} ${entry.role.padEnd(12)} ${standing.padEnd(9)} ${size}  ${printable(deliveryText(entry.delivery))}`
}

export const syncRetry: Command = {
  name: 'sync retry',
  summary: 'let what is parked, set aside or waiting for its time go with the next push',
  usage: '[VERSION [ROLE]]',
  details: [`Without VERSION: all that could not be sent. ${which} "push" then sends it.`],
  options: {},
  positionals: [0, 2],
  needsLibrary: true,
  run: (context) =>
    change(context, 'sync.retry', ({ delivery }) => delivery.kind === 'parked' || isDelayed(delivery)),
}

export const syncPark: Command = {
  name: 'sync park',
  summary: 'set aside what is to be sent, until "sync retry"',
  usage: 'VERSION [ROLE]',
  details: [`${which} What comes after it waits too: versions go in their order.`],
  options: {},
  positionals: [1, 2],
  needsLibrary: true,
  run: (context) => change(context, 'sync.park', ({ delivery }) => delivery.kind !== 'sent'),
}

const isDelayed = (delivery: OutboxEntry['delivery']) =>
  delivery.kind === 'waiting' && delivery.lastError !== null

async function change(
  context: CommandContext,
  method: 'sync.retry' | 'sync.park',
  isMeant: (entry: OutboxEntry) => boolean,
): Promise<Outcome> {
  const [text, role] = context.positionals
  if (role !== undefined && role !== 'raw_data' && role !== 'labeled_data') {
    throw new UsageError(`There is no artifact "${printable(role).slice(0, 40)}".`, which)
  }
  const { connection } = await context.write()
  const { entries } = await connection.call('sync.status', {}, context.signal)
  const version = text === undefined ? null : await versionOf(context, connection, text)
  const meant = entries.filter(
    (entry) =>
      isMeant(entry) &&
      (version === null || entry.version === version) &&
      (role === undefined || entry.role === (role as ArtifactRole)),
  )
  if (version !== null && meant.length === 0) {
    throw new AppError('NOT_FOUND', 'There is nothing of that version to do this with.', {
      remedy: 'See "tessera sync --all".',
    })
  }
  let status = await connection.call('sync.status', {}, context.signal)
  for (const { version: id, role: its } of meant)
    status = await connection.call(method, { version: id, role: its }, context.signal)
  const isChanged = (entry: OutboxEntry) =>
    meant.some((one) => one.version === entry.version && one.role === entry.role)
  const after = status.entries.filter(isChanged)
  return {
    json: { changed: after },
    text: after.map((entry) => line(entry, status).trim()).join('\n') || 'nothing to do',
  }
}

async function versionOf(
  { signal }: CommandContext,
  connection: Awaited<ReturnType<CommandContext['write']>>['connection'],
  text: string,
): Promise<string> {
  const versions = await connection.call('versions.list', {}, signal)
  const aliases = await connection.call('aliases.list', {}, signal)
  return findVersion(
    text,
    versions,
    aliases.map((alias) => ({ ...alias, kind: 'alias' as const })),
    versions.at(-1)?.id ?? null,
  ).id
}

export const syncLog: Command = {
  name: 'sync log',
  summary: 'say what happened when versions were sent',
  usage: '[--limit N] [--problems]',
  details: ['The log is kept on this computer, about a megabyte of it, and holds no key.'],
  options: {
    limit: { type: 'string', value: 'N', help: 'the last N lines (100 unless told otherwise)' },
    problems: { type: 'boolean', help: 'only what went wrong' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const limit = Number(context.option('limit') ?? 100)
    if (!Number.isInteger(limit) || limit < 1 || limit > 5000) {
      throw new UsageError('--limit is a number from 1 to 5000.')
    }
    const { connection } = await context.read()
    const found = await connection.call('sync.log', { limit: 5000 }, context.signal)
    const lines = found.lines
      .filter(({ kind }) => !context.flag('problems') || kind === 'problem')
      .slice(-limit)
    const text = lines.map(({ at, text, code, files, bytes, ms, times }) => {
      const facts = [
        ...(files !== undefined ? [count(files, 'file')] : []),
        ...(bytes !== undefined ? [byteSize(bytes)] : []),
        ...(ms !== undefined ? [`${(ms / 1000).toFixed(1)} s`] : []),
        ...(times > 1 ? [count(times, 'time')] : []),
      ]
      return `${clockTime(at)}  ${printable(text)}${code ? ` [${code}]` : ''}${facts.length > 0 ? `  (${facts.join(', ')})` : ''}`
    })
    return { json: { lines }, text: text.join('\n') || 'nothing happened yet' }
  },
}
