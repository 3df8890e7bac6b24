import { resolve } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import { cellsOf } from '../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf } from '../../shared/superpixel/hierarchy.ts'
import { readImageFile } from '../adapters/superpixels/image-file.ts'
import { buildSuperpixels } from '../adapters/superpixels/superpixels.ts'
import type { CallOptions, Superpixels } from './api.ts'

/** Smoothing and shape are those of the labeler. */
const usual = { smoothing: 0.5, compactness: 0.5 } as const

/** See `superpixels` of `tessera.ts`. */
export async function divide(
  image: string,
  { count, threads = 1, signal, onProgress }: CallOptions & { count: number; threads?: number },
): Promise<Superpixels> {
  for (const [name, value] of Object.entries({ count, threads })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new AppError('BAD_REQUEST', `${name} is ${value}.`, { remedy: 'Give a whole number from 1 on.' })
    }
  }
  const h = await buildSuperpixels(await readImageFile(resolve(image), signal), {
    ...usual,
    threads,
    shouldStop: () => signal?.aborted ?? false,
    onStage: (step) => onProgress?.({ step, done: 0, total: null }),
  })
  const cells = cellsOf(h, count)
  const cellOfLeaf = new Uint32Array(h.leafCount)
  for (const [id, node] of cells.entries()) cellOfLeaf.fill(id, firstLeaf(h, node), endLeaf(h, node))
  const ids = Uint32Array.from(h.leaf, (leaf) => cellOfLeaf[leaf]!)
  return { width: h.width, height: h.height, count: cells.length, ids }
}
