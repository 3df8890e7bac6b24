import { canonicalJson } from '../base/canonical-json.ts'
import { type Lineage, type LineageNode, nodeTitle, type ShownKind, shownKind } from './graph.ts'
import { drawing, type Layout, type Point } from './layout.ts'
import { bestMetric } from './reach.ts'

/** The graph as data: `docs/formats/lineage.md`. The same graph gives the same bytes. */
export function lineageJson({ nodes, edges }: Lineage): string {
  const content = { format: 'tessera-lineage', format_version: 1, nodes, edges }
  return `${canonicalJson(content)}\n`
}

export type DrawingTheme = 'light' | 'dark'
type Colors = { background: string; card: string; text: string; muted: string; line: string } & Record<
  ShownKind,
  string
>
const themes: Record<DrawingTheme, Colors> = {
  light: {
    background: '#ffffff',
    card: '#f8f9fa',
    text: '#1a1d20',
    muted: '#4d555c',
    line: '#7f8890',
    version: '#1b5e91',
    data: '#17693f',
    model: '#7a3e9d',
    run: '#7d5200',
    release: '#8c2f5b',
  },
  dark: {
    background: '#141618',
    card: '#22262a',
    text: '#e4e7ea',
    muted: '#a8b0b8',
    line: '#6f7a84',
    version: '#7fb6e6',
    data: '#63c192',
    model: '#c79be6',
    run: '#ddb055',
    release: '#e79abb',
  },
}
/** What stands over the name of a node: colour alone says nothing. */
export const kindWords: Record<ShownKind, string> = {
  version: 'Version',
  data: 'Artifact',
  model: 'Model',
  run: 'Run',
  release: 'Release',
}

/** A drawing of the graph as one SVG file without anything from elsewhere. The same graph gives the same bytes. */
export function lineageSvg(graph: Lineage, layout: Layout, theme: DrawingTheme, title = 'Lineage'): string {
  const colors = themes[theme]
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const { width, height } = layout
  const [w, h] = [Math.max(1, width), Math.max(1, height)]
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${w}" height="${h}" fill="${colors.background}"/>`,
    `<g fill="none" stroke="${colors.line}" stroke-width="1.5">`,
    ...layout.edges.map(
      ({ points, isBack }) => `<path d="${edgePath(points)}"${isBack ? ' stroke-dasharray="4 3"' : ''}/>`,
    ),
    '</g>',
    `<g fill="${colors.line}">`,
    ...layout.edges.map(({ points, isBack }) => `<path d="${arrowPath(points.at(-1)!, isBack)}"/>`),
    '</g>',
    ...layout.nodes.flatMap(({ id, x, y }) => {
      const node = byId.get(id)
      return node ? [box(node, x, y, colors)] : []
    }),
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

function box(node: LineageNode, x: number, y: number, colors: Colors): string {
  const kind = shownKind(node)
  const [small, name, more] = nodeLines(node)
  const text = (at: number, fill: string, size: number, words: string, room: number) =>
    `<text x="14" y="${at}" fill="${fill}" font-size="${size}">${escaped(shortened(words, room))}</text>`
  return [
    `<g transform="translate(${x} ${y})">`,
    `<title>${escaped(`${small}: ${nodeTitle(node)}`)}</title>`,
    `<rect width="${drawing.width}" height="${drawing.height}" rx="6" fill="${colors.card}" stroke="${colors.line}"/>`,
    `<rect width="5" height="${drawing.height}" rx="2" fill="${colors[kind]}"/>`,
    text(16, colors[kind], 10.5, small, 32),
    text(32, colors.text, 13, name, 27),
    text(48, colors.muted, 10.5, more, 33),
    '</g>',
  ].join('')
}

/** What a node says in three lines: what it is, its name, and what is most worth knowing. */
export function nodeLines(node: LineageNode): readonly [string, string, string] {
  const day = node.at === null ? '' : new Date(node.at).toISOString().slice(0, 10)
  const joined = (parts: readonly (string | null)[]) => parts.filter(Boolean).join(' · ')
  if (node.kind === 'version') {
    const names = node.names.length > 0 ? node.names.join(', ') : null
    const first = node.message.split('\n')[0]
    return [
      joined([kindWords.version, day]),
      joined([nodeTitle(node), names ?? first ?? null]),
      `${node.samples} images, ${node.objects} objects`,
    ]
  }
  if (node.kind === 'artifact') {
    const registry = node.links.find(({ isRegistry }) => isRegistry)
    const more = node.isGone
      ? 'deleted on the server'
      : registry
        ? `in ${registry.project}/${registry.collection}`
        : node.type
    return [
      joined([kindWords[shownKind(node)], day]),
      nodeTitle(node),
      joined([more, node.aliases.join(', ')]),
    ]
  }
  if (node.kind === 'release')
    return [joined([kindWords.release, day]), nodeTitle(node), joined(['Segments.ai', node.taskType])]
  const best = bestMetric([node])
  return [
    joined([kindWords.run, day]),
    nodeTitle(node),
    joined([node.jobType, node.state, best && `${best.name} ${shortNumber(best.value)}`]),
  ]
}

export const shortNumber = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)))

/** A curve through points that leaves and comes in level. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let d = `M${first.x} ${first.y}`
  let from = first
  for (const to of rest) {
    const middle = (from.x + to.x) / 2
    d += `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
    from = to
  }
  return d
}

/** A small triangle whose tip is at the end of an edge. */
export function arrowPath({ x, y }: Point, isBack: boolean): string {
  const tail = isBack ? x + 7 : x - 7
  return `M${x} ${y}L${tail} ${y - 4}V${y + 4}Z`
}

/** By characters as they are seen, so that none is cut in half. */
function shortened(text: string, most: number): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()]
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`
}

function escaped(text: string): string {
  // Control characters are no XML at all.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
  return clean.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
