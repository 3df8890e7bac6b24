import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPipelineWorld, type PipelineWorld, type Told } from '../support/pipeline-world.ts'
import { findTrainingPython } from '../support/wandb-python.ts'

// What npm test and npm run interop build before.
const built = fileURLToPath(new URL('../../out/electron/module/tessera.js', import.meta.url))
if (!existsSync(built)) throw new Error(`${built} is missing: node scripts/build.mjs makes it`)

// Without it, everything but the training is tested.
const python = findTrainingPython()
const collections = ['raw_data', 'labeled_data', 'street-pixels'] as const

let [world, told] = [null, null] as unknown as [PipelineWorld, Told]
beforeAll(async () => {
  world = await createPipelineWorld(python)
  told = await world.run()
}, 400_000)
afterAll(() => world?.close())

const digests = ({ wandb }: PipelineWorld) =>
  collections.map((name) => wandb.store.versions('me', 'street', name).map(({ digest }) => digest))

/** Paths whose bytes differ between two versions of a collection. */
function changedFiles(collection: string): string[] {
  const [before, after] = world.wandb.store
    .versions('me', 'street', collection)
    .map((artifact) => world.wandb.store.manifest(artifact))
  const paths = new Set([...Object.keys(before!), ...Object.keys(after!)])
  return [...paths].filter((path) => before![path]?.digest !== after![path]?.digest).sort()
}

/** What both servers keep, without what they count for themselves. */
function kept({ wandb, segments }: PipelineWorld) {
  const { admin } = segments
  return {
    artifacts: wandb.store.state.artifacts.map(({ collection, digest, state }) => [
      collection,
      digest,
      state,
    ]),
    runs: wandb.store.state.runs.map(({ name, jobType, inputs, outputs }) => [
      name,
      jobType,
      inputs,
      outputs,
    ]),
    samples: admin.samples('me/street'),
    labels: admin.samples('me/street').map(({ name }) => admin.label('me/street', name)),
    releases: admin.releases('me/street').map(({ uuid, name }) => [uuid, name]),
    uploads: admin.uploads(),
  }
}

