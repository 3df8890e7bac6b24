import { ENGINE } from '../build.ts'
import type { Hierarchy, RgbaImage } from '../hierarchy.ts'
import { type BuildOptions, progressOf } from '../progress.ts'
import { buildBand, type StageEnd } from './band.ts'
import { joinBands, type TreeAt } from './join.ts'
import type { Kernel } from './kernel.ts'
import { claim, fillTables, type Plan } from './plan.ts'

/** Builds with one thread. The memory must have `pagesOf(plan, 1)` pages, all zero. */
export function buildAlone(
  kernel: Kernel,
  plan: Plan,
  image: RgbaImage,
  options: BuildOptions = {},
  stageEnd: StageEnd = () => {},
): Hierarchy {
  const { memory } = kernel
  const stage = progressOf(options)
  fillTables(memory, plan)
  new Uint8Array(memory.buffer, plan.pixels).set(image.data)
  stageEnd('copy in')
  const scratch = claim(memory, plan, plan.scratchBytes)
  const checkpoint = stage(0, 0.85)
  for (let band = 0; band < plan.bands.length; band++) {
    checkpoint(band / plan.bands.length)
    buildBand(kernel, plan, band, scratch, stageEnd)
  }
  const tree = joinBands(kernel, plan, stage(0.85, 0.95), stageEnd)
  for (let band = 0; band < plan.bands.length; band++) paintBand(kernel, plan, band, tree)
  stageEnd('leaves')
  const hierarchy = copied(kernel, plan, tree)
  stageEnd('copy out')
  stage(0.95, 1)(1)
  return hierarchy
}

/** The leaves of one band's pixels, and their runs. */
export function paintBand({ exports: k }: Kernel, plan: Plan, band: number, tree: TreeAt): void {
  const { width } = plan
  const { top, bottom } = plan.bands[band]!
  const number = tree.number + 4 * tree.leafStarts[band]!
  k.paintLeaves(plan.labels + 4 * top * width, width, bottom - top, top * width, number, tree.nextRun, tree.runs)
}

/** What is kept, in memory of its own. */
function copied({ memory }: Kernel, plan: Plan, tree: TreeAt): Hierarchy {
  const { width, height } = plan
  const { leafCount } = tree
  const words = (at: number, length: number) => {
    const copy = new Uint32Array(length)
    copy.set(new Uint32Array(memory.buffer, at, length))
    return copy
  }
  const nodes = 2 * leafCount - 1
  return {
    width,
    height,
    engine: ENGINE,
    leafCount,
    leaf: words(plan.labels, width * height),
    parent: words(tree.parent, nodes),
    lo: words(tree.lo, nodes),
    hi: words(tree.hi, nodes),
    runStart: words(tree.runStart, leafCount + 1),
    runs: words(tree.runs, 2 * tree.runCount),
  }
}
