import { toAppError } from '../../shared/base/app-error.ts'
import type { HostEvent, HostHandlers, HostOutput, Settings } from '../../shared/host/host-api.ts'
import { Secret } from '../adapters/secrets/secret.ts'
import { parseSegmentsKey, type SecretStore } from '../adapters/secrets/secret-store.ts'
import { requireSafeSegments, segmentsWebUrl } from '../adapters/segments/address.ts'
import type { Network } from './network.ts'
import type { SegmentsLink } from './segments-link.ts'

type Named = 'segments.account' | 'segments.check' | 'secrets.setSegmentsKey' | 'secrets.clearSegmentsKey'

/** What the door says of the account at Segments.ai. */
export function createSegmentsAccount(tools: {
  readonly settings: { get(): Settings }
  readonly secrets: SecretStore
  readonly network: Pick<Network, 'route'>
  readonly link: SegmentsLink
  readonly emit: (event: HostEvent) => void
}): Pick<HostHandlers, Named> {
  const { settings, secrets, network, link, emit } = tools
  return {
    async 'segments.account'() {
      const { segments } = settings.get()
      const answer: HostOutput<'segments.account'> = {
        ...segments,
        webUrl: '',
        key: { source: 'none', last4: null },
        route: network.route(segments.baseUrl),
        problem: null,
      }
      try {
        requireSafeSegments(segments.baseUrl, segments.allowHttp)
        return {
          ...answer,
          webUrl: segmentsWebUrl(segments.baseUrl),
          key: await secrets.state(link.service()),
        }
      } catch (error) {
        return { ...answer, problem: toAppError(error).toInfo() }
      }
    },
    async 'segments.check'({ draft }, signal) {
      link.ready()
      const { key, allowHttp, network: wish, baseUrl } = draft ?? { baseUrl: null }
      const remote = await link.connect(
        baseUrl === null
          ? undefined
          : {
              baseUrl,
              key: key === undefined ? null : new Secret(parseSegmentsKey(key)),
              ...(allowHttp !== undefined && { allowHttp }),
              ...(wish && { network: wish }),
            },
      )
      const { username, organizations } = await remote.whoAmI(signal)
      return { username, organizations: [...organizations] }
    },
    async 'secrets.setSegmentsKey'({ key, keep }) {
      const state = await secrets.set(link.service(), key, keep)
      emit({ type: 'settings.changed' })
      return state
    },
    async 'secrets.clearSegmentsKey'() {
      const state = await secrets.clear(link.service())
      emit({ type: 'settings.changed' })
      return state
    },
  }
}
