import { sideRank } from './boundary.ts'
import { colourPlanes, PLANE_SCALE } from './colour.ts'
import { clampCount, nodeAt, nodeUnder } from './cut.ts'
import { endLeaf, firstLeaf, type Hierarchy, type RgbaImage } from './hierarchy.ts'
import { FlowNetwork } from './min-cut.ts'
import { type LeafRanges, noLeaves, rangeOfNode, unionRanges } from './selection.ts'

/** Whole pixels; `x1` and `y1` are exclusive. May reach beyond the image. */
export type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/** The colours of a part of an image, perhaps made smaller: a sample stands for `step` × `step` pixels from (x0, y0) on. */
export type ColourWindow = {
  readonly x0: number
  readonly y0: number
  readonly step: number
  readonly image: RgbaImage
}

/** What a person has said about the cell that holds a pixel: it belongs to the object or it does not. */
export type Seed = { readonly pixel: number; readonly adds: boolean }

/** Cells in the box: enough to follow an outline, few enough to be compared each with each. */
const CELLS = 250
/** The background is learnt from a margin of this share of the box, and of some pixels at least. */
const MARGIN = 0.2
const LEAST_MARGIN = 6
/** Cells at most: where those of the margin are much smaller than those of the box, all are taken larger. */
const MOST_CELLS = 800
/** Width of the kernel that spreads a cell's colour, in CIELAB units with lightness × 0.6. */
const SPREAD = 4
/** Share of a colour that nobody has seen, so that no ratio is infinite; and what a ratio can say at most, as a logarithm. */
const UNSEEN = 0.02
const MOST_SAID = 4
/** What an outline costs a pixel side where nothing in the image asks for one, and how soon a border makes it cheap. */
const SIDE_COST = 3
const BORDER_HALF = 7.5
/** Learning colours and cutting in turn ends by itself, mostly before this. */
const ROUNDS = 3

/** What surrounds the box, `x1` and `y1` exclusive, clipped to the image: the colours that `prepareProposal` asks for. */
export function proposalWindow(box: Box, image: { readonly width: number; readonly height: number }): Box {
  const [mx, my] = [box.x1 - box.x0, box.y1 - box.y0].map((side) =>
    Math.max(LEAST_MARGIN, Math.round(side * MARGIN)),
  )
  return {
    x0: Math.max(0, box.x0 - mx!),
    y0: Math.max(0, box.y0 - my!),
    x1: Math.min(image.width, box.x1 + mx!),
    y1: Math.min(image.height, box.y1 + my!),
  }
}

/**
 * The object inside of a box, as superpixels: cells of the level that has about 250 in the box are parted in two by the
 * cheapest cut of their neighbourhoods, between what looks like the inside and what looks like the rim around the box.
 * After Rother, Kolmogorov and Blake, "GrabCut", 2004, with cells for pixels, kernels for mixtures, and the hierarchy's
 * own borders for contrast. Made once per box; `cut` is then some milliseconds for every change of the seeds.
 */
export type Proposal = {
  /** Cells are taken whole. Seeds always win; the last one of a cell counts. Empty when the box holds nothing. */
  cut(seeds: readonly Seed[]): LeafRanges
}

export function prepareProposal(h: Hierarchy, box: Box, colours: ColourWindow): Proposal {
  const clipped = clip(box, h)
  if (!clipped) return { cut: (seeds) => addedBySeeds(h, seeds, 1) }
  const cells = cellsAround(h, clipped, colours)
  const area = (clipped.x1 - clipped.x0) * (clipped.y1 - clipped.y0)
  const weights = sideWeights(h, cells, area)
  const kernel = likeness(cells)
  return {
    cut(seeds) {
      const said = cells.said.slice()
      const far: Seed[] = []
      for (const seed of seeds) {
        const cell = cells.numberOf.get(nodeUnder(h, seed.pixel, cells.count))
        if (cell === undefined) far.push(seed)
        else said[cell] = seed.adds ? INSIDE : OUTSIDE
      }
      const inside = partCells(cells, said, weights, kernel, area)
      const nodes: number[] = []
      cells.nodes.forEach((node, cell) => {
        if (inside[cell]) nodes.push(node)
      })
      return unionRanges(rangesOf(h, nodes), addedBySeeds(h, far, cells.count))
    },
  }
}

const OPEN = 0
const INSIDE = 1
const OUTSIDE = 2

