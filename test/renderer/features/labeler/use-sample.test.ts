import { afterEach, expect, it, vi } from 'vitest'
import type { SuperpixelBuild, SuperpixelBuilder } from '../../../../renderer/canvas/superpixels.ts'
import { useSample } from '../../../../renderer/features/labeler/use-sample.ts'
import { createLabelingStore } from '../../../../renderer/stores/labeling.ts'
import { AppError } from '../../../../shared/base/app-error.ts'
import type { Sample } from '../../../../shared/host/host-api.ts'
import { buildHierarchy } from '../../../../shared/superpixel/build.ts'
import { sceneImage } from '../../../support/made-images.ts'

vi.mock('react', () => ({ useEffect: (run: () => void) => run(), useState: () => [null, () => {}] }))
vi.mock('../../../../renderer/canvas/photo.ts', () => ({
  decodePhoto: async () => ({ width: 40, height: 30, levels: [] }),
  closePhoto: () => {},
}))

afterEach(() => vi.unstubAllGlobals())

const hierarchy = buildHierarchy(sceneImage(40, 30))
const error = new AppError('INTERNAL', 'No memory is left.', { remedy: 'Close other windows.' }).toInfo()

/** An image is on the canvas; `tell` is what its superpixels are told by. */
async function setUp() {
  vi.stubGlobal('createImageBitmap', async () => ({}))
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run())
  const labeling = createLabelingStore({ getItem: () => null, setItem: () => {} })
  let tell = (_: SuperpixelBuild) => {}
  const builder = {
    start: (_: unknown, show: typeof tell) => {
      tell = show
    },
  } as unknown as SuperpixelBuilder
  const session = { kind: 'open', sampleId: 'a', session: {} }
  const failures: AppError[] = []
  const parts = {
    host: { fetchData: async () => new Blob([]) },
    documents: { getState: () => session, subscribe: () => () => {}, open: async () => {} },
    labeling,
    builder,
    images: { read: async () => new Blob([]) },
    controller: { current: { clear: () => {}, show: () => () => {}, showThumb: () => {} } },
    rebuildFailed: (failure: AppError) => failures.push(failure),
  }
  const sample = { id: 'a', imageDigest: 'a'.repeat(64), width: 40, height: 30, name: 'a.png' }
  // biome-ignore lint/correctness/useHookAtTopLevel: what it stands on is made up.
  useSample(parts as unknown as Parameters<typeof useSample>[0], sample as unknown as Sample)
  await vi.waitFor(() => {
    tell({ kind: 'building', fraction: 0 })
    expect(labeling.getState().build.kind).toBe('building')
  })
  const choose = () => labeling.setState({ superpixels: { compactness: 1, smoothing: 0.5 } })
  return { labeling, failures, choose, tell: (build: SuperpixelBuild) => tell(build) }
}

it('says that only rough superpixels are there when those with other options could not be made', async () => {
  const { labeling, failures, choose, tell } = await setUp()
  tell({ kind: 'ready', hierarchy, rough: { fraction: 0.3 } })
  expect(labeling.getState()).toMatchObject({ build: { kind: 'ready' }, rebuilding: 0.3 })
  choose()
  tell({ kind: 'building', fraction: 0 })
  tell({ kind: 'failed', error })
  expect(labeling.getState()).toMatchObject({
    build: { kind: 'ready', hierarchy, rough: { error } },
    rebuilding: null,
  })
  expect(failures).toHaveLength(1)
})

it('goes on with the superpixels of before when those with other options could not be made', async () => {
  const { labeling, choose, tell } = await setUp()
  tell({ kind: 'ready', hierarchy, rough: null })
  choose()
  tell({ kind: 'building', fraction: 0 })
  expect(labeling.getState().rebuilding).toBe(0)
  tell({ kind: 'failed', error })
  expect(labeling.getState()).toMatchObject({ build: { hierarchy, rough: null }, rebuilding: null })
})
