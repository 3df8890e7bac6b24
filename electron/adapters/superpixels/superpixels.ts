import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { withinBudget } from '../../../shared/superpixel/build.ts'
import type { DivisibleImage } from '../../../shared/superpixel/colour.ts'
import { buildInKernel } from '../../../shared/superpixel/engine/build.ts'
import { PAGE } from '../../../shared/superpixel/engine/kernel.ts'
import { type Plan, pagesOf, planOf, prepare } from '../../../shared/superpixel/engine/plan.ts'
import type { StageEnd } from '../../../shared/superpixel/engine/tile.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import type { BuildOptions } from '../../../shared/superpixel/progress.ts'
import { siblingModule } from '../sibling-module.ts'
import type { HelperData } from './helper.ts'
import { kernelModule, kernelOver } from './kernel-module.ts'

export type SuperpixelOptions = BuildOptions & {
  /** How many threads work, this one included. One unless told. */
  readonly threads?: number
  readonly onStage?: StageEnd
  /** Gets how many bytes the kernel's memory had in the end. */
  readonly onMemory?: (bytes: number) => void
}

/** 4 GB: all that 32-bit addresses reach. */
const MOST_PAGES = 2 ** 32 / PAGE

/**
 * Superpixels of every size over `image`, by the kernel: the same bytes as `buildHierarchy`, whatever `threads` is.
 * Blocks this thread while it computes. Rejects as `buildHierarchy` throws, and with AppError `INTERNAL` when the kernel
 * is missing or a thread died.
 */
export async function buildSuperpixels(
  image: DivisibleImage,
  options: SuperpixelOptions = {},
): Promise<Hierarchy> {
  const { threads = 1, onStage = () => {} } = options
  const { image: fitting, restored } = withinBudget(image, options)
  const plan = planOf(fitting, options)
  // More threads than tiles would only wait.
  const crew = Math.min(threads, plan.tiles.length)
  const module = kernelModule(crew > 1 ? 'threads' : 'alone')
  const initial = pagesOf(plan, crew)
  const memory = new WebAssembly.Memory(
    crew > 1 ? { initial, maximum: MOST_PAGES, shared: true } : { initial, maximum: MOST_PAGES },
  )
  prepare(memory, plan, crew)
  const helpers = Array.from({ length: crew - 1 }, () => startHelper({ module, memory, plan }))
  try {
    await Promise.all(helpers.map((helper) => once(helper, 'message')))
    if (crew > 1) onStage('starting threads')
    const hierarchy = buildInKernel(kernelOver(module, memory), plan, fitting, options, onStage)
    options.onMemory?.(memory.buffer.byteLength)
    return restored(hierarchy)
  } finally {
    await Promise.all(helpers.map((helper) => helper.terminate()))
  }
}

function startHelper(data: { module: WebAssembly.Module; memory: WebAssembly.Memory; plan: Plan }): Worker {
  const workerData: HelperData = data
  return new Worker(siblingModule('./helper', import.meta.url), { workerData, env: {} })
}
