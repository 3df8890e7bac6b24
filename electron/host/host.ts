import { basename, join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { HostEvent, HostHandlers, Notice, Settings } from '../../shared/host/host-api.ts'
import { requireAllSaid } from '../../shared/label/all-said.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { AppFolders } from '../adapters/app-folders.ts'
import { readDeviceId } from '../adapters/app-folders.ts'
import { assetFolder } from '../adapters/asset-folder.ts'
import type { FileOps } from '../adapters/file-ops.ts'
import type { StartDecoder } from '../adapters/imaging/decoder-process.ts'
import { createImaging } from '../adapters/imaging/imaging.ts'
import { createBreakers } from '../adapters/net/breaker.ts'
import { createSecretStore, type Keyring, type SecretStore } from '../adapters/secrets/secret-store.ts'
import { createSuperpixelCache } from '../adapters/superpixels/superpixel-cache.ts'
import type { HttpOptions } from '../adapters/wandb/http.ts'
import { createAccount } from './account.ts'
import { type Cards, createCards } from './cards.ts'
import { type Carried, createCarried, createCarriedHandlers } from './carried.ts'
import { type Categories, createCategories } from './categories.ts'
import { createCategoryHandlers } from './category-handlers.ts'
import { type CategoryJobs, createCategoryJobs } from './category-jobs.ts'
import { createDataPlane, type DataPlane } from './data-plane.ts'
import { addExamples } from './examples.ts'
import { createExchange, type Places } from './exchange.ts'
import { createImport, type Import } from './import.ts'
import { createLabelDifferences } from './label-differences.ts'
import { createLabelHandlers } from './label-handlers.ts'
import { createLabelSteps } from './label-steps.ts'
import { createLabels, type Labels } from './labels.ts'
import { openLibrary } from './library.ts'
import type { LibraryContext, Log } from './library-context.ts'
import { createLineage } from './lineage.ts'
import { createNetwork } from './network.ts'
import { createObjectLists } from './object-list.ts'
import { createOntologyChange } from './ontology-change.ts'
import { createOverlays } from './overlays.ts'
import { createPulls } from './pull.ts'
import { createRemoteViews } from './remote-views.ts'
import { createSampleChanges, type SampleChanges } from './sample-changes.ts'
import { createSampleHistory } from './sample-history.ts'
import { createSampleQueries, type SampleQueries } from './sample-query.ts'
import { createSamples, type Samples } from './samples.ts'
import { createSegments } from './segments.ts'
import { createSegmentsAccount } from './segments-account.ts'
import { createSegmentsCarrier } from './segments-carrier.ts'
import { createSegmentsConversions } from './segments-convert.ts'
import { createSegmentsLink } from './segments-link.ts'
import { createSettings, type LibrarySettings } from './settings.ts'
import { createSync, type Sync } from './sync.ts'
import { createSyncHandlers } from './sync-handlers.ts'
import { createTrash, type Trash } from './trash.ts'
import { createVersionChanges, type VersionChanges } from './version-changes.ts'
import { createVersionCompare } from './version-compare.ts'
import { createVersionHandlers } from './version-handlers.ts'
import { createVersionNames } from './version-names.ts'
import { createVersions, type Versions } from './versions.ts'

export type HostOptions = {
  /** The library's folder. */
  readonly folder: string
  readonly mode: 'write' | 'read'
  /** Make the library when the folder is missing or empty. */
  readonly create?: boolean
  readonly door: 'desktop' | 'browser' | 'cli'
  /** `tessera/<version>`, as servers are told. */
  readonly product: string
  readonly folders: AppFolders
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Null where there is no keyring to ask. */
  readonly keyring: Keyring | null
  readonly startDecoder?: StartDecoder
  /** Log the progress of pushes through the official W&B package. */
  readonly progressMetrics?: boolean
  /** W&B settings of this process only; the library's own stay as they are. */
  readonly settingsOverride?: Partial<Settings['wandb']>
  readonly ops?: FileOps
  /** Dialogs of the system; left out where there are none. */
  readonly places?: Places
  /** Waits of the network, shortened in tests. */
  readonly http?: Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits'>
  readonly releaseWaits?: { readonly everyMs: number; readonly mostMs: number }
}

/** One open library with everything that can be done with it. Every door wears one of these. */
export type Host = {
  readonly handlers: HostHandlers
  readonly handle: DataPlane
  /** Returns the function that stops listening. */
  on(listener: (event: HostEvent) => void): () => void
  readonly services: {
    readonly context: LibraryContext
    readonly samples: Samples
    readonly categories: Categories
    readonly categoryJobs: CategoryJobs
    readonly labels: Labels
    readonly cards: Cards
    readonly carried: Carried
    readonly trash: Trash
    readonly queries: SampleQueries
    readonly changes: SampleChanges
    readonly versions: Versions
    readonly versionChanges: VersionChanges
    readonly imports: Import
    readonly settings: LibrarySettings
    readonly secrets: SecretStore
    readonly sync: Sync
  }
  /** Ends what runs, finishes what is being saved, and lets go of the library. */
  close(): Promise<void>
}

/** Opens a library. Rejects with AppError: `LIB_BUSY`, `LIB_MISSING`, `LIB_NOT_EMPTY`, `FMT_TOO_NEW`, `DB_UNREADABLE` … */
export async function openHost(options: HostOptions): Promise<Host> {
  const { folder, mode, log, environment, folders, product } = options
  const listeners = new Set<(event: HostEvent) => void>()
  const notices = new Map<string, Notice>()
  const emit = (event: HostEvent) => {
    if (event.type === 'notice') notices.set(event.notice.key, event.notice)
    for (const listener of [...listeners]) listener(event)
  }
  const library = await openLibrary(folder, {
    mode,
    ...(options.create !== undefined && { create: options.create }),
    ...(options.ops && { ops: options.ops }),
    deviceId: readDeviceId(folders.config),
    log,
    emit,
  })
  const { context } = library
  for (const notice of library.notices) notices.set(notice.key, notice)

  const samples = createSamples(context)
  const categories = createCategories(context)
  const secrets = createSecretStore({
    environment,
    keyring: options.keyring,
    file: join(folders.config, 'secrets.json'),
  })
  const network = createNetwork({ config: folders.config, environment, secrets })
  const settings = createSettings(context, {
    environment,
    network,
    ...(options.settingsOverride && { override: options.settingsOverride }),
  })
  const imaging = createImaging(options.startDecoder ? { start: options.startDecoder } : {})
  const imports = createImport(context, samples, imaging, {
    cacheFolder: join(folders.cache, 'libraries', context.libraryId),
  })
  const author = () => settings.get().author
  const superpixels = createSuperpixelCache(join(folders.cache, 'superpixels'), { log, ops: options.ops })
  const labels = createLabels(context, {
    categories,
    author,
    releaseReserve: library.releaseReserve,
    ...(options.ops && { ops: options.ops }),
  })
  const steps = createLabelSteps(context, {
    requireSample: (id) => void samples.get(id),
    ...(options.ops && { ops: options.ops }),
  })
  const versions = createVersions(context, { categories })
  const cards = createCards(context, { author, releaseReserve: library.releaseReserve })
  const carried = createCarried(context, {
    author,
    releaseReserve: library.releaseReserve,
    ...(options.ops && { ops: options.ops }),
  })
  const trash = createTrash(context, {
    besideVersions: versions.beside,
    dropJournal(sample) {
      labels.forget(sample)
      steps.forget(sample)
    },
    ...(options.ops && { ops: options.ops }),
  })
  const versionChanges = createVersionChanges(context, {
    versions,
    labels,
    cards,
    trash,
    categories,
    carried,
    async bringBack(image, name, id) {
      const outcome = await imports.importFile(context.blobs.pathOf(image), name, undefined, id)
      if (outcome.kind === 'rejected') throw AppError.fromInfo(outcome.error)
    },
    author,
  })
  const compare = createVersionCompare(context, { versions, categories })
  const history = createSampleHistory(context, { versions, samples })
  const queries = createSampleQueries(context, { samples, me: author, snapshot: versions.snapshot })
  const allSaid = (id: SampleId) => async (objects: readonly LabelObject[]) => {
    const { name } = samples.get(id)
    const { attributes: values } = await cards.get(id)
    requireAllSaid({ name, objects, values }, { ...categories.rules(), categories: categories.list() })
  }
  const changes = createSampleChanges(context, { samples, labels, cards, trash, allSaid })
  const objectLists = createObjectLists({ labels, queries })
  const categoryJobs = createCategoryJobs(context, {
    categories,
    labels,
    nameOf: (id) => samples.get(id).name,
    author,
  })
  const ontology = createOntologyChange(
    categories,
    (id) => categoryJobs.uses(id).objects > 0 || categoryJobs.shapes(id) > 0,
  )
  const overlays = createOverlays({
    labels,
    categories,
    cacheFolder: join(folders.cache, 'libraries', context.libraryId, 'overlays'),
  })
  const differences = createLabelDifferences(context, {
    cacheFolder: join(folders.cache, 'libraries', context.libraryId, 'changes'),
  })
  const sync = createSync({
    context,
    versions,
    settings,
    secrets,
    network,
    product,
    ...(options.http && { http: options.http }),
    logFile: join(folders.state, 'sync', `${context.libraryId}.jsonl`),
    ...(options.progressMetrics !== undefined && { progressMetrics: options.progressMetrics }),
  })
  const segmentsLink = createSegmentsLink({
    settings,
    secrets,
    network,
    product,
    ...(options.http && { http: options.http }),
    breakers: createBreakers({ remedy: 'The next try by hand looks at once.' }),
  })
  const pulls = createPulls(context, {
    sync,
    settings,
    versions,
    versionChanges,
    imports,
    samples,
    labels,
    categories,
  })
  const segments = createSegments(context, {
    settings,
    connect() {
      // Whatever is asked of a dataset, a person asks.
      segmentsLink.ready()
      return segmentsLink.connect()
    },
    labels,
    cards,
    categories,
    imports,
    carrier: createSegmentsCarrier({ carried, labels, cards }),
    logFile: join(folders.state, 'segments', `${context.libraryId}.jsonl`),
  })
  const conversions = createSegmentsConversions(context, {
    segments,
    categories,
    cards,
    versions,
    versionChanges,
    sync,
    pull: pulls.handlers['remote.pull'],
    ...(options.releaseWaits && { waits: options.releaseWaits }),
  })
  const lineage = createLineage(context, {
    versions,
    settings,
    connect: async () => (await sync.connect()).remote.lineage,
  })
  const exchange = createExchange(context, {
    host: {
      get handlers() {
        return handlers
      },
      handle: (request) => handle(request),
    },
    cacheFolder: join(folders.cache, 'libraries', context.libraryId),
    places: options.places ?? null,
  })
  // Runs beside the first calls; each sample is done in turn.
  const recovered = mode === 'write' ? labels.recover() : Promise.resolve()
  versions.start()
  if (options.door !== 'cli' && mode === 'write') sync.start()

  const handlers: HostHandlers = {
    'app.info': async () => ({
      version: product.split('/')[1] ?? '',
      host: options.door === 'desktop' ? 'desktop' : 'browser',
      libraryName: basename(context.folder),
      libraryId: context.libraryId,
      readOnly: context.readOnly,
      notices: [...notices.values()],
    }),

    'samples.list': async (page) => samples.list(page),
    'samples.query': (args) => queries.query(args),
    'samples.window': async (args) => queries.window(args),
    'samples.ids': async (args) => queries.ids(args),
    'samples.position': async (args) => queries.position(args),
    'samples.marks': (args) => queries.marks(args),
    'objects.list': (args, signal) => objectLists.list(args, signal),
    'samples.change': (args, signal) => changes.change(args, signal),
    'samples.undo': ({ undo }) => changes.undo(undo),
    'trash.empty': ({ ids }) => trash.empty(ids as SampleId[] | undefined),

    'cards.words': async () => cards.words(),
    'cards.get': ({ sampleId }) => cards.get(sampleId as SampleId),
    async 'cards.change'({ sampleId, change }) {
      const { failed } = await cards.change([sampleId as SampleId], change)
      if (failed[0]) throw AppError.fromInfo(failed[0].error)
      return cards.get(sampleId as SampleId)
    },

    'samples.get': async ({ id }) => samples.get(id),
    'samples.setStatus': ({ id, status, review }) =>
      review
        ? labels.setStatus(id as SampleId, status, 'review')
        : labels.setStatus(
            id as SampleId,
            status,
            'status',
            status === 'labeled' ? allSaid(id as SampleId) : undefined,
          ),
    'samples.addExamples': async (_, signal) => ({
      outcomes: await addExamples(assetFolder('samples'), { imports, categories }, signal),
    }),

    ...createCategoryHandlers({ categories, categoryJobs, ontology }),
    ...createLabelHandlers({ labels, categories, differences }),
    ...createVersionHandlers({ versions, versionChanges, compare, history, woken: () => sync.wake() }),
    'lineage.get': () => lineage.get(),
    'lineage.look': ({ node }, signal) => lineage.look(node, signal),
    ...createVersionNames(context, { versions, author, moved: () => sync.wake() }),

    ...createAccount(context, { settings, secrets, network, sync, emit }),
    ...createSegmentsAccount({ settings, secrets, network, link: segmentsLink, emit }),

    ...segments.handlers,
    ...conversions,

    ...createRemoteViews(context, { sync, versions }),
    ...pulls.handlers,
    ...createCarriedHandlers(carried, versions.beside),
    ...exchange.handlers,
    ...createSyncHandlers(sync),
  }

  const handle = createDataPlane({
    imports,
    labels,
    steps,
    overlays,
    differences,
    superpixels,
    exchange,
    log,
  })
  return {
    handlers,
    handle,
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    services: {
      context,
      samples,
      categories,
      categoryJobs,
      labels,
      cards,
      carried,
      trash,
      queries,
      changes,
      versions,
      versionChanges,
      imports,
      settings,
      secrets,
      sync,
    },
    async close() {
      await segments.close()
      await exchange.close()
      await pulls.close()
      await sync.close()
      await categoryJobs.settled()
      await recovered
      await versionChanges.settled()
      await labels.close()
      await steps.close()
      await objectLists.close()
      await overlays.close()
      await differences.close()
      await cards.settled()
      await carried.settled()
      await imports.settled()
      await superpixels.settled()
      await versions.settled()
      imaging.close()
      await library.close()
    },
  }
}
