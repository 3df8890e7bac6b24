import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import { ontologyFileText } from '../../shared/formats/ontology-file.ts'
import { createGraph } from '../../shared/history/graph.ts'
import type { HostArgs, HostHandlers, HostOutput, Version } from '../../shared/host/host-api.ts'
import type { Consent } from '../../shared/host/version-methods.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { Cards } from './cards.ts'
import type { Categories } from './categories.ts'
import { inLanes } from './lanes.ts'
import type { LibraryContext } from './library-context.ts'
import { askedBy, type Confirmed, consentTo, FailsafeError, unusual } from './merge-failsafe.ts'
import { versionOfDataset } from './pull-dataset.ts'
import { findItem } from './remote-views.ts'
import type { Segments } from './segments.ts'
import { planCategories } from './segments-categories.ts'
import type { JobTools } from './segments-job.ts'
import { createSamplesHere, requireDataset, type SampleHere } from './segments-look.ts'
import { createReleaseFiles } from './segments-release-files.ts'
import {
  listReleases,
  makeRelease,
  readRelease,
  releaseView,
  type releaseWaits,
} from './segments-releases.ts'
import { createTally, failOne, lanes, segmentsTool } from './segments-tools.ts'
import type { Sync } from './sync.ts'
import type { VersionChanges } from './version-changes.ts'
import type { Versions } from './versions.ts'

type Named = 'segments.releases' | 'segments.release' | 'segments.fromArtifact' | 'segments.toArtifact'