type Cells = {
  /** The level they are of. */
  readonly count: number
  readonly nodes: readonly number[]
  readonly numberOf: ReadonlyMap<number, number>
  /** Pixels of each in the window. */
  readonly areas: Float64Array
  /** Mean colour, three numbers a cell, in plane units. */
  readonly colours: Float64Array
  /** Pixel sides between two cells by `low * nodes.length + high`. */
  readonly sides: ReadonlyMap<number, number>
  /** `OUTSIDE` for those that lie with more than half of their pixels beside the box. */
  readonly said: Uint8Array
  /** Of the object to begin with: wholly in the box. */
  readonly first: Uint8Array
}

function clip(box: Box, { width, height }: { width: number; height: number }): Box | null {
  const clipped = {
    x0: Math.max(0, Math.floor(box.x0)),
    y0: Math.max(0, Math.floor(box.y0)),
    x1: Math.min(width, Math.ceil(box.x1)),
    y1: Math.min(height, Math.ceil(box.y1)),
  }
  return clipped.x0 < clipped.x1 && clipped.y0 < clipped.y1 ? clipped : null
}

function cellsAround(h: Hierarchy, box: Box, colours: ColourWindow): Cells {
  const window = proposalWindow(box, h)
  const planes = colourPlanes(colours.image)
  const share = (h.width * h.height) / ((box.x1 - box.x0) * (box.y1 - box.y0))
  for (let wanted = CELLS * share; ; wanted *= 0.6) {
    const count = clampCount(h, wanted)
    const cells = gather(h, count, box, window, colours, planes)
    if (cells.nodes.length <= MOST_CELLS || count <= 2) return cells
  }
}

function gather(
  h: Hierarchy,
  count: number,
  box: Box,
  window: Box,
  colours: ColourWindow,
  planes: ReturnType<typeof colourPlanes>,
): Cells {
  const nodes: number[] = []
  const numberOf = new Map<number, number>()
  const areas: number[] = []
  const inBox: number[] = []
  const sums: number[] = []
  const columns = window.x1 - window.x0
  // The cell of each leaf met so far, and of the pixels of two rows.
  const cellOfLeaf = new Map<number, number>()
  let above = new Int32Array(columns)
  let row = new Int32Array(columns)
  const pairs: [number, number][] = []
  let lastLeaf = -1
  let lastCell = -1
  const cellOf = (leaf: number): number => {
    const known = cellOfLeaf.get(leaf)
    if (known !== undefined) return known
    const node = nodeAt(h, leaf, count)
    let cell = numberOf.get(node)
    if (cell === undefined) {
      cell = nodes.length
      numberOf.set(node, cell)
      nodes.push(node)
      areas.push(0)
      inBox.push(0)
      sums.push(0, 0, 0)
    }
    cellOfLeaf.set(leaf, cell)
    return cell
  }
  for (let y = window.y0; y < window.y1; y++) {
    const sampleRow = clampTo(Math.floor((y - colours.y0) / colours.step), colours.image.height)
    const isRow = y >= box.y0 && y < box.y1
    for (let x = window.x0, i = 0; x < window.x1; x++, i++) {
      const leaf = h.leaf[y * h.width + x]!
      if (leaf !== lastLeaf) {
        lastLeaf = leaf
        lastCell = cellOf(leaf)
      }
      const cell = lastCell
      row[i] = cell
      areas[cell]!++
      if (isRow && x >= box.x0 && x < box.x1) inBox[cell]!++
      const sample =
        sampleRow * colours.image.width +
        clampTo(Math.floor((x - colours.x0) / colours.step), colours.image.width)
      sums[3 * cell]! += planes[0][sample]!
      sums[3 * cell + 1]! += planes[1][sample]!
      sums[3 * cell + 2]! += planes[2][sample]!
      if (i > 0 && row[i - 1] !== cell) pairs.push([row[i - 1]!, cell])
      if (y > window.y0 && above[i] !== cell) pairs.push([above[i]!, cell])
    }
    ;[above, row] = [row, above]
  }
  const n = nodes.length
  const sides = new Map<number, number>()
  for (const [a, b] of pairs) {
    const key = Math.min(a, b) * n + Math.max(a, b)
    sides.set(key, (sides.get(key) ?? 0) + 1)
  }
  const wholeAreas = nodes.map((node) => areaOf(h, node))
  return {
    count,
    nodes,
    numberOf,
    areas: Float64Array.from(areas),
    colours: Float64Array.from(sums, (sum, i) => sum / areas[Math.floor(i / 3)]!),
    sides,
    said: Uint8Array.from(nodes, (_, cell) => (inBox[cell]! < wholeAreas[cell]! / 2 ? OUTSIDE : OPEN)),
    first: Uint8Array.from(nodes, (_, cell) => (inBox[cell] === wholeAreas[cell] ? 1 : 0)),
  }
}

