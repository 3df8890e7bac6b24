import { type GraphLayout, layoutGraph } from '../../shared/history/graph-layout.ts'
import { graphText } from '../../shared/history/graph-text.ts'
import type { OutboxEntry, Version } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { deliveryText } from './delivery-text.ts'
import { changesText, countsText } from './version-text.ts'
import { clockTime, printable } from './words.ts'

export const log: Command = {
  name: 'log',
  summary: 'list the versions, newest first',
  usage: '[--graph] [--tag TAG]',
  details: [
    'Each with the branches and aliases that stand on it, its tags (as #tag), its artifacts, and what became of them: waiting, sent or parked.',
  ],
  options: {
    tag: { type: 'string', value: 'TAG', help: 'only the versions that have this tag' },
    graph: { type: 'boolean', help: 'draw what came from what; the branch the library is on is at the left' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const { signal } = context
    const list = await connection.call('versions.list', {}, signal)
    const allTags = await connection.call('versionTags.list', {}, signal)
    const only = context.option('tag')
    const tagged = allTags.filter(({ tag }) => only === undefined || tag === only.trim().normalize('NFC'))
    const ids = new Set(tagged.map(({ version }) => version))
    const versions = list
      .filter(({ id }) => only === undefined || ids.has(id))
      .sort((a, b) => b.number - a.number)
    const tags = allTags.filter(({ version }) => versions.some(({ id }) => id === version))
    const branches = await connection.call('branches.list', {}, signal)
    const aliases = await connection.call('aliases.list', {}, signal)
    const { entries } = await connection.call('sync.status', {}, signal)
    const head = branches.find(({ isCurrent }) => isCurrent)?.version ?? null
    const layout = layoutGraph(versions, head)
    const refs = (id: string) => [
      ...[...branches, ...aliases].flatMap((ref) =>
        ref.version === id ? [`${'isCurrent' in ref && ref.isCurrent ? '*' : ''}${printable(ref.name)}`] : [],
      ),
      ...tags.flatMap(({ version, tag }) => (version === id ? [`#${printable(tag)}`] : [])),
    ]
    const described = versions.map((version) => describe(version, entries, refs(version.id)))
    const text = context.flag('graph')
      ? drawn(layout, described)
      : described.map((lines) => lines.join('\n')).join('\n\n')
    return {
      json: { versions, branches, aliases, tags, deliveries: entries, graph: layout },
      text: text || (list.length > 0 ? 'no version has that tag' : 'no version yet'),
    }
  },
}

function drawn(layout: GraphLayout, described: readonly (readonly string[])[]): string {
  const width = layout.width * 2
  return graphText(layout)
    .flatMap(({ first, below, joint }, i) => {
      const isLast = i === described.length - 1
      const lines = described[i]!.map((line, j) =>
        `${(j === 0 ? first : below).padEnd(width)} ${line}`.trimEnd(),
      )
      return [...lines, ...(isLast ? [] : [joint ?? below])]
    })
    .join('\n')
}

function describe(version: Version, entries: readonly OutboxEntry[], refs: readonly string[]): string[] {
  const { id, number, author, createdAt, message, counts, changes, artifacts } = version
  const names = refs.length > 0 ? `  (${refs.join(', ')})` : ''
  return [
    `version ${number}  ${id.slice(0, 12)}  ${clockTime(createdAt)}  ${printable(author)}${names}`,
    ...message.split('\n').map((line) => `    ${printable(line)}`),
    `  ${countsText(counts)} (${changesText(changes)})`,
    ...artifacts.map(({ role, index, digest }) => {
      const entry = entries.find((each) => each.version === id && each.role === role)
      return `  ${role} ${index}  ${digest ?? '(digest follows)'}${entry ? `  ${deliveryText(entry.delivery)}` : ''}`
    }),
  ]
}
