import { byText, type Lineage, type LineageEdge, type LineageNode, nodeTitle, shownKind } from './graph.ts'

/** Questions about a graph. Ids that are not in it lead nowhere. */
export type LineageIndex = {
  node(id: string): LineageNode | undefined
  /** Nodes that a node comes from, or leads to, in one order. */
  before(id: string): readonly string[]
  after(id: string): readonly string[]
  /** The edges of both ways between two nodes. */
  edgesOf(id: string): readonly LineageEdge[]
}

export function indexLineage({ nodes, edges }: Lineage): LineageIndex {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()]
  const touching = new Map<string, LineageEdge[]>()
  const add = <T>(map: Map<string, T[]>, key: string, value: T) => {
    const list = map.get(key)
    if (!list) map.set(key, [value])
    else if (!list.includes(value)) list.push(value)
  }
  for (const edge of edges) {
    if (!byId.has(edge.from) || !byId.has(edge.to)) continue
    add(after, edge.from, edge.to)
    add(before, edge.to, edge.from)
    add(touching, edge.from, edge)
    add(touching, edge.to, edge)
  }
  for (const list of [...before.values(), ...after.values()]) list.sort(byText)
  return {
    node: (id) => byId.get(id),
    before: (id) => before.get(id) ?? [],
    after: (id) => after.get(id) ?? [],
    edgesOf: (id) => touching.get(id) ?? [],
  }
}

/** The part of a graph that has these nodes, with the edges between them. */
export function partOf({ nodes, edges }: Lineage, ids: ReadonlySet<string>): Lineage {
  return {
    nodes: nodes.filter(({ id }) => ids.has(id)),
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  }
}

/**
 * What a node comes from and what it leads to, at most `steps` edges each way; never round a corner, so that what else came
 * from the same origin is left out. `steps` null: all of it.
 */
export function aroundNode(index: LineageIndex, id: string, steps: number | null): Set<string> {
  const found = new Set([id])
  for (const next of [index.before, index.after]) {
    let edge = [id]
    const seen = new Set(edge)
    for (let i = 0; edge.length > 0 && (steps === null || i < steps); i++) {
      edge = edge.flatMap((one) => next(one).filter((other) => !seen.has(other) && seen.add(other)))
    }
    for (const one of seen) found.add(one)
  }
  return found
}

/** What was trained with a version of the data. */
export type Trained = {
  /** Models that a run made which had read the version, or something made from it. Nearest first. */
  readonly models: readonly string[]
  /** Runs that had read it and were not part of sending it. */
  readonly runs: readonly string[]
  /** Everything on the ways from the version to the models. */
  readonly way: ReadonlySet<string>
}

/** Later versions of the data are other data: what they led to is not counted. */
export function trainedWith(index: LineageIndex, versionId: string): Trained {
  const from = new Map<string, string[]>([[versionId, []]])
  const order = [versionId]
  const at = (id: string) => index.node(id)!
  for (let i = 0; i < order.length; i++) {
    const id = order[i]!
    for (const next of index.after(id)) {
      const node = at(next)
      if (node.kind === 'version') continue
      // The run that sent labels has read the images; what it made is the version itself again.
      if (node.kind === 'run' && node.isFromHere) continue
      // Labels that others made from the same images are another version too.
      if (node.kind === 'artifact' && node.type === 'labeled_dataset' && id !== versionId) continue
      const ways = from.get(next)
      if (ways) ways.push(id)
      else {
        from.set(next, [id])
        order.push(next)
      }
    }
  }
  const models = order.filter((id) => shownKind(at(id)) === 'model')
  const way = new Set<string>()
  const open = [...models]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (way.has(id)) continue
    way.add(id)
    open.push(...(from.get(id) ?? []))
  }
  way.add(versionId)
  return { models, runs: order.filter((id) => at(id).kind === 'run'), way }
}

/** Versions of this library whose data is in a node: itself, what an artifact was sent from, what a run read, what made a model. */
export function dataOf(index: LineageIndex, id: string): string[] {
  const seen = new Set<string>()
  const found: string[] = []
  let edge = [id]
  while (edge.length > 0 && found.length === 0) {
    const next: string[] = []
    for (const one of edge) {
      if (seen.has(one)) continue
      seen.add(one)
      if (index.node(one)?.kind === 'version') found.push(one)
      else next.push(...index.before(one))
    }
    edge = next
  }
  const numberOf = (one: string) => {
    const node = index.node(one)
    return node?.kind === 'version' ? node.number : 0
  }
  return found.sort((a, b) => numberOf(b) - numberOf(a))
}

/** Names of metrics of which more is better, the one that says most first. */
const telling = ['miou', 'iou', 'map', 'dice', 'f1', 'accuracy', 'acc']

/** The best value among runs of the metric that says most, by the name it has there; null when none has one. */
export function bestMetric(
  nodes: readonly (LineageNode | undefined)[],
): { name: string; value: number } | null {
  const metrics = nodes.flatMap((node) => (node?.kind === 'run' ? node.metrics : []))
  for (const word of telling) {
    const fits = metrics.filter(([name]) =>
      name
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .includes(word),
    )
    const best = fits.sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))[0]
    if (best) return { name: best[0], value: best[1] }
  }
  return null
}

/** Whether a node is what somebody looks for: words in its title, its type, its project or its names, in any case. */
export function fitsWords(node: LineageNode, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return false
  const said =
    node.kind === 'version'
      ? [node.message, node.author, ...node.names]
      : node.kind === 'artifact'
        ? [
            node.type,
            node.entity,
            node.project,
            ...node.aliases,
            ...node.tags,
            ...node.links.map((one) => one.collection),
          ]
        : node.kind === 'release'
          ? [node.taskType, node.rawData ?? '']
          : [node.name, node.jobType ?? '', node.entity, node.project, node.user ?? '', node.state ?? '']
  const all = [nodeTitle(node), ...said].join('\n').toLowerCase()
  return words.every((word) => all.includes(word))
}
