import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/**
 * Has every item worked on by the module at `worker`, in as many threads as there are cores. A thread is sent an item and
 * answers with its result, or null, upon which it closes its port. The results are in the order of `items`, whoever was
 * first. Rejects when a thread dies.
 */
export async function inThreads<Item, Result>(
  worker: URL,
  setup: unknown,
  items: readonly Item[],
  onDone: (count: number) => void,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  let done = 0
  const work = async () => {
    const thread = new Worker(worker, { workerData: setup })
    try {
      while (next < items.length) {
        const place = next++
        results[place] = await ask<Item, Result>(thread, items[place]!)
        onDone(++done)
      }
      await ended(thread)
    } finally {
      await thread.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, work))
  return results
}

function ask<Item, Result>(worker: Worker, item: Item): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (result: Result) => {
      worker.off('error', reject)
      resolve(result)
    })
    worker.postMessage(item)
  })
}

/** Lets it close what it has open first. */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => resolve())
    worker.postMessage(null)
  })
}