describe('the eleven steps', () => {
  it('say on W&B which dataset and release labeled data comes from', () => {
    const said = world.wandb.store
      .versions('me', 'street', 'labeled_data')
      .map((one) => JSON.parse(one.metadata!))
    expect(said).toMatchObject(
      ['first', 'second'].map((release, i) => ({
        segments_dataset: 'me/street',
        release,
        task_type: 'segmentation-bitmap',
        counts: { samples: 3 + i, labels: 3 + i },
      })),
    )
  })

  it('make two versions of raw and of labeled data, and nothing besides', () => {
    const [raw, labeled] = digests(world)
    expect(raw).toHaveLength(2)
    expect(labeled).toHaveLength(2)
    const sent = new Map(told.sent.map(({ artifact, digest }) => [artifact, digest]))
    expect([...sent].sort()).toEqual(
      [raw, labeled]
        .flatMap((list, i) => list!.map((digest, v) => [`${collections[i]}:v${v}`, digest]))
        .sort(),
    )
    expect(told.versions.map(({ message }) => message)).toEqual([
      'Images of the first round',
      'Labels of the first round',
      'Images of the second round',
      'Labels of the second round',
    ])
  })

  it('send of an edge case one image, its label, and one label that was corrected', () => {
    expect(changedFiles('raw_data')).toEqual(['dataset.json', 'images/street-4.png'])
    const labels = changedFiles('labeled_data').filter((path) => /^labels\/.*png\.png$/.test(path))
    expect(labels).toContain('labels/street-4.png.png')
    expect(labels).toHaveLength(python === null ? 1 : 2)
    expect(changedFiles('labeled_data').filter((path) => path.startsWith('images/'))).toEqual([
      'images/street-4.png',
    ])
  })

  it('leave a dataset that says which artifact it came from, and two releases of it', () => {
    const { admin } = world.segments
    const { digest } = world.wandb.store.versions('me', 'street', 'raw_data').at(-1)!
    expect(admin.dataset('me/street')).toMatchObject({
      task_type: 'segmentation-bitmap',
      settings: {
        metadata: {
          wandb_entity: 'me',
          wandb_project: 'street',
          wandb_artifact: 'raw_data',
          version: 'v1',
          digest,
        },
      },
    })
    const samples = admin.samples('me/street')
    expect(samples.map(({ name }) => name).sort()).toEqual([1, 2, 3, 4].map((n) => `street-${n}.png`))
    for (const { name, metadata } of samples) {
      expect(metadata).toMatchObject({ wandb_path: `images/${name}`, md5: expect.any(String) })
      expect(admin.label('me/street', name)).toMatchObject({ label_status: 'LABELED' })
    }
    expect(admin.releases('me/street').map(({ name, samples_count }) => [name, samples_count])).toEqual([
      ['first', 3],
      ['second', 4],
    ])
    // The version of a release is the one whose labels it has.
    const ids = told.versions.map(({ id }) => id)
    expect(told.releases.map(({ name, version }) => [name, ids.indexOf(version!) + 1])).toEqual([
      ['second', 4],
      ['first', 2],
    ])
  })

  it('tell one lineage: raw data, labeled data, the runs between them, and the models', () => {
    const models = [0, 1].map((v) => `labeled_data:v${v} → run (train) → street-pixels:v${v}`)
    expect(told.lineage).toEqual([
      ...(python === null ? [] : models),
      'raw_data:v0 → run (annotate) → labeled_data:v0',
      'raw_data:v1 → run (annotate) → labeled_data:v1',
      'run (upload) → raw_data:v0',
      'run (upload) → raw_data:v1',
    ])
  })

  it.skipIf(python === null)(
    'train with what the official client downloads, each image judged unseen',
    () => {
      expect(told.trainings).toMatchObject([
        { data: 'labeled_data:v0', model: 'street-pixels:v0', images: 3 },
        { data: 'labeled_data:v1', model: 'street-pixels:v1', images: 4 },
      ])
      for (const training of told.trainings) {
        const { summary, state } = world.wandb.store.run('me', 'street', training!.run)!
        expect(state).toBe('finished')
        expect(JSON.parse(summary!)).toMatchObject({ mIoU: training!.mIoU })
        // Half of what chance would give is no training; the road alone is more than this.
        expect(training!.mIoU).toBeGreaterThan(0.2)
      }
    },
  )

  it('change nothing when they are run once more', async () => {
    const before = kept(world)
    const puts = world.wandb.count('put')
    const again = await world.run()
    expect(again).toEqual({ ...told, changes: 0 })
    expect(told.changes).toBeGreaterThan(20)
    expect(kept(world)).toEqual(before)
    expect(world.wandb.count('put')).toBe(puts)
    expect(await world.findings()).toEqual([])
  }, 120_000)
})

// One kill of five; TESSERA_FAULT_SCALE=2 makes all.
const thorough = Number(process.env.TESSERA_FAULT_SCALE ?? 1) > 1
it('ends the same after a kill while an artifact is sent, and at other moments', async () => {
  const other = await createPipelineWorld(python)
  try {
    const { wandb, segments } = other
    const artifacts = (collection: string) =>
      wandb.store.state.artifacts.filter((artifact) => artifact.collection === collection).length
    const moments: Record<string, () => boolean> = {
      ...(thorough && { 'images go out': () => segments.count('upload') >= 1 }),
      ...(thorough && { 'labels are sent': () => segments.count('put_label') >= 1 }),
      'an artifact is sent': () => artifacts('labeled_data') >= 1,
      ...(python !== null &&
        thorough && {
          'a model is trained': () => wandb.store.state.runs.some(({ jobType }) => jobType === 'train'),
        }),
      ...(thorough && { 'the edge case is sent': () => artifacts('raw_data') >= 2 }),
    }
    for (const [moment, when] of Object.entries(moments))
      expect(await other.runUntil(when), `it ended before ${moment}`).toBe(true)
    const end = await other.run()
    expect(digests(other)).toEqual(digests(world))
    expect(end.lineage).toEqual(told.lineage)
    expect(end.versions.map(({ message }) => message)).toEqual(told.versions.map(({ message }) => message))
    expect(kept(other).samples).toHaveLength(4)
    expect(kept(other).releases).toHaveLength(2)
    expect(await other.findings()).toEqual([])
    expect((await other.run()).changes).toBe(0)
  } finally {
    await other.close()
  }
}, 500_000)
