import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../shared/base/app-error.ts'
import { manifestDigestText, sortEntries } from '../../../shared/dataset/manifest.ts'
import type { ArtifactSource, Page, RemoteFile, RemoteItem } from '../../../shared/sync/artifact-source.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import * as documents from './browse-documents.ts'
import { manifestAddress } from './documents.ts'
import type { WandbGraphql } from './graphql.ts'

const manifestLimit = 256 * 1024 * 1024
/** Paths asked about at once: an answer has a line of some hundred bytes for each. */
const mostNames = 500
const committed = '{"state":"COMMITTED"}'

/** What others keep on a W&B server. `app` is where people look at it. */
export function createWandbSource(graphql: WandbGraphql, app: string): ArtifactSource {
  const pathOf = (...parts: string[]) => [app, ...parts.map(encodeURIComponent)].join('/')
  return {
    async projects(entity, after, signal) {
      const { models } = await graphql.ask(documents.projects, { entity, after }, { signal })
      return page(models, ({ name, createdAt }) => ({ name, createdAt: timeOf(createdAt) }))
    },
    async types(place, after, signal) {
      const { project } = await graphql.ask(documents.types, { ...place, after }, { signal })
      return page(project?.artifactTypes, ({ name, description }) => ({
        name,
        description: description ?? '',
      }))
    },
    async collections(place, after, signal) {
      const { project } = await graphql.ask(documents.collections, { ...place, after }, { signal })
      return page(project?.artifactType?.artifactCollections, (one) => ({
        name: one.name,
        kind: one.__typename === 'ArtifactPortfolio' ? ('links' as const) : ('versions' as const),
        description: one.description ?? '',
        tags: (one.tags?.edges ?? []).flatMap(({ node }) => (node ? [node.name] : [])),
        createdAt: timeOf(one.createdAt),
        updatedAt: one.updatedAt ? timeOf(one.updatedAt) : null,
      }))
    },
    async items(place, after, signal) {
      const asked = { ...place, after, filters: committed }
      const { project } = await graphql.ask(documents.items, asked, { signal })
      const found = page(project?.artifactType?.artifactCollection?.artifacts, toItem)
      return { ...found, list: found.list.filter((item) => item !== null) }
    },
    async byId(id, signal) {
      const { artifact } = await graphql.ask(documents.itemById, { id }, { signal })
      return artifact && toItem(artifact)
    },
    async byName(place, name, signal) {
      const { project } = await graphql.ask(documents.itemByName, { ...place, name }, { signal })
      const found = project?.artifactCollectionMembership?.artifact
      return found ? toItem(found) : null
    },

    async files({ id, digest }, signal) {
      const { artifact } = await graphql.ask(manifestAddress, { id }, { signal })
      const { directUrl } = artifact.currentManifest.file
      const files = readFiles(await graphql.http.storage(directUrl, { signal, maxBytes: manifestLimit }))
      const unknown = files.find(({ at }) => at.kind === 'outside' && at.uri.startsWith('digest:'))
      if (unknown) {
        throw new AppError(
          'IN_FORMAT',
          `The files of this version have sums that Tessera cannot check ("${unknown.path.slice(0, 120)}").`,
          {
            remedy: 'Log it again with the usual sums (MD5).',
          },
        )
      }
      const text = manifestDigestText(sortEntries(files) as never)
      if (createHash('md5').update(text).digest('hex') === digest) return files
      throw corrupt('The list of files on the server is not that of this version.')
    },

    async addresses(id, paths, signal) {
      const found = new Map<string, string>()
      for (let from = 0; from < paths.length; from += mostNames) {
        const names = paths.slice(from, from + mostNames)
        for (let after: string | null = null; ; ) {
          const files: Awaited<ReturnType<typeof ask>> = await ask(names, after)
          for (const { node } of files?.edges ?? []) if (node?.directUrl) found.set(node.name, node.directUrl)
          const next: string | null = files?.pageInfo.hasNextPage ? files.pageInfo.endCursor : null
          if (next === null || next === after) break
          after = next
        }
      }
      return found
      async function ask(names: readonly string[], after: string | null) {
        const { artifact } = await graphql.ask(documents.fileAddresses, { id, names, after }, { signal })
        if (artifact) return artifact.files ?? undefined
        throw new RemoteError(
          'REMOTE_GONE',
          'A version that this one takes files from is not on the server.',
          {
            remedy: 'Ask who keeps the project whether it was deleted.',
          },
        )
      }
    },

    receive: (address, into, maxBytes, signal) => graphql.http.receive(address, into, { signal, maxBytes }),
    urlOf: ({ entity, project, type, collection, index }) =>
      `${pathOf(entity, project)}/artifacts/${encodeURIComponent(type)}/${encodeURIComponent(collection)}/v${index}`,
    runUrl: ({ entity, project }, run) => `${pathOf(entity, project)}/runs/${encodeURIComponent(run)}`,
  }
}

