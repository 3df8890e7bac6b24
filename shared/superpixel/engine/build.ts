import { buildKey } from '../build.ts'
import type { DivisibleImage } from '../colour.ts'
import type { Hierarchy } from '../hierarchy.ts'
import { type BuildOptions, progressOf } from '../progress.ts'
import { joinTiles, type TreeAt } from './join.ts'
import type { Kernel } from './kernel.ts'
import { overviewStage } from './overview.ts'
import {
  BUILDING,
  claim,
  OVER,
  PAINTING,
  PAINTS_DONE,
  type Plan,
  RESULT,
  resultOf,
  SETTLES_DONE,
  SETTLING,
  TILES_DONE,
} from './plan.ts'
import { Scratch } from './scratch.ts'
import { tellCells } from './settling.ts'
import { buildTiles, enter, paintTiles, settleTiles, sleepUntilDone } from './threads.ts'
import type { StageEnd } from './tile.ts'

/** Steps of `StageEnd` per tile, for progress. */
const STAGES = 8

/**
 * The same tree as `buildHierarchy`, by the kernel. `kernel`'s memory must have been prepared for `plan`, which must be
 * that of the image; other threads may be in `help` with it. Blocks until the end. Throws as `buildHierarchy` does, and
 * AppError `INTERNAL` when a helper died.
 */
export function buildInKernel(
  kernel: Kernel,
  plan: Plan,
  image: DivisibleImage,
  options: BuildOptions,
  stageEnd: StageEnd,
): Hierarchy {
  const { memory } = kernel
  const stage = progressOf(options)
  try {
    copyIn(kernel, plan, image)
    stageEnd('copying in')
    overviewStage(kernel, plan)
    stageEnd('overview')
    enter(memory, BUILDING)
    const scratch = new Scratch(memory, plan)
    const checkpoint = stage(0, 0.85)
    let stages = 0
    buildTiles(kernel, plan, scratch, (name) => {
      stageEnd(name)
      checkpoint(Math.min(++stages / (STAGES * plan.tiles.length), 1))
    })
    sleepUntilDone(memory, plan, TILES_DONE, () => checkpoint(0))
    stageEnd('waiting')
    const tree = joinTiles(kernel, plan, scratch, stage(0.85, 0.95), stageEnd)
    tellCells(kernel, plan, tree)
    enter(memory, SETTLING)
    settleTiles(kernel, plan, scratch)
    sleepUntilDone(memory, plan, SETTLES_DONE, () => stage(0.95, 0.97)(1))
    stageEnd('settling')
    const runs = prepareRuns(kernel, plan, tree)
    enter(memory, PAINTING)
    paintTiles(kernel, plan)
    sleepUntilDone(memory, plan, PAINTS_DONE, () => {})
    stageEnd('leaves')
    const hierarchy = copied(kernel, plan, buildKey(options), tree, runs)
    stageEnd('copying out')
    stage(0.97, 1)(1)
    return hierarchy
  } finally {
    enter(memory, OVER)
  }
}

function copyIn({ memory }: Kernel, plan: Plan, image: DivisibleImage): void {
  if (!('planes' in image)) {
    new Uint8Array(memory.buffer, plan.pixels).set(image.data)
    return
  }
  const all = new Int16Array(memory.buffer, plan.pixels, 3 * image.planes[0].length)
  for (const [i, plane] of image.planes.entries()) all.set(plane, i * plane.length)
}

type RunsAt = { readonly runStart: number; readonly runs: number; readonly runCount: number }

/** Room for the runs of each leaf, which painting fills in. */
function prepareRuns({ memory, exports: k }: Kernel, plan: Plan, { leafCount, numbers }: TreeAt): RunsAt {
  const runStart = claim(memory, plan, 4 * leafCount + 4)
  const nextRuns = claim(memory, plan, 4 * leafCount)
  const runCount = k.startsOfRuns(
    resultOf(memory, plan, 0)[RESULT.atRunCounts]!,
    numbers,
    leafCount,
    runStart,
  )
  const runs = claim(memory, plan, 8 * runCount)
  new Uint8Array(memory.buffer).copyWithin(nextRuns, runStart, runStart + 4 * leafCount)
  for (const tile of plan.tiles.keys()) {
    const words = resultOf(memory, plan, tile)
    words[RESULT.atNextRuns] = nextRuns
    words[RESULT.atRuns] = runs
  }
  return { runStart, runs, runCount }
}

/** What is kept, in memory of its own. */
function copied(
  { memory }: Kernel,
  plan: Plan,
  engine: string,
  tree: TreeAt,
  { runStart, runs, runCount }: RunsAt,
): Hierarchy {
  const { width, height } = plan
  const { leafCount } = tree
  const words = (at: number, length: number) => {
    const copy = new Uint32Array(length)
    copy.set(new Uint32Array(memory.buffer, at, length))
    return copy
  }
  return {
    width,
    height,
    engine,
    leafCount,
    leaf: words(plan.leaves, width * height),
    parent: words(tree.parent, 2 * leafCount - 1),
    lo: words(tree.lo + 4 * leafCount, leafCount - 1),
    hi: words(tree.hi + 4 * leafCount, leafCount - 1),
    runStart: words(runStart, leafCount + 1),
    runs: words(runs, 2 * runCount),
  }
}
