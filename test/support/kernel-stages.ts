import { adapt } from '../../shared/superpixel/adaptation.ts'
import { blur, LIGHT_BLUR, STRONG_BLUR } from '../../shared/superpixel/blur.ts'
import { colourPlanes, type Planes } from '../../shared/superpixel/colour.ts'
import { type Evidence, gridGradients } from '../../shared/superpixel/grid.ts'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { joinTiles } from '../../shared/superpixel/join.ts'
import { mergeRound } from '../../shared/superpixel/merge-rounds.ts'
import { overviewOf } from '../../shared/superpixel/overview.ts'
import { tileTree } from '../../shared/superpixel/tile-tree.ts'
import { pixelCountOf, pixelOf, type Tile, tilesOf } from '../../shared/superpixel/tiles.ts'
import { imageOf, noiseByte, sceneImage } from './made-images.ts'

// What the stages of the reference give, for the kernel's to begin with.

const noise = (width: number, height: number, seed: number): RgbaImage =>
  imageOf(width, height, (x, y) => [
    noiseByte(x, y, seed),
    noiseByte(x, y, seed + 1),
    noiseByte(x, y, seed + 2),
    noiseByte(x, y, seed + 3) < 40 ? noiseByte(x, y, seed + 4) : 255,
  ])

/** Widths around those of a vector, and shapes with next to no inside. */
export const stageImages: Record<string, RgbaImage> = {
  'a scene': sceneImage(61, 43),
  'a scene of 16 columns': sceneImage(16, 20, 3),
  noise: noise(33, 17, 5),
  'noise in one row': noise(40, 1, 9),
  'noise in one column': noise(1, 40, 9),
  'noise in 2 × 2': noise(2, 2, 1),
  'noise in 7 columns': noise(7, 9, 2),
  'a constant image': imageOf(24, 24, () => [77, 77, 77]),
}

export type Stages = Evidence & { readonly smooth: Planes; readonly whole: Tile }

export function stagesOf(image: RgbaImage): Stages {
  const { width, height } = image
  const overview = overviewOf(image)
  const planes = colourPlanes(image)
  adapt(planes, overview.grey)
  for (const plane of planes) blur(plane, width, height, LIGHT_BLUR)
  const smooth: Planes = [planes[0].slice(), planes[1].slice(), planes[2].slice()]
  for (const plane of smooth) blur(plane, width, height, STRONG_BLUR)
  const whole = { left: 0, top: 0, right: width, bottom: height }
  return { width, height, planes, smooth, gradients: gridGradients(smooth, width, height), overview, whole }
}

/** All merges of an image divided in small tiles. */
export function treesOf(stages: Stages) {
  const tiling = tilesOf(stages.width, stages.height, 12)
  const trees = tiling.tiles.map((tile) => tileTree(stages, tile, () => {}))
  const joined = joinTiles(trees, tiling, stages)
  for (let { rest } = joined; rest.graph.count > 1; ) rest = mergeRound(rest, joined.merges)
  return { tiles: tiling.tiles, trees, merges: joined.merges }
}

/** (l, a, b, 1) of each pixel of a tile. */
export function coloursOf({ planes, width }: Stages, tile: Tile): Int16Array {
  const colours = new Int16Array(4 * pixelCountOf(tile))
  for (let p = 0; p < pixelCountOf(tile); p++) {
    const pixel = pixelOf(tile, width, p)
    colours.set([planes[0][pixel]!, planes[1][pixel]!, planes[2][pixel]!, 1], 4 * p)
  }
  return colours
}
