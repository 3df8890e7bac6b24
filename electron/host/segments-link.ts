import { AppError } from '../../shared/base/app-error.ts'
import type { Settings } from '../../shared/host/host-api.ts'
import type { SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { Breakers } from '../adapters/net/breaker.ts'
import type { Secret } from '../adapters/secrets/secret.ts'
import { type SecretStore, segmentsService } from '../adapters/secrets/secret-store.ts'
import { normalizeSegmentsUrl, requireSafeSegments } from '../adapters/segments/address.ts'
import { createSegmentsRemote, type SegmentsOptions } from '../adapters/segments/remote.ts'
import type { Network, NetworkWish } from './network.ts'

/** A server that is only being tried. Without a key, the stored one. */
export type SegmentsDraft = {
  readonly baseUrl: string
  readonly key: Secret | null
  readonly allowHttp?: boolean
  readonly network?: NetworkWish
}

/** How a library gets to Segments.ai. */
export type SegmentsLink = {
  /** The service under which the key of the server of the settings is kept. Throws AppError `BAD_REQUEST`. */
  service(): string
  /**
   * The server of the settings with its key. One is made per address, key and network and kept, so that its bounds hold for
   * all who use it. Rejects with AppError `AUTH_MISSING`, `AUTH_KEYRING`, `BAD_REQUEST`, `TLS_BAD`.
   */
  connect(draft?: SegmentsDraft): Promise<SegmentsRemote>
  /** Somebody looks now: hosts that were left alone are asked again. */
  ready(): void
}

export function createSegmentsLink(options: {
  readonly settings: { get(): Settings }
  readonly secrets: SecretStore
  readonly network: Pick<Network, 'connector'>
  readonly product: string
  readonly http?: Pick<SegmentsOptions, 'retries' | 'minWaitMs' | 'waits'>
  /** Null: no host is ever left alone. */
  readonly breakers: Breakers | null
}): SegmentsLink {
  const { settings, secrets, network, product, http, breakers } = options
  let made: { its: readonly unknown[]; remote: SegmentsRemote } | null = null

  return {
    service: () => segmentsService(normalizeSegmentsUrl(settings.get().segments.baseUrl)),
    async connect(draft) {
      const stored = settings.get().segments
      const baseUrl = normalizeSegmentsUrl(draft?.baseUrl ?? stored.baseUrl)
      requireSafeSegments(baseUrl, draft?.allowHttp ?? stored.allowHttp)
      const key = draft?.key ?? (await secrets.get(segmentsService(baseUrl)))
      if (key === null) {
        throw new AppError('AUTH_MISSING', `There is no Segments.ai API key for ${new URL(baseUrl).host}.`, {
          remedy:
            'Enter a key in the Segments.ai settings or with "tessera segments login". SEGMENTS_API_KEY is for the server of SEGMENTS_BASE_URL alone.',
        })
      }
      if (!/^[\x21-\x7e]+$/.test(key.reveal())) {
        throw new AppError('BAD_REQUEST', 'The Segments.ai API key holds what no key can hold.', {
          remedy: 'Copy the whole key once more; SEGMENTS_API_KEY may hold a space or a line break.',
        })
      }
      const connector = await network.connector(draft?.network)
      const its = [baseUrl, key.reveal(), connector]
      if (made && draft === undefined && its.every((one, at) => one === made?.its[at])) return made.remote
      const remote = createSegmentsRemote({
        baseUrl,
        key,
        product,
        connector,
        ...(breakers && { breakers }),
        ...http,
      })
      if (draft === undefined) made = { its, remote }
      return remote
    },
    ready: () => breakers?.ready(),
  }
}
