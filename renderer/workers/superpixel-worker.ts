import '../app/trusted-types.ts'
import { toAppError } from '../../shared/base/app-error.ts'
import { buildKey, withinBudget } from '../../shared/superpixel/build.ts'
import {
  decodeCacheFile,
  encodeCacheFile,
  mostCacheFileBytes,
  type StoredTree,
  storedTree,
} from '../../shared/superpixel/cache-file.ts'
import type { SuperpixelOptions } from '../../shared/superpixel/cache-key.ts'
import { buildInKernel } from '../../shared/superpixel/engine/build.ts'
import { PAGE } from '../../shared/superpixel/engine/kernel.ts'
import { pagesOf, planOf, prepare } from '../../shared/superpixel/engine/plan.ts'
import type { Hierarchy, RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { enlarged } from '../../shared/superpixel/reduction.ts'
import { type HelperJob, kernelModule, kernelOver } from './superpixel-kernel.ts'
import type { RoughCopy, SuperpixelAnswer, SuperpixelRequest } from './superpixel-message.ts'

// Reads or builds the superpixels of one image and is then thrown away: its memory and its helpers go with it.

/** Milliseconds to wait for helpers that are slow to start: without them it just takes longer. */
const PATIENCE_MS = 100
/** 4 GB: all that 32-bit addresses reach. */
const MOST_PAGES = 2 ** 32 / PAGE

type BuildRequest = Extract<SuperpixelRequest, { kind: 'build' }>
type ReadRequest = Extract<SuperpixelRequest, { kind: 'read' }>

/** Compiled while the image is still on its way. Memory can be shared only on a page that is isolated from others. */
const compiled = kernelModule(crossOriginIsolated)
compiled.catch(() => {})

addEventListener('message', ({ data }: MessageEvent<SuperpixelRequest>) => {
  if (data.kind === 'read') void read(data)
  else void build(data)
})

async function read({ file, key, width, height, options }: ReadRequest): Promise<void> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    answerBuilt('built', decodeCacheFile(bytes, { key, engine: buildKey(options), width, height }))
  } catch {
    // Damaged, or of another format: it is built, and takes the place of the file.
    answer({ kind: 'unreadable' }, [])
  }
}

async function build(request: BuildRequest): Promise<void> {
  const { blob, options, threads, key } = request
  try {
    const rough = request.rough && (await divideRough(request.rough, options))
    // Only now, since the rough superpixels must not share the cores; decoding has a thread of the browser's own.
    const helpers = startHelpers(crossOriginIsolated ? threads - 1 : 0)
    const decoding = createImageBitmap(blob)
    decoding.catch(() => {})
    if (rough) answerBuilt('rough', enlarged(rough, request.width, request.height, request.rough.factor))
    const image = pixelsOf(await decoding)
    const crew = await Promise.race([Promise.all(helpers), noneAfter(PATIENCE_MS)])
    const { hierarchy, tree } = await divide(image, options, crew)
    answerBuilt('built', hierarchy)
    const file = key === null ? null : encodeCacheFile(key, tree)
    const kept = file && file.length <= mostCacheFileBytes ? file : null
    answer({ kind: 'packed', file: kept }, kept ? [kept.buffer] : [])
  } catch (error) {
    answer({ kind: 'failed', error: toAppError(error).toInfo() }, [])
  }
}

async function divideRough({ bitmap }: RoughCopy, options: SuperpixelOptions): Promise<Hierarchy> {
  return (await divide(pixelsOf(bitmap), options, null)).hierarchy
}

/** With the threads of `helpers`; null: alone, and without telling how far it is. */
async function divide(
  image: RgbaImage,
  options: SuperpixelOptions,
  helpers: readonly Worker[] | null,
): Promise<{ hierarchy: Hierarchy; tree: StoredTree }> {
  const { image: fitting, factor, restored } = withinBudget(image, options)
  const plan = planOf(fitting, options)
  const threads = Math.min(1 + (helpers?.length ?? 0), plan.tiles.length)
  const module = await compiled
  const size = { initial: pagesOf(plan, threads), maximum: MOST_PAGES }
  const memory = new WebAssembly.Memory(crossOriginIsolated ? { ...size, shared: true } : size)
  prepare(memory, plan, threads)
  const job: HelperJob = { module, memory, plan }
  for (const helper of helpers?.slice(0, threads - 1) ?? []) helper.postMessage(job)
  const onProgress = (fraction: number) => {
    if (helpers) answer({ kind: 'progress', fraction }, [])
  }
  const h = buildInKernel(kernelOver(module, memory), plan, fitting, { ...options, onProgress }, () => {})
  // The leaves are still in the kernel's memory, so that packing them need not wait for a copy nor delay the answer.
  const leaf = new Uint32Array(memory.buffer, plan.leaves, plan.width * plan.height)
  return { hierarchy: restored(h), tree: { ...storedTree(h, factor), leaf } }
}

/** More helpers than there are cores would only wait. */
function startHelpers(count: number): Promise<Worker>[] {
  return Array.from({ length: Math.max(0, count) }, () => {
    const helper = new Worker(new URL('./superpixel-helper.ts', import.meta.url), { type: 'module' })
    return new Promise<Worker>((resolve) => {
      helper.onmessage = () => resolve(helper)
    })
  })
}

function noneAfter(ms: number): Promise<Worker[]> {
  return new Promise((resolve) => setTimeout(() => resolve([]), ms))
}

/** With the browser's default colour handling, as the image is shown: cells follow what the person sees. */
function pixelsOf(bitmap: ImageBitmap): ImageData {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function answerBuilt(kind: 'rough' | 'built', hierarchy: Hierarchy): void {
  const { leaf, parent, lo, hi, runStart, runs } = hierarchy
  const arrays = [leaf, parent, lo, hi, runStart, runs].map((array) => array.buffer as ArrayBuffer)
  answer({ kind, hierarchy }, [...new Set(arrays)])
}

function answer(message: SuperpixelAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
