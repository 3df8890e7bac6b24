import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { buildSuperpixels } from '../../electron/adapters/superpixels/superpixels.ts'
import { buildHierarchy } from '../../shared/superpixel/build.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { berkeleyImage, berkeleySegmentations } from '../../test/support/berkeley.ts'
import { scoresOf, truthOf } from '../metrics/scores.ts'
import { type Peers, startPeers } from '../peers/partitions.ts'
import { cutsOf, faultsOf, leavesOf } from './cuts.ts'
import type { ImageResult, ToWorker, WorkerSetup } from './image-result.ts'
import type { ImageId } from './image-set.ts'

// Runs in a worker thread, with a process of the other methods beside it. See images.ts.
const { offer } = workerData as WorkerSetup
let peers: Promise<Peers> | null = null

async function measure(image: ImageId): Promise<ImageResult> {
  const pixels = await berkeleyImage(image.split, image.id)
  const truth = truthOf(pixels, berkeleySegmentations(image.split, image.id))
  const h = await buildSuperpixels(pixels)
  const cuts = cutsOf(h)
  const faults = faultsOf([...cuts, leavesOf(h)], h.width)
  const digest = digestOf(h)
  // The plain form of the engine computes the same by other means: no accident gives both the same bytes.
  if (digestOf(buildHierarchy(pixels)) !== digest) faults.push('the kernel and the reference differ')
  const ours = cuts.map(({ label }) => scoresOf(label, truth))
  if (offer) peers ??= startPeers(offer)
  const others = (await (await peers)?.divide(pixels)) ?? []
  return {
    ...image,
    engine: h.engine,
    leafCount: h.leafCount,
    digest,
    faults,
    ours,
    peers: others.map(({ method, request, labels }) => ({
      method,
      request,
      scores: scoresOf(labels, truth),
    })),
  }
}

function digestOf({ leaf, parent }: Hierarchy): string {
  const hash = createHash('sha256')
  for (const array of [leaf, parent]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  }
  return hash.digest('hex')
}

parentPort!.on('message', async (image: ToWorker) => {
  if (image) parentPort!.postMessage(await measure(image))
  else {
    await (await peers)?.close()
    parentPort!.close()
  }
})