type Connection<T> =
  | {
      readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
      readonly edges: readonly { readonly node: T | null }[]
    }
  | null
  | undefined
function page<T, R>(found: Connection<T>, show: (node: T) => R): Page<R> {
  return {
    list: (found?.edges ?? []).flatMap(({ node }) => (node === null ? [] : [show(node)])),
    next: found?.pageInfo.hasNextPage ? found.pageInfo.endCursor : null,
  }
}

function timeOf(text: string): number {
  const time = Date.parse(text)
  return Number.isNaN(time) ? 0 : time
}

/** Null for what is not committed. */
function toItem(node: z.infer<typeof documents.itemSchema>): RemoteItem | null {
  const { artifactSequence: sequence, versionIndex, createdBy } = node
  if (node.state !== 'COMMITTED' || versionIndex === null || !sequence.project) return null
  const names = (node.aliases ?? []).filter(
    ({ artifactCollection }) => !artifactCollection || artifactCollection.name === sequence.name,
  )
  return {
    id: node.id,
    entity: sequence.project.entityName,
    project: sequence.project.name,
    collection: sequence.name,
    type: node.artifactType.name,
    index: versionIndex,
    digest: node.digest,
    aliases: names.map(({ alias }) => alias),
    tags: (node.tags ?? []).map(({ name }) => name),
    description: node.description ?? '',
    metadata: metadataOf(node.metadata),
    files: node.fileCount,
    bytes: node.size,
    createdAt: timeOf(node.createdAt),
    createdBy:
      createdBy?.__typename === 'Run'
        ? {
            kind: 'run',
            name: createdBy.name ?? '',
            title: createdBy.displayName ?? createdBy.name ?? '',
            jobType: createdBy.jobType ?? null,
          }
        : createdBy
          ? { kind: 'user', name: createdBy.username ?? '' }
          : null,
  }
}

function metadataOf(text: string | null | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}

const entrySchema = z.object({
  digest: z.string().max(4096),
  size: z.int().min(0).nullish(),
  ref: z.string().max(8192).nullish(),
  extra: z.looseObject({ alg: z.string().optional() }).nullish(),
})

/** The files of a manifest document. Throws AppError `REMOTE_CORRUPT` for what is none. */
export function readFiles(bytes: Uint8Array): RemoteFile[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const document = JSON.parse(text) as { version?: unknown; contents?: unknown }
    if (document.version !== 1 || typeof document.contents !== 'object' || document.contents === null)
      throw new Error('no manifest of version 1')
    return Object.entries(document.contents).map(([path, value]): RemoteFile => {
      const { digest, size, ref, extra } = entrySchema.parse(value)
      const alg = extra?.alg
      const at: RemoteFile['at'] = ref
        ? placeOf(ref)
        : alg !== undefined && !/md5/i.test(alg)
          ? { kind: 'outside', uri: `digest:${alg.slice(0, 40)}` }
          : { kind: 'own' }
      // Clients write 0 for what they point at, whatever its size.
      return { path, digest, size: ref && !size ? null : (size ?? null), at }
    })
  } catch (cause) {
    throw corrupt('The list of files on the server cannot be read.', cause)
  }
}

/** `wandb-artifact://<hex of the bytes of its id>/<path>`. */
function placeOf(ref: string): RemoteFile['at'] {
  const found = /^wandb-artifact:\/\/((?:[0-9a-f]{2})+)\/(.+)$/i.exec(ref)
  if (!found) return { kind: 'outside', uri: ref }
  return { kind: 'artifact', id: Buffer.from(found[1]!, 'hex').toString('base64'), path: found[2]! }
}

function corrupt(message: string, cause?: unknown): AppError {
  return new AppError('REMOTE_CORRUPT', message, {
    remedy: 'Nothing was taken from it. Try again later, or another version.',
    cause,
  })
}
