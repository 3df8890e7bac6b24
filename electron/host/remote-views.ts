import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { parseDatasetFile } from '../../shared/formats/dataset-file.ts'
import type { HostHandlers, Version } from '../../shared/host/host-api.ts'
import type { RemoteArtifact, RemoteLook } from '../../shared/host/pull-methods.ts'
import type { ArtifactSource, RemoteFile, RemoteItem } from '../../shared/sync/artifact-source.ts'
import { checkFiles, type PullFile, pairMasks, parseArtifactName } from '../../shared/sync/pull.ts'
import type { LibraryContext } from './library-context.ts'
import { createHeldBlobs, heldOf } from './pull-files.ts'
import { isUnrelated, missingVersions, remoteVersions, sourceOf } from './pull-versions.ts'
import { branchVersions } from './remote-ahead.ts'
import type { Connection, Sync } from './sync.ts'
import type { Versions } from './versions.ts'

type Browsing = Pick<
  HostHandlers,
  | 'remote.entities'
  | 'remote.projects'
  | 'remote.types'
  | 'remote.collections'
  | 'remote.versions'
  | 'remote.look'
>
/** A `dataset.json` is a line. */
const datasetLimit = 65_536

/** What is to be done with an artifact, as its files and what it says of itself tell. */
export type ItemKind = {
  readonly kind: RemoteLook['kind']
  readonly role: RemoteLook['role']
  readonly files: readonly PullFile[]
  readonly outside: number
}

/** Finds what a person named. Rejects with `NOT_FOUND`, `BAD_REQUEST`, and as the source does. */
export async function findItem(
  { source, place }: Connection,
  text: string,
  signal: AbortSignal,
): Promise<RemoteItem> {
  const isName = /[:/]/.test(text) || !/^[A-Za-z0-9+/]+=*$/.test(text)
  let found = isName ? null : await source.byId(text, signal)
  if (!found) {
    const { entity, project, collection, alias } = parseArtifactName(text)
    const there = { entity: entity ?? place.entity, project: project ?? place.project }
    if (there.entity !== '' && there.project !== '')
      found = await source.byName(there, `${collection}:${alias}`, signal)
  }
  if (found) return found
  throw new AppError(
    'NOT_FOUND',
    `The server has no artifact "${text.slice(0, 200)}", or does not show it to this key.`,
    {
      remedy: 'Look at the list of versions, and check entity and project.',
    },
  )
}

/** Rejects with `IN_PATH`, `IN_TOO_BIG`, `IN_FORMAT` for a list of files that is not to be trusted. */
export async function kindOf(
  source: ArtifactSource,
  item: RemoteItem,
  hasHistory: (version: string) => boolean,
  signal: AbortSignal,
): Promise<ItemKind> {
  const { here, outside } = checkFiles(await source.files(item, signal))
  const dataset = here.find(({ path }) => path === 'dataset.json')
  const role = dataset ? await roleOf(source, item, dataset, signal) : null
  const says = sourceOf(item)
  const facts = { role, files: here, outside }
  if (role !== null && says && hasHistory(says.versionId)) return { kind: 'version', ...facts }
  if (role === 'raw_data' || role === 'labeled_data') return { kind: 'dataset', ...facts }
  if (role === null && pairMasks(here).length > 0) return { kind: 'images', ...facts }
  return { kind: 'none', ...facts }
}

