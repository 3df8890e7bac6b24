import { AppError } from '../base/app-error.ts'
import { adapt } from './adaptation.ts'
import { blur, LIGHT_BLUR, STRONG_BLUR, softeningsOf } from './blur.ts'
import { colourPlanes, type DivisibleImage, type Planes } from './colour.ts'
import { cellNumbers } from './cut.ts'
import { type Gradients, gridGradients } from './grid.ts'
import type { Hierarchy } from './hierarchy.ts'
import { joinTiles } from './join.ts'
import { leafRuns, numberLeaves } from './leaves.ts'
import { compactnessOf } from './merge-cost.ts'
import { mergeRound } from './merge-rounds.ts'
import { inOrder } from './merge-tree.ts'
import { overviewOf } from './overview.ts'
import { type BuildOptions, progressOf } from './progress.ts'
import { enlarged, reducedCopy, reductionFor } from './reduction.ts'
import { SETTLED_SIZE, settle } from './settling.ts'
import { tileTree } from './tile-tree.ts'
import { pixelOf, tilesOf } from './tiles.ts'

/** Changes whenever the same image would give another tree. */
export const ENGINE = 'tessera-merge-tree 3'

/**
 * Names everything that decides, beside the image, what a build gives: the engine, and the options that are not as usual.
 * `Hierarchy.engine` is this, and how far the image was reduced.
 */
export function buildKey(options: BuildOptions): string {
  const { smoothing = 0.5, tileSide, mostPixels } = options
  const compactness = compactnessOf(options)
  return [
    ENGINE,
    ...(smoothing === 0.5 ? [] : [`smoothing ${smoothing}`]),
    ...(compactness === 0.5 ? [] : [`compactness ${compactness}`]),
    ...(tileSide === undefined ? [] : [`tiles of ${tileSide}`]),
    ...(mostPixels === undefined ? [] : [`at most ${mostPixels} pixels`]),
  ].join(', ')
}

/** Above this a build would take more than about 1.7 GB beside the image, at 26 bytes a pixel. */
const MOST_PIXELS = 64_000_000

/**
 * Superpixels of every size over `image`. Only integers, 32- and 64-bit floats under + - * / and square root, and fixed
 * orders are used: the same pixels give the same tree on every machine. Transparent pixels are seen over mid grey.
 *
 * This is the plain form of what `engine/` does with the kernel, byte for byte: slower by far, and what the kernel is
 * held against.
 *
 * An image above `mostPixels` gets superpixels whose borders lie on blocks of a few pixels; the brush is there for the
 * rest. Throws AppError `CANCELLED` when `shouldStop` answers true, `BAD_REQUEST` for an image without pixels or with
 * too few bytes.
 */
export function buildHierarchy(image: DivisibleImage, options: BuildOptions = {}): Hierarchy {
  const { image: fitting, restored } = withinBudget(image, options)
  return restored(buildWhole(fitting, options))
}

/**
 * `image` as it is, or a reduced copy when it has more than `mostPixels` pixels, and what makes the copy's hierarchy that
 * of the image. Throws AppError `BAD_REQUEST` for an image without pixels or with too few bytes.
 */
export function withinBudget(
  image: DivisibleImage,
  { mostPixels = MOST_PIXELS }: BuildOptions,
): { image: DivisibleImage; factor: number; restored: (h: Hierarchy) => Hierarchy } {
  const { width, height } = image
  const pixelCount = width * height
  const isWhole =
    'planes' in image
      ? image.planes.every(({ length }) => length === pixelCount)
      : image.data.length === 4 * pixelCount
  if (!(pixelCount > 0) || !isWhole) {
    throw new AppError('BAD_REQUEST', `An image of ${width} × ${height} pixels cannot be divided.`, {
      remedy: 'Check that the image is whole.',
    })
  }
  const factor = reductionFor(width, height, mostPixels)
  if (factor === 1) return { image, factor, restored: (h) => h }
  return { image: reducedCopy(image, factor), factor, restored: (h) => enlarged(h, width, height, factor) }
}

function buildWhole(image: DivisibleImage, options: BuildOptions): Hierarchy {
  const { width, height } = image
  const stage = progressOf(options)
  const overview = overviewOf(image)
  const planes = colourPlanes(image)
  adapt(planes, overview.grey)
  stage(0, 0.15)(1)
  for (const plane of planes) {
    blur(plane, width, height, LIGHT_BLUR)
    for (let i = 0; i < softeningsOf(options); i++) blur(plane, width, height, STRONG_BLUR)
  }
  const gradients = gradientsOf(planes, width, height)
  stage(0.15, 0.25)(1)
  const evidence = { width, height, planes, gradients, overview }
  const tiling = tilesOf(width, height, options.tileSide)
  const { tiles } = tiling
  const share = (i: number) => 0.25 + (0.6 * i) / tiles.length
  const compactness = compactnessOf(options)
  const trees = tiles.map((tile, i) => tileTree(evidence, tile, stage(share(i), share(i + 1)), compactness))
  const joined = joinTiles(trees, tiling, evidence)
  const { merges } = joined
  const { leafCount } = merges
  const checkpoint = stage(0.85, 0.95)
  let { rest } = joined
  for (const start = rest.graph.count; rest.graph.count > 1; rest = mergeRound(rest, merges, compactness)) {
    checkpoint(1 - rest.graph.count / start)
  }
  const { parent, lo, hi, leafNumber } = numberLeaves(inOrder(merges))
  const leaf = new Uint32Array(width * height)
  let leafStart = 0
  for (const [i, { regions }] of trees.entries()) {
    for (const [p, region] of regions.label.entries()) {
      leaf[pixelOf(tiles[i]!, width, p)] = leafNumber[leafStart + region]!
    }
    leafStart += regions.count
  }
  const cells = cellNumbers({ leafCount, parent, lo, hi }, (width * height) / SETTLED_SIZE)
  settle(leaf, cells, planes, width, tiles)
  const { runStart, runs } = leafRuns(leaf, width, leafCount)
  stage(0.95, 1)(1)
  return { width, height, engine: buildKey(options), leafCount, leaf, parent, lo, hi, runStart, runs }
}

function gradientsOf(planes: Planes, width: number, height: number): Gradients {
  const smooth: Planes = [planes[0].slice(), planes[1].slice(), planes[2].slice()]
  for (const plane of smooth) blur(plane, width, height, STRONG_BLUR)
  return gridGradients(smooth, width, height)
}
