import { AppError } from '../../shared/base/app-error.ts'
import type { HostOutput, Settings, Version } from '../../shared/host/host-api.ts'
import { owed } from '../../shared/sync/outbox.ts'
import type { Breakers } from '../adapters/net/breaker.ts'
import type { Secret } from '../adapters/secrets/secret.ts'
import { type SecretStore, wandbService } from '../adapters/secrets/secret-store.ts'
import { type HttpOptions, normalizeBaseUrl, requireSafeWandb } from '../adapters/wandb/http.ts'
import { startProgress } from '../adapters/wandb/progress.ts'
import { createWandbRemote } from '../adapters/wandb/wandb-remote.ts'
import { createDeliveryBook, type DeliveryBook } from './delivery-book.ts'
import type { LibraryContext } from './library-context.ts'
import type { Network, NetworkWish } from './network.ts'
import { createRemoteInputs } from './remote-inputs.ts'
import type { VersionSource } from './sync.ts'

export type Place = Pick<Settings['wandb'], 'baseUrl' | 'entity' | 'project'>
/** Where versions would go. Without a key, the stored one. */
export type ConnectionDraft = Place & {
  readonly key: Secret | null
  readonly allowHttp?: boolean
  readonly network?: NetworkWish
}
type Plan = HostOutput<'wandb.plan'>

/** Entries of manifests that are looked through for a plan; what is beyond is estimated. */
const mostCounted = 1_000_000

/** What a library has with the place its versions go to, and with others they went to. */
export function createRemoteLink(options: {
  readonly context: LibraryContext
  readonly versions: VersionSource
  readonly settings: { get(): Settings | Promise<Settings> }
  readonly secrets: SecretStore
  readonly network: Pick<Network, 'connector' | 'authorities' | 'route'>
  readonly product: string
  readonly http?: Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits'>
  readonly breakers: Breakers | null
  readonly progressMetrics: boolean
}) {
  const { context, versions, settings, secrets, network, product, breakers } = options
  const books = new Map<string, DeliveryBook>()
  const isSet = ({ baseUrl, entity, project }: Place) => Boolean(baseUrl && entity && project)

  const nameOf = (place: Place) => `wandb:${normalizeBaseUrl(place.baseUrl)}/${place.entity}/${place.project}`

  function book(place: Place): DeliveryBook {
    const remote = nameOf(place)
    const found = books.get(remote) ?? createDeliveryBook(context, remote)
    books.set(remote, found)
    return found
  }

  return {
    isSet,
    book,
    /** The service under which the key for a place is kept. Throws AppError `BAD_REQUEST`. */
    service: ({ baseUrl }: Pick<Place, 'baseUrl'>) => wandbService(normalizeBaseUrl(baseUrl)),

    /** Rejects with AppError `REMOTE_NOT_SET`, `AUTH_MISSING`, `AUTH_KEYRING`, `BAD_REQUEST`, `TLS_BAD`. */
    async connect(draft?: ConnectionDraft, http = options.http, anyPlace = false) {
      const stored = (await settings.get()).wandb
      const place: Place = draft ?? stored
      const { baseUrl, entity, project } = place
      if (!isSet(place) && !(anyPlace && baseUrl)) {
        throw new AppError('REMOTE_NOT_SET', 'No W&B project is set for this library.', {
          remedy: 'Enter address, entity and project in the W&B settings or with "tessera config set".',
        })
      }
      requireSafeWandb(baseUrl, draft?.allowHttp ?? stored.allowHttp)
      const key = draft?.key ?? (await secrets.get(wandbService(normalizeBaseUrl(baseUrl))))
      if (key === null) {
        throw new AppError('AUTH_MISSING', `There is no W&B API key for ${new URL(baseUrl).host}.`, {
          remedy:
            'Enter a key in the W&B settings or with "tessera config set wandb.api-key -". WANDB_API_KEY is for the server of WANDB_BASE_URL alone.',
        })
      }
      const remote = createWandbRemote({
        baseUrl,
        entity,
        project,
        key,
        product,
        blobs: context.blobs,
        connector: await network.connector(draft?.network),
        ...(breakers && { breakers }),
        ...http,
      })
      // The package has a network of its own, which no proxy can be told.
      const hasMetrics = options.progressMetrics && network.route(baseUrl).proxy === null
      const metrics = (runName: string, displayName: string) =>
        startProgress({
          baseUrl: normalizeBaseUrl(baseUrl),
          entity,
          project,
          key,
          runName,
          displayName,
          authorities: network.authorities(),
          log: context.log,
        })
      const its = {
        remote,
        source: remote.source,
        book: book(place),
        inputs: createRemoteInputs(context, nameOf(place)),
        place: { baseUrl, entity, project },
      }
      return { ...its, ...(hasMetrics ? { metrics } : {}) }
    },

    /** What a link to `place` would mean. Throws AppError `BAD_REQUEST` on a bad address. */
    async plan(place: Place): Promise<Plan> {
      const stored = (await settings.get()).wandb
      const its = book(place)
      const all = await versions.list()
      const items = owed(all, (role, id) => its.receipt(role, id) !== null)
      const same = (a: Place) => `${normalizeBaseUrl(a.baseUrl)}/${a.entity}/${a.project}`
      return {
        isCurrent: isSet(stored) && same(stored) === same(place),
        sent: all.reduce((sum, { artifacts }) => sum + artifacts.length, 0) - items.length,
        owed: { artifacts: items.length, ...(await contents(items, stored.embedImages)) },
        hasKey: (await secrets.state(wandbService(normalizeBaseUrl(place.baseUrl)))).source !== 'none',
      }
    },
  }

  /** Different contents of artifacts, each counted once, as they would be sent. */
  async function contents(
    items: readonly { version: Version; role: 'raw_data' | 'labeled_data' }[],
    embedImages: boolean,
  ) {
    const seen = new Set<string>()
    let [bytes, files, looked] = [0, 0, 0]
    let isExact = true
    for (const { version, role } of items) {
      const artifact = version.artifacts.find((one) => one.role === role)
      if (looked + (artifact?.files ?? 0) > mostCounted) {
        isExact = false
        files += artifact?.files ?? 0
        bytes += artifact?.bytes ?? 0
        continue
      }
      for (const entry of await versions.manifest(version.id, role)) {
        looked++
        const isReference = role === 'labeled_data' && !embedImages && entry.path.startsWith('images/')
        if (isReference || seen.has(entry.blob)) continue
        seen.add(entry.blob)
        files++
        bytes += entry.size
      }
    }
    return { files, bytes, isExact }
  }
}
export type RemoteLink = ReturnType<typeof createRemoteLink>
