import { Worker } from 'node:worker_threads'

/**
 * Divides `items` among `threads` new threads that run the file at `url`, each with its share as `workerData.items` beside
 * what `extra` has, and answers what they post (one array each), in the order of `items`.
 */
export async function inThreads<Item, Extra extends object, Answer>(
  url: URL,
  items: readonly Item[],
  extra: Extra,
  threads: number,
): Promise<Answer[]> {
  const shares = Array.from({ length: threads }, (_, t) => items.filter((_, i) => i % threads === t))
  const answers = await Promise.all(shares.map((share) => answerOf<Answer>(url, { ...extra, items: share })))
  return items.map((_, i) => answers[i % threads]![Math.floor(i / threads)]!)
}

function answerOf<Answer>(url: URL, workerData: object): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (code !== 0) reject(new Error(`A thread ended with code ${code}.`))
    })
  })
}