/** The ways between a dataset on Segments.ai and the versions of a library. */
export function createSegmentsConversions(
  context: LibraryContext,
  tools: {
    readonly segments: Segments
    readonly categories: Categories
    readonly cards: Cards
    readonly versions: Versions
    readonly versionChanges: VersionChanges
    readonly sync: Pick<Sync, 'connect' | 'wake'>
    readonly pull: HostHandlers['remote.pull']
    readonly waits?: typeof releaseWaits
  },
): Pick<HostHandlers, Named> {
  const { segments, categories, versions, versionChanges, sync, waits } = tools
  const samplesHere = createSamplesHere(context, tools.cards)

  async function fromArtifact(
    { artifact, dataset, as, overwriteReviewed }: HostArgs<'segments.fromArtifact'>,
    job: JobTools,
  ): Promise<HostOutput<'segments.fromArtifact'>> {
    const { signal } = job
    job.show('Bringing the artifact here')
    const item = await findItem(await sync.connect({ anyPlace: true }), artifact, signal)
    await tools.pull({ artifact: item.id, as: 'auto', uncommitted: 'commit', message: '' }, signal)
    signal.throwIfAborted()
    const said: JsonObject = {
      wandb_entity: item.entity,
      wandb_project: item.project,
      wandb_artifact: item.collection,
      version: `v${item.index}`,
      digest: item.digest,
    }
    await segments.link({ dataset, create: true, as }, true)
    const wish = { mode: 'publish' as const, overwriteReviewed, confirmed: false }
    return segments.run(job, wish, {
      dataset: said,
      sample: ({ name, image }) => {
        const md5 = context.blobs.stat(image)?.md5
        return { wandb_path: `images/${name}`, ...(md5 && { md5 }) }
      },
    })
  }

  async function toArtifact(
    { release: name, message, uncommitted, confirmed }: HostArgs<'segments.toArtifact'>,
    job: JobTools,
  ): Promise<HostOutput<'segments.toArtifact'>> {
    const { signal } = job
    const { remote, dataset, book } = await segments.connect()
    job.show('Reading the release')
    const found = requireDataset(await remote.dataset(dataset, signal), dataset)
    const { release, file } = await readRelease({ remote, dataset }, name, signal)
    const draft = await versions.draft()
    if (draft.canCommit && versions.head() !== null && uncommitted === 'refuse') {
      throw new AppError('CONFLICT', 'There are changes here that no version holds.', {
        remedy: 'Commit them first, or let them be committed ("--commit").',
      })
    }
    // Samples that are not here yet come with their labels; what the others are now is no matter.
    const known = new Set(book.rows().flatMap(({ uuid, sampleId }) => (sampleId ? [uuid] : [])))
    const isWhole = file.samples.every(({ uuid }) => known.has(uuid))
    const wish = { mode: 'pull' as const, overwriteReviewed: false, confirmed }
    const brought = isWhole ? null : await segments.run(job, wish)
    const released = { ...found, taskAttributes: file.taskAttributes }
    const { idHere } = planCategories(categories, book, released, 'pull')
    const createdAt = Date.parse(release.createdAt) || context.now()
    const base = await versionBefore(createdAt)
    const rows = new Map(book.rows().map((row) => [row.uuid, row]))
    const here = new Map((await samplesHere.all()).map((sample) => [sample.id, sample]))
    const former = await formerSamples(base, [...here.values()])
    const codec = createLabelCodec()
    const files = createReleaseFiles({ context, remote, book, codec, signal, idHere, former })
    const tally = createTally()
    job.show('Reading labels', { total: file.samples.length })
    const failing = { tally, signal, context, say: job.say }
    await inLanes(file.samples, lanes, signal, async (sample) => {
      const row = rows.get(sample.uuid)
      const own = row?.sampleId ? here.get(row.sampleId) : undefined
      job.show('Reading labels', { done: 1 })
      if (!row || !own || own.inTrash) return
      try {
        await files.add(sample, own, row)
      } catch (error) {
        failOne(failing, { name: sample.name, id: own.id }, error)
      }
    }).finally(() => codec.close())
    await files.put(
      'ontology.json',
      ontologyFileText({ ...categories.rules(), categories: categories.list() }),
    )
    const made = await versionOfDataset(context, versions, {
      item: {
        collection: dataset,
        index: 0,
        createdAt,
        createdBy: { kind: 'user', name: dataset.split('/')[0]! },
      },
      role: 'labeled_data',
      blobs: files.files,
      base: base?.id ?? null,
      message: message.trim() || `Release ${release.name} of ${dataset} on Segments.ai`,
      place: segmentsTool,
    })
    const id = made ?? base?.id ?? null
    if (id === null) {
      throw new AppError(
        'NOTHING_TO_COMMIT',
        `The release "${name}" has nothing that a version could hold.`,
        {
          remedy: 'Label something there, then make another release.',
        },
      )
    }
    const said: JsonObject = {
      segments_dataset: dataset,
      segments_server: segments.serverUrl(),
      release: release.name,
      release_uuid: release.uuid,
      task_type: file.taskType,
      counts: files.counts,
      ...rawDataOf(found.metadata),
    }
    book.keepRelease(release, id, JSON.parse(canonicalJson(said)) as JsonObject)
    const remarks = files.remarks()
    for (const remark of remarks) job.say(remark)
    const { version, taken, conflicts } = await integrate(id, confirmed, signal)
    sync.wake()
    job.say(`The release ${release.name} is version ${version?.number ?? '?'}`)
    return {
      release: releaseView(release, book),
      version: versions.find(id) ?? version,
      taken,
      conflicts: conflicts + (brought?.conflicts.length ?? 0),
      failed: [...(brought?.failed ?? []), ...tally.failed],
      remarks,
    }
  }

  /** The newest version of this branch that was there when the release was made: what the labels of the release came from. */
  async function versionBefore(at: number): Promise<Version | null> {
    const list = await versions.list()
    const head = versions.head()
    if (head === null) return null
    const ours = createGraph(list).ancestors(head.id)
    return list.findLast(({ id, createdAt }) => createdAt <= at && ours.has(id)) ?? null
  }

  /** The samples of a version that are here under the same name. */
  async function formerSamples(base: Version | null, here: readonly SampleHere[]) {
    const names = here.map(({ name }) => name)
    const found = base === null ? null : await (await versions.at(base.id)).samples(names)
    return (name: string) => found?.get(name)?.sample ?? null
  }

  /** Brings the version into the branch, as a pulled one. What is not committed by now came with the release, or may be. */
  async function integrate(id: string, confirmed: Consent, signal: AbortSignal) {
    // All that is here came with the release, or was never in a version: that one has nothing in common with it yet.
    const isFirst = versions.head() === null
    if (isFirst && (await versions.draft()).canCommit) {
      await versionChanges.commit('Before the release')
    }
    if (versions.head() === null) {
      await versionChanges.restore(id, 'commit', signal)
      return { version: versions.head(), taken: 0, conflicts: 0 }
    }
    const mergeAs = (shown: Confirmed) =>
      versionChanges.merge(id, { message: '', uncommitted: 'commit', confirmed: shown, signal })
    const merge = await mergeAs(isFirst || consentTo(confirmed, id)).catch((error: unknown) => {
      const asked = askedBy(error)
      if (!asked?.isUnrelated) throw error
      // A release from before the first version has none in common with it, and is of the dataset that is linked all the same.
      const { version: _, ...scale } = asked
      const much = unusual(context, { ...asked, isUnrelated: false }, 'the release')
      if (much) throw new FailsafeError(much.message, much.remedy, asked)
      return mergeAs(scale)
    })
    const conflicts = merge.conflicts.filter(({ label }) => label !== null).length
    return { version: merge.version ?? versions.head(), taken: merge.taken, conflicts }
  }

  return {
    async 'segments.releases'(_, signal) {
      return { releases: await listReleases(await segments.connect(), signal) }
    },
    'segments.release': async (draft) =>
      segments.job('release', `release ${draft.name}`, async (job) => {
        const place = await segments.connect()
        job.show(`Waiting for the release ${draft.name}`)
        const release = await makeRelease(place, draft, job.signal, waits)
        job.say(`The release ${draft.name} is ${release.status === 'SUCCEEDED' ? 'made' : 'being made'}`)
        return releaseView(release, place.book)
      }),
    'segments.fromArtifact': async (wish) =>
      segments.job('fromArtifact', `from ${wish.artifact} ${wish.dataset}`, (job) => fromArtifact(wish, job)),
    'segments.toArtifact': async (wish) =>
      segments.job('toArtifact', `to ${wish.release}`, (job) => toArtifact(wish, job)),
  }
}

/** The artifact of W&B that a dataset says it was made of, as `fromArtifact` writes it there. */
function rawDataOf(metadata: JsonObject): JsonObject {
  const { wandb_entity: entity, wandb_project: project, wandb_artifact: artifact, version } = metadata
  const isSaid = [entity, project, artifact, version].every((each) => typeof each === 'string')
  return isSaid ? { raw_data: `${entity}/${project}/${artifact}:${version}` } : {}
}