/** What parting two neighbours costs: less the longer the border between them lasts as superpixels grow. */
function sideWeights(h: Hierarchy, { sides, nodes }: Cells, boxArea: number): ReadonlyMap<number, number> {
  const half = (BORDER_HALF * h.width * h.height) / boxArea
  const weights = new Map<number, number>()
  for (const [key, length] of sides) {
    const a = nodes[Math.floor(key / nodes.length)]!
    const b = nodes[key % nodes.length]!
    // The border is there in all partitions into this many superpixels or more.
    const lasts = h.leafCount - sideRank(h, firstLeaf(h, a), firstLeaf(h, b)) + 1
    weights.set(key, SIDE_COST * length * (lasts / (lasts + half)))
  }
  return weights
}

/** How much two cells' colours say of each other, 0 … 1, n × n numbers. */
function likeness({ colours, nodes }: Cells): Float64Array {
  const n = nodes.length
  const kernel = new Float64Array(n * n)
  const scale = 1 / (2 * (SPREAD * PLANE_SCALE) ** 2)
  for (let a = 0; a < n; a++) {
    kernel[a * n + a] = 1
    for (let b = 0; b < a; b++) {
      let squared = 0
      for (let k = 0; k < 3; k++) squared += (colours[3 * a + k]! - colours[3 * b + k]!) ** 2
      kernel[a * n + b] = kernel[b * n + a] = Math.exp(-squared * scale)
    }
  }
  return kernel
}

function partCells(
  cells: Cells,
  said: Uint8Array,
  weights: ReadonlyMap<number, number>,
  kernel: Float64Array,
  boxArea: number,
): Uint8Array {
  const { areas, nodes } = cells
  const n = nodes.length
  // A cell says as much as its area in cells of the usual size's outline.
  const unit = Math.sqrt(boxArea / CELLS)
  let inside = Uint8Array.from(cells.first, (first, cell) =>
    said[cell] === OPEN ? first : said[cell] === INSIDE ? 1 : 0,
  )
  for (let round = 0; round < ROUNDS; round++) {
    let insideArea = 0
    let outsideArea = 0
    for (let cell = 0; cell < n; cell++) {
      if (inside[cell]) insideArea += areas[cell]!
      else outsideArea += areas[cell]!
    }
    if (insideArea === 0 || outsideArea === 0) return inside
    const network = new FlowNetwork(n + 2)
    const [source, sink] = [n, n + 1]
    for (let cell = 0; cell < n; cell++) {
      if (said[cell] === INSIDE) network.connect(source, cell, Number.POSITIVE_INFINITY)
      else if (said[cell] === OUTSIDE) network.connect(cell, sink, Number.POSITIVE_INFINITY)
      else {
        // Without what the cell says of itself, or every cell would stay where it is.
        let like = inside[cell] ? -areas[cell]! : 0
        let unlike = inside[cell] ? 0 : -areas[cell]!
        for (let other = 0; other < n; other++) {
          const seen = kernel[cell * n + other]! * areas[other]!
          if (inside[other]) like += seen
          else unlike += seen
        }
        const ratio = Math.log((like / insideArea + UNSEEN) / (unlike / outsideArea + UNSEEN))
        const says = (Math.max(-MOST_SAID, Math.min(MOST_SAID, ratio)) * areas[cell]!) / unit
        if (says > 0) network.connect(source, cell, says)
        else network.connect(cell, sink, -says)
      }
    }
    for (const [key, weight] of weights) network.connect(Math.floor(key / n), key % n, weight, weight)
    const next = network.cut(source, sink).subarray(0, n)
    const isSame = next.every((side, cell) => side === inside[cell])
    // A cut that takes nothing is no proposal: what lies wholly in the box is a better one.
    if (isSame || !next.includes(1)) return inside
    inside = next.slice()
  }
  return inside
}

function addedBySeeds(h: Hierarchy, seeds: readonly Seed[], count: number): LeafRanges {
  const state = new Map<number, boolean>()
  for (const { pixel, adds } of seeds) state.set(nodeUnder(h, pixel, count), adds)
  return rangesOf(
    h,
    [...state].flatMap(([node, adds]) => (adds ? [node] : [])),
  )
}

function rangesOf(h: Hierarchy, nodes: readonly number[]): LeafRanges {
  return nodes.reduce((ranges, node) => unionRanges(ranges, rangeOfNode(h, node)), noLeaves)
}

function areaOf(h: Hierarchy, node: number): number {
  let area = 0
  const end = 2 * h.runStart[endLeaf(h, node)]!
  for (let i = 2 * h.runStart[firstLeaf(h, node)]!; i < end; i += 2) area += h.runs[i + 1]!
  return area
}

function clampTo(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value))
}
