import { z } from 'zod'

/**
 * Where data came from and what was made of it: versions of a library, artifacts on a server, the runs between them,
 * releases of datasets at Segments.ai. The
 * form is also that of an export (`docs/formats/lineage.md`).
 */

const epochMs = z.number()
const text = z.string()

/** How long the server keeps an artifact. */
const ttlSchema = z.object({
  /** Null: for ever, or as long as the team's default says, which the server does not tell. */
  seconds: z.number().nullable(),
  /** It follows the default of the team. */
  isInherited: z.boolean(),
  /** When it may be deleted; null when that is not known. */
  endsAt: epochMs.nullable(),
})
/** Another collection that holds the artifact: one of a registry, or a portfolio of a project. */
export const linkSchema = z.object({
  entity: text,
  project: text,
  collection: text,
  /** As it is counted there: `v0`. */
  version: text,
  aliases: z.array(text),
  isRegistry: z.boolean(),
  url: text.nullable(),
})

const versionNode = z.object({
  kind: z.literal('version'),
  id: text,
  versionId: text,
  number: z.int(),
  message: text,
  author: text,
  /** When it was committed. */
  at: epochMs,
  samples: z.int(),
  labeled: z.int(),
  objects: z.int(),
  /** Branches and aliases that point at it. */
  names: z.array(text),
})
const place = { entity: text, project: text, url: text.nullable() }
const artifactNode = z.object({
  kind: z.literal('artifact'),
  id: text,
  /** Its type says that it is a model, or a checkpoint of one. */
  isModel: z.boolean(),
  ...place,
  collection: text,
  /** `v3`; `unknown` until the server said. */
  version: text,
  type: text,
  digest: text.nullable(),
  files: z.number().nullable(),
  bytes: z.number().nullable(),
  at: epochMs.nullable(),
  aliases: z.array(text),
  tags: z.array(text),
  /** A version of this library was sent as it. */
  isFromHere: z.boolean(),
  ttl: ttlSchema.nullable(),
  links: z.array(linkSchema),
  isGone: z.boolean(),
  /** When the server was asked what it comes from and leads to; null: never, so there may be more. */
  lookedAt: epochMs.nullable(),
  /** The server has more of it than was read. */
  hasMore: z.boolean(),
})
const runNode = z.object({
  kind: z.literal('run'),
  id: text,
  ...place,
  name: text,
  title: text,
  jobType: text.nullable(),
  state: text.nullable(),
  user: text.nullable(),
  at: epochMs.nullable(),
  /** Numbers of its summary, by name. */
  metrics: z.array(z.tuple([text, z.number()])),
  /** It sent a version of this library. */
  isFromHere: z.boolean(),
  isGone: z.boolean(),
  lookedAt: epochMs.nullable(),
  hasMore: z.boolean(),
})

/** A state of a dataset at Segments.ai that a version was made of. */
const releaseNode = z.object({
  kind: z.literal('release'),
  id: text,
  /** `owner/name`. */
  dataset: text,
  name: text,
  taskType: text,
  /** The artifact that the dataset says it was made of (`entity/project/raw_data:v3`); null: it says none. */
  rawData: text.nullable(),
  url: text.nullable(),
  at: epochMs.nullable(),
})

export const lineageNodeSchema = z.discriminatedUnion('kind', [
  versionNode,
  artifactNode,
  runNode,
  releaseNode,
])
export const lineageEdgeSchema = z.object({
  from: text,
  to: text,
  /** `parent`: a version from another; `sent`: a version as an artifact; `used`: an artifact by a run, or what a version came of; `made`: an artifact by a run. */
  kind: z.enum(['parent', 'sent', 'used', 'made']),
})
export const lineageSchema = z.object({
  nodes: z.array(lineageNodeSchema).readonly(),
  edges: z.array(lineageEdgeSchema).readonly(),
})

export type LineageNode = z.infer<typeof lineageNodeSchema>
export type VersionNode = Extract<LineageNode, { kind: 'version' }>
export type ArtifactNode = Extract<LineageNode, { kind: 'artifact' }>
export type RunNode = Extract<LineageNode, { kind: 'run' }>
export type ReleaseNode = Extract<LineageNode, { kind: 'release' }>
export type LineageEdge = z.infer<typeof lineageEdgeSchema>
export type LineageLink = z.infer<typeof linkSchema>
/** Nodes by id and edges by both ends, each in one order whatever they were read in. */
export type Lineage = z.infer<typeof lineageSchema>

/** What a person sees a node as. */
export type ShownKind = 'version' | 'data' | 'model' | 'run' | 'release'
export const shownKind = (node: LineageNode): ShownKind =>
  node.kind === 'artifact' ? (node.isModel ? 'model' : 'data') : node.kind

/** W&B knows no models, only types of artifacts, which people name as they like. */
export const isModelType = (type: string): boolean => /model|checkpoint/i.test(type)

export const nodeTitle = (node: LineageNode): string =>
  node.kind === 'version'
    ? `v${node.number}`
    : node.kind === 'artifact'
      ? `${node.collection}:${node.version}`
      : node.kind === 'release'
        ? `${node.dataset} ${node.name}`
        : node.title || node.name

/** One that a server of W&B has, and can be asked about. */
export const isRemoteNode = (node: LineageNode): node is ArtifactNode | RunNode =>
  node.kind === 'artifact' || node.kind === 'run'

/** By code point, so that the same graph is written the same everywhere. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
