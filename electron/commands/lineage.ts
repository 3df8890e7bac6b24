import { findVersion } from '../../shared/history/version-name.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { versionNodeId } from '../../shared/lineage/build.ts'
import { lineageJson, lineageSvg, shortNumber } from '../../shared/lineage/export.ts'
import { type Lineage, nodeTitle, type ReleaseNode, shownKind } from '../../shared/lineage/graph.ts'
import { layoutLineage } from '../../shared/lineage/layout.ts'
import {
  aroundNode,
  bestMetric,
  indexLineage,
  type LineageIndex,
  partOf,
  trainedWith,
} from '../../shared/lineage/reach.ts'
import type { Command } from './command.ts'
import { replaceFile } from './output-file.ts'
import { clockTime, count, printable } from './words.ts'

export const lineage: Command = {
  name: 'lineage',
  summary: 'say which runs and models came of which version',
  usage: '[VERSION] [--look] [--svg FILE]',
  details: [
    'All that is known here: versions, what they were sent as, and what W&B said when it was last asked. With VERSION (a number, the beginning of an id, a branch, an alias, or "latest") what it comes from and leads to.',
    'With --look W&B is asked first; without it nothing goes over the network, and it works while another program has the library open. --json prints the graph as in docs/formats/lineage.md, --svg draws it. The same graph gives the same bytes.',
  ],
  options: {
    look: { type: 'boolean', help: 'ask W&B first; what it says is kept in the library' },
    svg: { type: 'string', value: 'FILE', help: 'draw the graph into an SVG file' },
  },
  positionals: [0, 1],
  needsLibrary: true,
  exits: { 1: 'W&B could not be asked to the end; what it said until then is kept and printed' },
  async run(context) {
    const { connection } = context.flag('look') ? await context.write() : await context.read()
    const asked = context.flag('look')
      ? await connection.call('lineage.look', { node: null }, context.signal)
      : null
    if (asked && asked.left > 0) context.say(`${count(asked.left, 'more thing')} to ask about; say it again.`)
    const { nodes, edges, lookedAt } = await connection.call('lineage.get', {}, context.signal)
    const whole = { nodes, edges }
    const [name] = context.positionals
    const part = name === undefined ? whole : await around(whole, name, connection, context.signal)
    const file = context.option('svg')
    if (file !== undefined) {
      const path = context.path(file)
      await replaceFile(path, new TextEncoder().encode(lineageSvg(part, layoutLineage(part), 'light')))
      context.say(`${count(part.nodes.length, 'node')} drawn into ${path}`)
    }
    if (asked?.error)
      context.say(`tessera: ${asked.error.message} [${asked.error.code}]\n  ${asked.error.remedy}`)
    const when = lookedAt === null ? 'W&B was never asked (--look)' : `as W&B said ${clockTime(lookedAt)}`
    return {
      json: JSON.parse(lineageJson(part)),
      text: [...describe(part), when].join('\n'),
      exit: asked?.error ? 1 : 0,
    }
  },
}

/** What a version comes from and leads to. */
async function around(
  whole: Lineage,
  name: string,
  connection: HostConnection,
  signal: AbortSignal,
): Promise<Lineage> {
  const versions = whole.nodes.flatMap((node) =>
    node.kind === 'version' ? [{ id: node.versionId, number: node.number }] : [],
  )
  const branches = await connection.call('branches.list', {}, signal)
  const aliases = await connection.call('aliases.list', {}, signal)
  const refs = [...branches, ...aliases].flatMap(({ name, version }) =>
    version === null ? [] : [{ name, version }],
  )
  const head = branches.find(({ isCurrent }) => isCurrent)?.version ?? null
  const { id } = findVersion(name, versions, refs, head)
  return partOf(whole, aroundNode(indexLineage(whole), versionNodeId(id), null))
}

function describe(graph: Lineage): string[] {
  const index = indexLineage(graph)
  const versions = graph.nodes.filter((node) => node.kind === 'version').sort((a, b) => b.number - a.number)
  return versions.flatMap((node) => {
    const { models, runs } = trainedWith(index, node.id)
    const titles = (ids: readonly string[]) =>
      ids.map((id) => printable(nodeTitle(index.node(id)!))).join(', ')
    const next = index.after(node.id)
    const sent = next.filter((id) => index.node(id)?.kind === 'artifact')
    const sources = index.before(node.id).filter((id) => index.node(id)?.kind === 'artifact')
    const releases = index.before(node.id).filter((id) => index.node(id)?.kind === 'release')
    const best = bestMetric(runs.map((id) => index.node(id)))
    const names = node.names.length > 0 ? ` (${node.names.map(printable).join(', ')})` : ''
    const known = `${count(runs.length, 'run')} used it, ${count(models.length, 'model')} trained with it`
    return [
      `v${node.number}${names}  ${known}${best ? `, best ${printable(best.name)} ${shortNumber(best.value)}` : ''}`,
      ...(sources.length > 0 ? [`  images from ${titles(sources)}`] : []),
      ...releases.map((id) => releaseLine(index.node(id) as ReleaseNode)),
      ...(sent.length > 0 ? [`  sent as ${titles(sent)}`] : []),
      ...runs.map((id) => runLine(index, id)),
    ]
  })
}

function releaseLine({ dataset, name, rawData }: ReleaseNode): string {
  const images = rawData === null ? '' : `, images from ${printable(rawData)}`
  return `  made of the release ${printable(name)} of ${printable(dataset)} at Segments.ai${images}`
}

function runLine(index: LineageIndex, id: string): string {
  const node = index.node(id)!
  const made = index.after(id).map((one) => {
    const artifact = index.node(one)!
    return `${printable(nodeTitle(artifact))}${shownKind(artifact) === 'model' ? ' (model)' : ''}`
  })
  const said =
    node.kind === 'run' ? [node.jobType, node.state].filter(Boolean).map((word) => printable(word!)) : []
  return `  ${printable(nodeTitle(node))}${said.length > 0 ? ` [${said.join(', ')}]` : ''}${made.length > 0 ? `: ${made.join(', ')}` : ''}`
}
