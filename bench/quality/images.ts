import { inThreads } from '../threads/pool.ts'
import type { ImageResult, WorkerSetup } from './image-result.ts'
import type { ImageId } from './image-set.ts'

/** Measures every image, with a process of the other methods beside each thread. */
export function measureImages(
  ids: readonly ImageId[],
  setup: WorkerSetup,
  onDone: (count: number) => void,
): Promise<ImageResult[]> {
  return inThreads(new URL('./image-worker.ts', import.meta.url), setup, ids, onDone)
}
