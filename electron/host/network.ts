import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { type RouteState, type Settings, settingsSchema } from '../../shared/host/host-api.ts'
import { readAuthorities } from '../adapters/net/authorities.ts'
import { type Connector, createConnector } from '../adapters/net/connector.ts'
import { parseProxy, proxyFor } from '../adapters/net/proxy.ts'
import { proxyService, type SecretStore } from '../adapters/secrets/secret-store.ts'

export type NetworkWish = Settings['network']
/** How this computer reaches servers: proxy and authorities. One for all libraries, kept in the config folder. */
export type Network = {
  get(): NetworkWish
  /** Throws AppError `BAD_REQUEST` for a proxy or a file that cannot be one; then nothing changed. */
  set(change: { [K in keyof NetworkWish]?: NetworkWish[K] | undefined }): Promise<NetworkWish>
  /** Throws AppError `TLS_BAD` when a chosen file of authorities is gone or damaged, `BAD_REQUEST` on a bad proxy. */
  connector(draft?: NetworkWish): Promise<Connector>
  /** How `baseUrl` would be reached, whatever said so. Never rejects. */
  route(baseUrl: string): RouteState
  /** PEM of the authorities that are trusted beside the usual ones. Throws as `connector`. */
  authorities(draft?: NetworkWish): string[]
}

const fileSchema = settingsSchema.shape.network.partial()
const nothing: NetworkWish = { proxy: '', noProxy: '', caFile: '' }

export function createNetwork(options: {
  /** The person's config folder. */
  config: string
  environment: Readonly<Record<string, string | undefined>>
  secrets: SecretStore
}): Network {
  const { environment, secrets } = options
  const path = join(options.config, 'network.json')
  let made: { wish: string; connector: Connector } | null = null

  function get(): NetworkWish {
    try {
      return { ...nothing, ...withoutUndefined(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))) }
    } catch {
      // None yet, or damaged: then as the environment says.
      return nothing
    }
  }

  function authorities({ caFile } = get()): string[] {
    const own = environment.NODE_EXTRA_CA_CERTS
    const said = caFile === '' ? [] : trusted(caFile)
    if (!own) return said
    try {
      return [...said, ...readAuthorities(own)]
    } catch {
      // As Node does: a file of the environment that cannot be read is no reason not to work.
      return said
    }
  }
  /** A file that was good when it was chosen. */
  function trusted(file: string): string[] {
    try {
      return readAuthorities(file)
    } catch (error) {
      throw new AppError('TLS_BAD', toAppError(error).message, {
        remedy: 'Choose the file anew in the settings (network.ca-file), or choose none.',
        cause: error,
      })
    }
  }

  /** `name:password` apart from the address; known for this connector. */
  async function connector(draft?: NetworkWish): Promise<Connector> {
    const wish = draft ?? get()
    const key = JSON.stringify(wish)
    if (made?.wish === key && draft === undefined) return made.connector
    const said = wish.proxy === '' || wish.proxy === 'direct' ? null : parseProxy(wish.proxy)
    const kept = said && said.credentials === null ? await secrets.get(proxyService(said.address)) : null
    const credentials = said?.credentials ?? kept?.reveal() ?? null
    const found = createConnector({
      wish: { ...wish, environment },
      authorities: authorities(wish),
      credentials: (address) => (address === said?.address ? credentials : null),
    })
    if (draft === undefined) made = { wish: key, connector: found }
    return found
  }

  return {
    get,
    async set(change) {
      const before = get()
      const after: NetworkWish = { ...before, ...withoutUndefined(change) }
      after.caFile = after.caFile.trim()
      if (after.caFile !== '' && after.caFile !== before.caFile) {
        if (!isAbsolute(after.caFile)) {
          throw new AppError('BAD_REQUEST', 'The file of certificate authorities needs its whole path.', {
            remedy: 'Write it from the root of the disk on.',
          })
        }
        readAuthorities(after.caFile)
      }
      after.proxy = after.proxy.trim()
      if (after.proxy !== '' && after.proxy !== 'direct') {
        const { address, credentials } = parseProxy(after.proxy)
        if (credentials !== null) await secrets.setText(proxyService(address), credentials)
        after.proxy = address
      }
      if (before.proxy !== after.proxy && before.proxy !== '' && before.proxy !== 'direct') {
        await secrets.clear(proxyService(before.proxy)).catch(() => undefined)
      }
      mkdirSync(options.config, { recursive: true, mode: 0o700 })
      writeFileSync(`${path}.tmp`, `${JSON.stringify(after)}\n`, { mode: 0o600, flush: true })
      renameSync(`${path}.tmp`, path)
      made = null
      return after
    },
    connector,
    authorities,
    route(baseUrl) {
      const wish = get()
      const none: RouteState = {
        proxy: null,
        proxyFrom: 'none',
        authorities: 0,
        authoritiesFrom: 'none',
        problem: null,
      }
      const target = URL.parse(baseUrl)
      try {
        const proxy = target && proxyFor(target, { ...wish, environment })
        const trust = authorities(wish)
        const [own, env] = [wish.caFile !== '', Boolean(environment.NODE_EXTRA_CA_CERTS)]
        const from = own && env ? 'both' : own ? 'setting' : env ? 'environment' : 'none'
        return {
          ...none,
          proxy: proxy?.address ?? null,
          proxyFrom: proxy?.from ?? 'none',
          authorities: trust.length,
          authoritiesFrom: trust.length > 0 ? from : 'none',
        }
      } catch (error) {
        return { ...none, problem: toAppError(error).toInfo() }
      }
    },
  }
}

const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<NetworkWish>
