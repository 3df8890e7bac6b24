import { expect, it } from 'vitest'
import { verifyLibrary } from '../../../electron/host/verify.ts'
import { snapshotRows } from '../../../electron/host/version-files.ts'
import { historyFiles } from '../../../electron/host/version-history.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import type { SnapshotSample } from '../../../shared/formats/snapshot.ts'
import { type VersionRecord, versionRecordText } from '../../../shared/formats/version-record.ts'
import type { WandbDouble } from '../../servers/wandb/server.ts'
import { type Laptop, openDesk } from '../../support/laptops.ts'
import { plantArtifact } from '../../support/plant-artifact.ts'

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

/** Puts a version on the server that is like the head of `from`, and whose sums are all right, but for what is changed. */
async function forge(
  server: WandbDouble,
  { services }: Laptop,
  change: {
    readonly samples?: (samples: readonly SnapshotSample[]) => readonly SnapshotSample[]
    readonly record?: Partial<VersionRecord>
    /** What the artifact says its parents are. */
    readonly says?: readonly string[]
  },
): Promise<string> {
  const { context, versions } = services
  await versions.digested()
  const { files } = versions
  const head = versions.head()!
  const record = await files.record(head.id)
  const { samples, ontology } = await files.getSnapshot(record.snapshot.digest)
  const rows = (change.samples?.(samples) ?? samples).map((row) => [row.name, row] as const)
  const { list } = await files.lists.change(snapshotRows, [], new Map(rows))
  const made = { ...record, message: 'forged', snapshot: await files.putSnapshot(list, ontology) }
  const forged: VersionRecord = { ...made, ...change.record }
  const { digest: id } = await context.blobs.put(Buffer.from(versionRecordText(forged)))
  const entries = await historyFiles(
    { blobs: context.blobs, files },
    { id, parents: [], artifacts: head.artifacts },
  )
  const planted: Record<string, { bytes: Uint8Array }> = {}
  for (const { path, blob } of entries) planted[path] = { bytes: await context.blobs.get(blob as BlobDigest) }
  const { createdAt, author } = forged
  const parents = change.says ?? forged.parents
  plantArtifact(server, planted, {
    collection: 'history',
    type: 'dataset_history',
    metadata: {
      versionId: id,
      version: 2,
      parents,
      libraryId: 'forger',
      deviceId: 'forger',
      author,
      createdAt,
    },
  })
  return id
}

async function pushed(ada: Laptop) {
  ada.categorize()
  for (let i = 1; i <= 2; i++) await ada.add(`${i}.png`, i)
  await ada.label('1.png', [1, 1, 2])
  await ada.commit('first')
  await ada.push()
}

const renamed = (name: string) => (samples: readonly SnapshotSample[]) =>
  samples.map((sample) => (sample.name === '2.png' ? { ...sample, name } : sample))

it('takes a version whose sums are right, and that lies about nothing', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  const id = await forge(desk.server, ada, { samples: renamed('3.png') })
  // Hers has nothing in common with it, so it is asked whether both belong together.
  expect(await codeOf(bob.pullAndMerge({ confirmed: true }))).toBe('done')
  expect((await bob.services.versions.list()).map((version) => version.id)).toContain(id)
})

it('takes no version that comes from others than its artifact says', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  await forge(desk.server, ada, { record: { parents: ['f'.repeat(64)] }, says: [] })
  expect(await codeOf(bob.pullAndMerge())).toBe('REMOTE_CORRUPT')
  const known = new Set((await bob.services.versions.list()).map((version) => version.id))
  expect([...known].every((id) => id === ada.head()!.id)).toBe(true)
})

it('takes no version of which a file is emptied from the trash while it comes', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  const { id } = await bob.add('mine.png', 2)
  const { context, trash, versions } = bob.services
  trash.put([id as SampleId])
  const { adopt } = versions
  // Everything has come, and the version is to be taken next.
  const put: Pick<typeof versions, 'adopt'> = {
    async adopt(...args) {
      Object.assign(versions, { adopt })
      expect((await trash.empty()).removed).toBe(1)
      return adopt(...args)
    },
  }
  Object.assign(versions, put)
  expect(await codeOf(bob.pullAndMerge())).toBe('REMOTE_CORRUPT')
  expect(await versions.list()).toEqual([])
  expect(await codeOf(bob.pullAndMerge())).toBe('done')
  const { findings } = await verifyLibrary(context, versions, { signal: AbortSignal.timeout(60_000) })
  expect(findings).toEqual([])
})

it.each([
  ['leads out of its folder', '../../../../2.png'],
  ['is absolute', '/2.png'],
  ['leads out on Windows', '..\\..\\2.png'],
  ['Windows cannot have', 'nul.png'],
  ['is written in another form', 'e\u0301.png'],
  ['differs from another one in case only', '1.PNG'],
])('takes nothing of a version with an image whose name %s', async (_, name) => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  const id = await forge(desk.server, ada, { samples: renamed(name) })
  expect(await codeOf(bob.pullAndMerge())).toBe('REMOTE_CORRUPT')
  expect((await bob.services.versions.list()).map((version) => version.id)).not.toContain(id)
})
