// Thread: renders the scenes whose seeds are `workerData.items`, into memory that other threads can read.
import { parentPort, workerData } from 'node:worker_threads'
import { renderScene, type Scene } from '../scenes/scene.ts'

export type RenderExtra = { readonly width: number; readonly height: number }

const { items, width, height } = workerData as RenderExtra & { items: readonly number[] }
const scenes = items.map((seed): Scene => {
  const scene = renderScene(seed, width, height)
  const data = new Uint8ClampedArray(new SharedArrayBuffer(scene.data.length))
  data.set(scene.data)
  const truths = scene.truths.map(({ count, labels }) => {
    const shared = new Uint16Array(new SharedArrayBuffer(labels.byteLength))
    shared.set(labels)
    return { count, labels: shared }
  })
  return { width, height, data, truths }
})
parentPort!.postMessage(scenes)
