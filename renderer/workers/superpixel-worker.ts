import '../app/trusted-types.ts'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { withinBudget } from '../../shared/superpixel/build.ts'
import { buildInKernel } from '../../shared/superpixel/engine/build.ts'
import { PAGE } from '../../shared/superpixel/engine/kernel.ts'
import { pagesOf, planOf, prepare } from '../../shared/superpixel/engine/plan.ts'
import type { Hierarchy, RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { type HelperJob, kernelModule, kernelOver } from './superpixel-kernel.ts'

/** Builds the superpixels of one image and is then thrown away: its memory and its helpers go with it. */
export type SuperpixelAnswer =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'built'; readonly hierarchy: Hierarchy }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

/** More would take the cores from the rest of the machine. */
const MOST_THREADS = 4
/** Milliseconds to wait for helpers that are slow to start: without them it just takes longer. */
const PATIENCE_MS = 100
/** 4 GB: all that 32-bit addresses reach. */
const MOST_PAGES = 2 ** 32 / PAGE

addEventListener('message', ({ data }: MessageEvent<Blob>) => void build(data))

/** The request is the encoded image, the same bytes that are shown. */
async function build(data: Blob): Promise<void> {
  try {
    const helpers = startHelpers()
    const image = await readPixels(data)
    const hierarchy = await divide(image, await Promise.race([Promise.all(helpers), noneAfter(PATIENCE_MS)]))
    const { leaf, parent, lo, hi, runStart, runs } = hierarchy
    const arrays = [leaf, parent, lo, hi, runStart, runs].map((array) => array.buffer as ArrayBuffer)
    answer({ kind: 'built', hierarchy }, [...new Set(arrays)])
  } catch (error) {
    answer({ kind: 'failed', error: toAppError(error).toInfo() }, [])
  }
}

async function divide(image: RgbaImage, helpers: readonly Worker[]): Promise<Hierarchy> {
  const { image: fitting, restored } = withinBudget(image, {})
  const plan = planOf(fitting, {})
  const threads = Math.min(1 + helpers.length, plan.tiles.length)
  const module = await kernelModule(threads > 1)
  const size = { initial: pagesOf(plan, threads), maximum: MOST_PAGES }
  const memory = new WebAssembly.Memory(threads > 1 ? { ...size, shared: true } : size)
  prepare(memory, plan, threads)
  const job: HelperJob = { module, memory, plan }
  for (const helper of helpers.slice(0, threads - 1)) helper.postMessage(job)
  const onProgress = (fraction: number) => answer({ kind: 'progress', fraction }, [])
  return restored(buildInKernel(kernelOver(module, memory), plan, fitting, { onProgress }, () => {}))
}

/** Memory can be shared only on a page that is isolated from others. */
function startHelpers(): Promise<Worker>[] {
  const threads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1
  return Array.from({ length: threads - 1 }, () => {
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
async function readPixels(blob: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(blob)
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function answer(message: SuperpixelAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
