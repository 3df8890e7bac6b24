import { expect, it } from 'vitest'
import { openPushHost } from '../../support/push-host.ts'

it('logs objects by category of each version that led to the one sent, and keeps the last in the summary', async () => {
  const { server, categories, label, commit, sync } = await openPushHost({ progressMetrics: true })
  await commit()
  await label(0, 3)
  await commit()
  await label(1, 2)
  await label(2, 1)
  categories.update({ id: 2, name: 'vehicle' })
  await commit()
  // The official package opens its run a second after it was asked to.
  server.fail({ on: 'commitArtifact', action: { kind: 'slow', ms: 2500 }, times: 9 })
  await sync.push()
  const runs = server.store.state.runs.filter(({ jobType }) => jobType === 'annotate')
  const summary = JSON.parse(runs.at(-1)!.summary!)
  expect(summary).toMatchObject({ version: 3, 'labels/samples': 3, 'labels/labeled': 3, 'labels/objects': 6 })
  expect(summary['objects/road'] + summary['objects/vehicle']).toBe(6)
  const rows = runs.at(-1)!.history.map((line) => JSON.parse(line) as Record<string, number>)
  const progress = rows.filter((row) => 'labels/objects' in row)
  expect(progress.map((row) => [row.version, row['labels/labeled'], row['labels/objects']])).toEqual([
    [1, 0, 0],
    [2, 1, 3],
    [3, 3, 6],
  ])
  // Called as they are called now, and known from the first version that has labels.
  expect(progress.slice(1).every((row) => 'objects/vehicle' in row && !('objects/car' in row))).toBe(true)
  expect(progress[1]!['objects/road']! + progress[1]!['objects/vehicle']!).toBe(3)
  expect(server.store.state.runs.every(({ state }) => state === 'finished')).toBe(true)
}, 60_000)

it('reads of the next version only the labels that are new', async () => {
  const { host, label, commit, sync } = await openPushHost()
  await label(0, 3)
  const first = await commit()
  await sync.push()
  await label(1, 2)
  const second = await commit()
  const { blobs } = host.services.context
  const get = blobs.get.bind(blobs)
  const read: string[] = []
  Object.assign(blobs, {
    get(digest: never) {
      read.push(digest)
      return get(digest)
    },
  })
  await sync.push()
  const labelFile = async (version: string, path: string) =>
    (await host.services.versions.manifest(version, 'labeled_data')).find((entry) => entry.path === path)!
      .blob
  expect(read).toContain(await labelFile(second.id, 'labels/2.png.json'))
  expect(read).not.toContain(await labelFile(first.id, 'labels/1.png.json'))
}, 60_000)
