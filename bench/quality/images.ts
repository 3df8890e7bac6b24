import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ImageResult, ToWorker, WorkerSetup } from './image-result.ts'
import type { ImageId } from './image-set.ts'

/**
 * Measures every image, in as many worker threads as there are cores. The results are in the order of `ids`, whoever was
 * first. Rejects when a thread or its process of other methods dies.
 */
export async function measureImages(
  ids: readonly ImageId[],
  setup: WorkerSetup,
  onDone: (count: number) => void,
): Promise<ImageResult[]> {
  const results: ImageResult[] = []
  let next = 0
  let done = 0
  const work = async () => {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), { workerData: setup })
    try {
      while (next < ids.length) {
        const place = next++
        results[place] = await ask(worker, ids[place]!)
        onDone(++done)
      }
      await ended(worker)
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), ids.length) }, work))
  return results
}

function ask(worker: Worker, image: ToWorker): Promise<ImageResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (result: ImageResult) => {
      worker.off('error', reject)
      resolve(result)
    })
    worker.postMessage(image)
  })
}

/** Lets it close its process first. */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => resolve())
    worker.postMessage(null satisfies ToWorker)
  })
}
