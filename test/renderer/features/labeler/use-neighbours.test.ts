import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SuperpixelOrder } from '../../../../renderer/canvas/superpixel-job.ts'
import type { SuperpixelBuilder } from '../../../../renderer/canvas/superpixels.ts'
import { ImageBytes } from '../../../../renderer/features/labeler/image-bytes.ts'
import { watchNeighbours } from '../../../../renderer/features/labeler/use-neighbours.ts'
import { createDocumentStore } from '../../../../renderer/stores/document.ts'
import { createLabelingStore } from '../../../../renderer/stores/labeling.ts'
import type { HostConnection, Sample } from '../../../../shared/host/host-api.ts'
import { buildHierarchy } from '../../../../shared/superpixel/build.ts'
import { sceneImage } from '../../../support/made-images.ts'

const ready = { kind: 'ready', hierarchy: buildHierarchy(sceneImage(20, 20)), rough: null } as const
const neighbours = ['a', 'b'].map((digit) => {
  const about = { id: digit, imageDigest: digit.repeat(64), width: 1920, height: 1208 }
  return about as unknown as Sample
})

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** An image is on the canvas with its superpixels. What is prepared goes on until it is stopped or `finish` is called. */
function setUp() {
  const host = { fetchData: async () => new Blob(['image']), on: () => () => {} } as unknown as HostConnection
  const labeling = createLabelingStore({ getItem: () => null, setItem: () => {} })
  const prepared: string[] = []
  let over = () => {}
  const builder = {
    prepare({ digest, options }: SuperpixelOrder) {
      prepared.push(`${digest[0]} ${options.compactness}`)
      return new Promise<void>((resolve) => {
        over = resolve
      })
    },
    stopPreparing: () => over(),
  } as unknown as SuperpixelBuilder
  const images = new ImageBytes(host)
  labeling.setState({ ready: true, build: ready })
  const stop = watchNeighbours(
    { documents: createDocumentStore(host), labeling, builder, images },
    neighbours,
  )
  const choose = (compactness: number) =>
    labeling.setState((state) => ({ superpixels: { ...state.superpixels, compactness } }))
  return { labeling, prepared, stop, choose, finish: () => over() }
}

it('makes the neighbours ready anew when the options change, and not before the image on the canvas is', async () => {
  const { labeling, prepared, stop, choose, finish } = setUp()
  await vi.advanceTimersByTimeAsync(1000)
  expect(prepared).toEqual(['a 0.5'])
  choose(1)
  labeling.setState({ rebuilding: 0 })
  // The builder ends what it prepares when it begins with the image on the canvas.
  finish()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(prepared).toEqual(['a 0.5'])
  labeling.setState({ build: { ...ready }, rebuilding: null })
  await vi.advanceTimersByTimeAsync(1000)
  finish()
  await vi.advanceTimersByTimeAsync(1000)
  expect(prepared).toEqual(['a 0.5', 'a 1', 'b 1'])
  stop()
})

it('makes them ready anew also when those of the image on the canvas are there at once', async () => {
  const { prepared, stop, choose, finish } = setUp()
  for (let i = 0; i < 2; i++) {
    await vi.advanceTimersByTimeAsync(1000)
    finish()
  }
  choose(0)
  await vi.advanceTimersByTimeAsync(1000)
  expect(prepared).toEqual(['a 0.5', 'b 0.5', 'a 0'])
  stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(prepared).toHaveLength(3)
})
