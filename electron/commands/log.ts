import type { OutboxEntry, Version } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { deliveryText } from './delivery-text.ts'
import { changesText, countsText } from './version-text.ts'
import { clockTime, printable } from './words.ts'

export const log: Command = {
  name: 'log',
  summary: 'list the versions, newest first',
  usage: '',
  details: ['Each with its artifacts and with what became of them: waiting, sent or parked.'],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const list = await connection.call('versions.list', {}, context.signal)
    const versions = [...list].sort((a, b) => b.number - a.number)
    const { entries } = await connection.call('sync.status', {}, context.signal)
    const text = versions.map((version) => describe(version, entries)).join('\n\n')
    return { json: { versions, deliveries: entries }, text: text || 'no version yet' }
  },
}

function describe(version: Version, entries: readonly OutboxEntry[]): string {
  const { id, number, author, createdAt, message, counts, changes, artifacts } = version
  return [
    `version ${number}  ${id.slice(0, 12)}  ${clockTime(createdAt)}  ${printable(author)}`,
    ...message.split('\n').map((line) => `    ${printable(line)}`),
    `  ${countsText(counts)} (${changesText(changes)})`,
    ...artifacts.map(({ role, index, digest }) => {
      const entry = entries.find((each) => each.version === id && each.role === role)
      return `  ${role} ${index}  ${digest}${entry ? `  ${deliveryText(entry.delivery)}` : ''}`
    }),
  ].join('\n')
}
