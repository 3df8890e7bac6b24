import { parentPort } from 'node:worker_threads'
import { buildSuperpixels } from '../../electron/adapters/superpixels/superpixels.ts'
import { berkeleyImage } from '../../test/support/berkeley.ts'
import type { ImageId } from '../quality/image-set.ts'
import { type ImageEffort, label } from './annotator.ts'
import { segmentsOf } from './truth.ts'

export type Labeled = ImageEffort & { readonly id: string }

// Runs in a thread; see `inThreads`.
parentPort!.on('message', async (image: ImageId | null) => {
  if (image) parentPort!.postMessage(await work(image))
  else parentPort!.close()
})

async function work({ split, id }: ImageId): Promise<Labeled> {
  const image = await berkeleyImage(split, id)
  const hierarchy = await buildSuperpixels(image)
  return { id, ...label({ image, hierarchy }, segmentsOf(split, id, image.width)) }
}
