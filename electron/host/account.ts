import type { HostEvent, HostHandlers, HostOutput } from '../../shared/host/host-api.ts'
import { Secret } from '../adapters/secrets/secret.ts'
import { parseKey, type SecretStore, wandbService } from '../adapters/secrets/secret-store.ts'
import { normalizeBaseUrl } from '../adapters/wandb/http.ts'
import type { LibraryContext } from './library-context.ts'
import type { Network } from './network.ts'
import { requireWritable } from './read-only.ts'
import type { LibrarySettings } from './settings.ts'
import type { Sync } from './sync.ts'

type Named =
  | 'settings.get'
  | 'settings.set'
  | 'secrets.setWandbKey'
  | 'secrets.clearWandbKey'
  | 'wandb.check'
  | 'wandb.plan'
  | 'wandb.unlink'

/** What the door says of settings, keys, and the place versions go to. */
export function createAccount(
  context: Pick<LibraryContext, 'readOnly'>,
  tools: {
    readonly settings: LibrarySettings
    readonly secrets: SecretStore
    readonly network: Network
    readonly sync: Sync
    readonly emit: (event: HostEvent) => void
  },
): Pick<HostHandlers, Named> {
  const { settings, secrets, network, sync, emit } = tools

  /** The service of the server that the settings name; throws AppError `BAD_REQUEST` when they name none. */
  const service = () => wandbService(normalizeBaseUrl(settings.get().wandb.baseUrl))
  const answer = async (): Promise<HostOutput<'settings.get'>> => {
    const found = settings.get()
    let wandbKey: HostOutput<'settings.get'>['wandbKey'] = { source: 'none', last4: null }
    try {
      wandbKey = await secrets.state(service())
    } catch {
      // No address, no key: the address is told of where it is used.
    }
    return { settings: found, wandbKey, route: network.route(found.wandb.baseUrl) }
  }
  /** Server, key or network may be others. */
  function isNew(): void {
    emit({ type: 'settings.changed' })
    sync.forget()
    sync.wake()
  }

  return {
    'settings.get': answer,
    async 'settings.set'({ network: wish, ...change }) {
      if (wish) await network.set(wish)
      if (change.author !== undefined || change.wandb || change.segments) settings.set(change)
      if (wish || change.wandb) isNew()
      return answer()
    },
    async 'secrets.setWandbKey'({ key, keep }) {
      const state = await secrets.set(service(), key, keep)
      isNew()
      return state
    },
    async 'secrets.clearWandbKey'() {
      const state = await secrets.clear(service())
      isNew()
      return state
    },
    async 'wandb.check'({ draft }, signal) {
      if (!draft) return sync.check(signal)
      const { key, allowHttp, network: wish, ...place } = draft
      return sync.check(signal, {
        ...place,
        ...(allowHttp !== undefined && { allowHttp }),
        ...(wish && { network: wish }),
        key: key === undefined ? null : new Secret(parseKey(key)),
      })
    },
    'wandb.plan': (place) => sync.plan(place),
    async 'wandb.unlink'({ forgetKey }) {
      requireWritable(context)
      const receipts = await sync.leave()
      const its = service()
      if (forgetKey) await secrets.clear(its)
      settings.set({ wandb: { entity: '', project: '' } })
      isNew()
      return { receipts, keySource: (await secrets.state(its)).source }
    },
  }
}
