import { AppError } from '../base/app-error.ts'
import { baseRegions } from './base-regions.ts'
import { blur, GRADIENT_BLUR, LIGHT_BLUR } from './blur.ts'
import { colourPlanes, type Planes } from './colour.ts'
import { type Gradients, gridGradients, gridRegions, type Regions } from './grid.ts'
import type { Hierarchy, RgbaImage } from './hierarchy.ts'
import { leafRuns, numberLeaves } from './leaves.ts'
import { mergeTree } from './merge-tree.ts'
import { type BuildOptions, type Checkpoint, progressOf } from './progress.ts'
import { enlarged, reducedCopy, reductionFor } from './reduction.ts'
import { type RegionGraph, regionGraph, regionNodes } from './region-graph.ts'

/** Changes whenever the same image would give another tree. */
export const ENGINE = 'tessera-merge-tree 1'

/** What a Worker can hold beside the image: about 1.3 GB while it builds. */
const MOST_PIXELS = 32_000_000

/**
 * Superpixels of every size over `image`. Only integers, 32- and 64-bit floats under + - * / and square root, and fixed
 * orders are used: the same pixels give the same tree on every machine. Transparent pixels are seen over mid grey.
 *
 * An image above `mostPixels` gets superpixels whose borders lie on blocks of a few pixels; the brush is there for the rest.
 * Takes time and memory in proportion to the pixels (about 40 bytes each at the peak, 7 to 10 kept). Throws AppError
 * `CANCELLED` when `shouldStop` answers true, `BAD_REQUEST` for an image without pixels or with too few bytes.
 */
export function buildHierarchy(image: RgbaImage, options: BuildOptions = {}): Hierarchy {
  const { width, height } = image
  const pixelCount = width * height
  if (!(pixelCount > 0) || image.data.length !== 4 * pixelCount) {
    throw new AppError('BAD_REQUEST', `An image of ${width} × ${height} pixels cannot be divided.`, {
      remedy: 'Check that the image is whole.',
    })
  }
  const factor = reductionFor(width, height, options.mostPixels ?? MOST_PIXELS)
  if (factor === 1) return buildWhole(image, options)
  return enlarged(buildWhole(reducedCopy(image, factor), options), width, height, factor)
}

function buildWhole(image: RgbaImage, options: BuildOptions): Hierarchy {
  const { width, height } = image
  const pixelCount = width * height
  const stage = progressOf(options)
  const { regions, graph: gridGraph } = gridStage(image, stage)
  const { ofNode, graph } = baseRegions(gridGraph, pixelCount, stage(0.6, 0.8))
  const leafCount = graph.count
  const { parent, lo, hi, leafNumber } = numberLeaves(mergeTree(graph, stage(0.8, 0.95)))
  const leaf = regions.label
  for (let p = 0; p < pixelCount; p++) leaf[p] = leafNumber[ofNode[leaf[p]!]!]!
  const { runStart, runs } = leafRuns(leaf, width, leafCount)
  stage(0.95, 1)(1)
  return { width, height, engine: ENGINE, leafCount, leaf, parent, lo, hi, runStart, runs }
}

/** From pixels to the first graph. A function of its own, so that the planes are free before the graph rounds begin. */
function gridStage(
  image: RgbaImage,
  stage: (from: number, to: number) => Checkpoint,
): { regions: Regions; graph: RegionGraph } {
  const { width, height } = image
  const planes = colourPlanes(image)
  stage(0, 0.15)(1)
  for (const plane of planes) blur(plane, width, height, LIGHT_BLUR)
  const gradients = gradientsOf(planes, width, height)
  stage(0.15, 0.25)(1)
  const { regions, nodes } = regionsOf(planes, gradients, width, height, stage(0.25, 0.45))
  return { regions, graph: regionGraph(regions, nodes, gradients, width, height) }
}

function gradientsOf(planes: Planes, width: number, height: number): Gradients {
  const smooth: Planes = [planes[0].slice(), planes[1].slice(), planes[2].slice()]
  for (const plane of smooth) blur(plane, width, height, GRADIENT_BLUR)
  return gridGradients(smooth, width, height)
}

function regionsOf(
  planes: Planes,
  gradients: Gradients,
  width: number,
  height: number,
  checkpoint: Checkpoint,
): { regions: Regions; nodes: Float32Array } {
  const regions = gridRegions(planes, gradients, width, height, checkpoint)
  return { regions, nodes: regionNodes(planes, regions) }
}