/** Null when it is no `dataset.json` of ours. */
async function roleOf(
  source: ArtifactSource,
  item: RemoteItem,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<RemoteLook['role']> {
  if ((file.size ?? 0) > datasetLimit || file.at.kind !== 'own') return null
  const address = (await source.addresses(item.id, [file.path], signal)).get(file.path)
  if (address === undefined) return null
  let parts: Uint8Array[] = []
  const into = {
    begin: () => {
      parts = []
    },
    take: (part: Uint8Array) => void parts.push(part),
  }
  await source.receive(address, into, datasetLimit, signal)
  const bytes = Buffer.concat(parts)
  if (createHash('md5').update(bytes).digest('base64') !== file.digest) return null
  try {
    return parseDatasetFile(bytes.toString('utf8')).role
  } catch {
    return null
  }
}

/** Which version of this library an artifact of a server is; null for none. */
export function versionHere(
  { book }: Connection,
  known: ReadonlySet<string>,
  item: RemoteItem,
): string | null {
  const says = sourceOf(item)
  return book.versionOf(item.id) ?? (says && known.has(says.versionId) ? says.versionId : null)
}

export function shownItem(
  connection: Connection,
  known: ReadonlySet<string>,
  item: RemoteItem,
): RemoteArtifact {
  const { source } = connection
  const { createdBy, metadata: _, ...rest } = item
  return {
    ...rest,
    aliases: [...item.aliases],
    tags: [...item.tags],
    version: `v${item.index}`,
    createdBy:
      createdBy?.kind === 'run' ? { ...createdBy, url: source.runUrl(item, createdBy.name) } : createdBy,
    url: source.urlOf(item),
    versionHere: versionHere(connection, known, item),
  }
}

/** What the door says of a server: lists, and one version before it is pulled. Nothing here writes. */
export function createRemoteViews(
  context: LibraryContext,
  tools: { readonly sync: Sync; readonly versions: Versions },
): Browsing {
  const { sync, versions } = tools
  const connect = () => sync.connect({ anyPlace: true })
  const knownIds = async () => new Set((await versions.list()).map(({ id }: Version) => id))
  return {
    async 'remote.entities'(_, signal) {
      const { remote, place } = await connect()
      const { username, entity, teams } = await remote.whoAmI(signal)
      const linked = place.entity && place.project ? { entity: place.entity, project: place.project } : null
      const all = [entity, ...teams, linked?.entity].filter((one) => typeof one === 'string' && one !== '')
      return { username, entities: [...new Set(all as string[])], linked }
    },
    async 'remote.projects'({ entity, after }, signal) {
      const { list, next } = await (await connect()).source.projects(entity, after, signal)
      return { projects: [...list], next }
    },
    async 'remote.types'({ after, ...place }, signal) {
      const { list, next } = await (await connect()).source.types(place, after, signal)
      return { types: [...list], next }
    },
    async 'remote.collections'({ after, ...place }, signal) {
      const { list, next } = await (await connect()).source.collections(place, after, signal)
      return { collections: list.map((one) => ({ ...one, type: place.type })), next }
    },
    async 'remote.versions'({ after, ...place }, signal) {
      const connection = await connect()
      const { list, next } = await connection.source.items(place, after, signal)
      const known = await knownIds()
      return { versions: list.map((item) => shownItem(connection, known, item)), next }
    },
    async 'remote.look'({ artifact }, signal) {
      const connection = await connect()
      const { source } = connection
      const item = await findItem(connection, artifact, signal)
      const known = await knownIds()
      const says = sourceOf(item)
      const history = says ? await remoteVersions(source, item, signal) : new Map()
      const about = {
        artifact: shownItem(connection, known, item),
        source: says && {
          libraryId: says.libraryId,
          versionId: says.versionId,
          number: says.version,
          deviceId: says.deviceId,
          isThisLibrary: says.libraryId === context.libraryId,
        },
        files: item.files,
        bytes: item.bytes,
      }
      try {
        const { kind, role, files, outside } = await kindOf(source, item, (id) => history.has(id), signal)
        const pairs = role === null ? pairMasks(files) : []
        const paths = files.map(({ path }) => path)
        const isVersion = kind === 'version' && says
        return {
          ...about,
          kind,
          role,
          here: await heldOf(createHeldBlobs(context), files),
          images: role === null ? pairs.length : paths.filter((path) => path.startsWith('images/')).length,
          labels:
            role === null
              ? pairs.filter(({ mask }) => mask !== null).length
              : paths.filter((path) => /^labels\/.*\.png$/.test(path)).length,
          outside,
          isUnrelated: isVersion
            ? isUnrelated(history, [says.versionId], branchVersions(await versions.list(), versions))
            : false,
          versions: isVersion ? missingVersions(history, [says.versionId], (id) => known.has(id)).length : 0,
          refused: null,
        }
      } catch (error) {
        if (!(error instanceof AppError) || !/^IN_|^REMOTE_(CORRUPT|GONE)/.test(error.code)) throw error
        const nothing = {
          here: { files: 0, bytes: 0 },
          images: 0,
          labels: 0,
          outside: 0,
          versions: 0,
          isUnrelated: false,
        }
        return { ...about, kind: 'none', role: null, ...nothing, refused: error.toInfo() }
      }
    },
  }
}
