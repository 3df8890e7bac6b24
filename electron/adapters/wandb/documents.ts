import { z } from 'zod'

/**
 * One GraphQL operation: its document, the variables that it declares, and what is read of its answer. All that is ever
 * asked of a W&B server over GraphQL stands in this file. A variable of the wrong type fails the whole request there, so
 * every document is held against a schema, and its variables with it, in `test/servers/wandb`.
 */
export type Operation<V, A> = {
  readonly text: string
  readonly answer: z.ZodType<A>
  /** Only for the compiler: what `text` declares. */
  readonly variables?: V
}
const operation =
  <V>() =>
  <A>(text: string, answer: z.ZodType<A>): Operation<V, A> => ({ text, answer })

type Id = string
/** Text that holds JSON. */
type JsonText = string
type Place = { readonly entity: string; readonly project: string }
type AliasInput = { readonly artifactCollectionName: string; readonly alias: string }
type TagInput = { readonly tagName: string }
export type PartInput = { readonly partNumber: number; readonly hexMD5: string }

const idOnly = z.object({ id: z.string() })
const headers = z.array(z.string()).nullish()

// Who is asking

export const viewer = operation<Record<string, never>>()(
  'query TesseraViewer { viewer { id entity username teams { edges { node { name } } } } }',
  z.object({
    viewer: z
      .object({
        username: z.string().nullable(),
        entity: z.string().nullable(),
        teams: z.object({ edges: z.array(z.object({ node: z.object({ name: z.string() }) })) }).nullish(),
      })
      .nullable(),
  }),
)

// Versions that are there

const artifactFields = 'id state digest versionIndex description metadata aliases { alias } tags { name }'
export const artifactSchema = z.object({
  id: z.string(),
  state: z.string(),
  digest: z.string(),
  versionIndex: z.int().nullable(),
  description: z.string().nullish(),
  metadata: z.string().nullish(),
  aliases: z.array(z.object({ alias: z.string() })).nullish(),
  tags: z.array(z.object({ name: z.string() })).nullish(),
})

export const artifact = operation<{ id: Id }>()(
  `query TesseraArtifact($id: ID!) { artifact(id: $id) { ${artifactFields} } }`,
  z.object({ artifact: artifactSchema.nullable() }),
)

export const clientId = operation<{ clientID: Id }>()(
  'query TesseraClientId($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }',
  z.object({ clientIDMapping: z.object({ serverID: z.string() }).nullable() }),
)

export const versionPage = z.object({
  pageInfo: z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() }),
  edges: z.array(z.object({ node: artifactSchema })),
})
export const versions = operation<
  Place & { type: string; collection: string; after: string | null; filters: JsonText }
>()(
  `query TesseraVersions(
    $entity: String!, $project: String!, $type: String!, $collection: String!, $after: String, $filters: JSONString
  ) {
    project(name: $project, entityName: $entity) { artifactType(name: $type) { artifactCollection(name: $collection) {
      artifacts(first: 50, after: $after, order: "-versionIndex", filters: $filters) {
        pageInfo { endCursor hasNextPage } edges { node { ${artifactFields} } }
      }
    } } }
  }`,
  z.object({
    project: z
      .object({
        artifactType: z
          .object({ artifactCollection: z.object({ artifacts: versionPage }).nullable() })
          .nullable(),
      })
      .nullable(),
  }),
)

export const manifestAddress = operation<{ id: Id }>()(
  'query TesseraManifestAddress($id: ID!) { artifact(id: $id) { currentManifest { file { directUrl } } } }',
  z.object({
    artifact: z.object({ currentManifest: z.object({ file: z.object({ directUrl: z.string() }) }) }),
  }),
)

// Runs

export const upsertRun = operation<{
  input: {
    name: string
    entityName: string
    modelName: string
    displayName: string
    jobType: string
    config: JsonText
  }
}>()(
  `mutation TesseraUpsertRun($input: UpsertBucketInput!) {
    upsertBucket(input: $input) { inserted bucket { id name project { name entity { name } } } }
  }`,
  z.object({ upsertBucket: z.object({ bucket: z.object({ name: z.string() }) }) }),
)

export const useArtifact = operation<{
  input: { entityName: string; projectName: string; runName: string; artifactID: Id }
}>()(
  'mutation TesseraUseArtifact($input: UseArtifactInput!) { useArtifact(input: $input) { artifact { id } } }',
  z.object({ useArtifact: z.object({ artifact: idOnly }) }),
)

// A version on its way

export const createArtifact = operation<{
  input: {
    entityName: string
    projectName: string
    runName: string
    artifactTypeName: string
    artifactCollectionName: string
    digest: string
    digestAlgorithm: 'MANIFEST_MD5'
    description: string | null
    metadata: JsonText
    aliases: readonly AliasInput[]
    enableDigestDeduplication: true
    clientID: Id
    sequenceClientID: Id
  }
}>()(
  `mutation TesseraCreateArtifact($input: CreateArtifactInput!) {
    createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } }
  }`,
  z.object({
    createArtifact: z.object({
      artifact: z.object({
        id: z.string(),
        state: z.enum(['PENDING', 'COMMITTED', 'DELETED']),
        artifactSequence: z.object({ latestArtifact: idOnly.nullish() }).nullish(),
      }),
    }),
  }),
)

export const createManifest = operation<{
  input: {
    artifactID: Id
    baseArtifactID: Id | null
    name: 'wandb_manifest.json'
    digest: string
    entityName: string
    projectName: string
    runName: string
    type: 'FULL'
  }
  withUpload: boolean
}>()(
  `mutation TesseraManifest($input: CreateArtifactManifestInput!, $withUpload: Boolean!) {
    createArtifactManifest(input: $input) { artifactManifest { id
      file { id uploadUrl @include(if: $withUpload) uploadHeaders @include(if: $withUpload) } } }
  }`,
  z.object({
    createArtifactManifest: z.object({
      artifactManifest: z.object({
        id: z.string(),
        file: z.object({ uploadUrl: z.string().nullish(), uploadHeaders: headers }),
      }),
    }),
  }),
)

/** Where one file goes; `uploadUrl` null without parts: the server has its bytes. */
export const fileNode = z.object({
  storagePath: z.string().nullish(),
  uploadUrl: z.string().nullable(),
  uploadHeaders: headers,
  uploadMultipartUrls: z
    .object({
      uploadID: z.string(),
      uploadUrlParts: z.array(z.object({ partNumber: z.int(), uploadUrl: z.string() })),
    })
    .nullish(),
  artifact: idOnly,
})
export const createFiles = operation<{
  input: {
    storageLayout: 'V2'
    artifactFiles: readonly {
      artifactID: Id
      artifactManifestID: Id
      name: string
      md5: string
      uploadPartsInput: readonly PartInput[] | null
    }[]
  }
}>()(
  `mutation TesseraFiles($input: CreateArtifactFilesInput!) {
    createArtifactFiles(input: $input) { files { edges { node {
      storagePath uploadUrl uploadHeaders
      uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } }
      artifact { id }
    } } } }
  }`,
  z.object({
    createArtifactFiles: z.object({ files: z.object({ edges: z.array(z.object({ node: fileNode })) }) }),
  }),
)

export const completeMultipart = operation<{
  action: 'Complete'
  parts: readonly PartInput[]
  artifactID: Id
  path: string
  uploadID: string
}>()(
  `mutation TesseraCompleteMultipart(
    $action: CompleteMultipartAction!, $parts: [UploadPartsInput!]!, $artifactID: ID!, $path: String!, $uploadID: String!
  ) {
    completeMultipartUploadArtifact(input: {
      completeMultipartAction: $action, completedParts: $parts, artifactID: $artifactID, storagePath: $path,
      uploadID: $uploadID
    }) { digest }
  }`,
  z.object({ completeMultipartUploadArtifact: z.object({ digest: z.string().nullable() }).nullable() }),
)

export const commitArtifact = operation<{ input: { artifactID: Id } }>()(
  'mutation TesseraCommit($input: CommitArtifactInput!) { commitArtifact(input: $input) { artifact { id digest } } }',
  z.object({ commitArtifact: z.object({ artifact: idOnly }) }),
)

export const addAliases = operation<{
  input: { artifactID: Id; aliases: readonly (AliasInput & { entityName: string; projectName: string })[] }
}>()(
  'mutation TesseraAlias($input: AddAliasesInput!) { addAliases(input: $input) { success } }',
  z.object({ addAliases: z.object({ success: z.boolean() }) }),
)

export const deleteAliases = operation<{
  input: { artifactID: Id; aliases: readonly (AliasInput & { entityName: string; projectName: string })[] }
}>()(
  'mutation TesseraUnalias($input: DeleteAliasesInput!) { deleteAliases(input: $input) { success } }',
  z.object({ deleteAliases: z.object({ success: z.boolean() }) }),
)

export const updateArtifact = operation<{
  input: { artifactID: Id; tagsToAdd: readonly TagInput[]; tagsToDelete: readonly TagInput[] }
}>()(
  'mutation TesseraUpdate($input: UpdateArtifactInput!) { updateArtifact(input: $input) { artifact { id } } }',
  z.object({ updateArtifact: z.object({ artifact: idOnly }) }),
)

// Where things came from, and what was made of them

const homeFields = 'project { name entity { name } }'
const homeSchema = z.object({ name: z.string(), entity: z.object({ name: z.string() }) }).nullish()
const runFields = `id name displayName jobType state createdAt ${homeFields}`
export const lineageRunSchema = z.object({
  name: z.string(),
  displayName: z.string().nullish(),
  jobType: z.string().nullish(),
  state: z.string().nullish(),
  createdAt: z.string().nullish(),
  project: homeSchema,
})
const lineageArtifactFields = `id state digest versionIndex size fileCount createdAt ttlDurationSeconds ttlIsInherited
  aliases { alias } tags { name } artifactType { name } artifactSequence { name ${homeFields} }`
export const lineageArtifactSchema = z.object({
  id: z.string(),
  state: z.string(),
  digest: z.string(),
  versionIndex: z.int().nullable(),
  size: z.number(),
  fileCount: z.number(),
  createdAt: z.string().nullish(),
  ttlDurationSeconds: z.number().nullish(),
  ttlIsInherited: z.boolean().nullish(),
  aliases: z.array(z.object({ alias: z.string() })).nullish(),
  tags: z.array(z.object({ name: z.string() })).nullish(),
  artifactType: z.object({ name: z.string() }),
  artifactSequence: z.object({ name: z.string(), project: homeSchema }),
})
const lineagePage = <T extends z.ZodType>(node: T) =>
  z.object({
    pageInfo: z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() }),
    edges: z.array(z.object({ node: node.nullable() })),
  })
const initiatorSchema = z.discriminatedUnion('__typename', [
  lineageRunSchema.extend({ __typename: z.literal('Run') }),
  z.object({ __typename: z.literal('User') }),
])

export const artifactLineage = operation<{ id: Id; after: string | null }>()(
  `query TesseraArtifactLineage($id: ID!, $after: String) {
    artifact(id: $id) {
      ${lineageArtifactFields}
      createdBy { __typename ... on Run { ${runFields} } ... on User { id } }
      usedBy(first: 50, after: $after) { pageInfo { endCursor hasNextPage } edges { node { ${runFields} } } }
    }
  }`,
  z.object({
    artifact: lineageArtifactSchema
      .extend({ createdBy: initiatorSchema.nullish(), usedBy: lineagePage(lineageRunSchema) })
      .nullable(),
  }),
)

/** The collections that hold an artifact, the one it was born in among them. */
export const artifactLinks = operation<{ id: Id; after: string | null }>()(
  `query TesseraArtifactLinks($id: ID!, $after: String) {
    artifact(id: $id) { artifactMemberships(first: 50, after: $after) {
      pageInfo { endCursor hasNextPage }
      edges { node { versionIndex aliases { alias } artifactCollection { __typename name ${homeFields} } } }
    } }
  }`,
  z.object({
    artifact: z
      .object({
        artifactMemberships: lineagePage(
          z.object({
            versionIndex: z.int().nullable(),
            aliases: z.array(z.object({ alias: z.string() })),
            artifactCollection: z
              .object({ __typename: z.string(), name: z.string(), project: homeSchema })
              .nullable(),
          }),
        ),
      })
      .nullable(),
  }),
)

export const organization = operation<{ entity: string }>()(
  'query TesseraOrganization($entity: String!) { entity(name: $entity) { organization { name } } }',
  z.object({ entity: z.object({ organization: z.object({ name: z.string() }).nullish() }).nullable() }),
)

const runArtifacts = lineagePage(lineageArtifactSchema).nullish()
export const runLineage = operation<Place & { run: string }>()(
  `query TesseraRunLineage($entity: String!, $project: String!, $run: String!) {
    project(name: $project, entityName: $entity) { run(name: $run) {
      ${runFields} summaryMetrics user { username }
      inputArtifacts(first: 50) { pageInfo { endCursor hasNextPage } edges { node { ${lineageArtifactFields} } } }
      outputArtifacts(first: 50) { pageInfo { endCursor hasNextPage } edges { node { ${lineageArtifactFields} } } }
    } }
  }`,
  z.object({
    project: z
      .object({
        run: lineageRunSchema
          .extend({
            summaryMetrics: z.string().nullish(),
            user: z.object({ username: z.string().nullish() }).nullish(),
            inputArtifacts: runArtifacts,
            outputArtifacts: runArtifacts,
          })
          .nullable(),
      })
      .nullable(),
  }),
)

export const runInputs = operation<Place & { run: string; after: string }>()(
  `query TesseraRunInputs($entity: String!, $project: String!, $run: String!, $after: String) {
    project(name: $project, entityName: $entity) { run(name: $run) { artifacts: inputArtifacts(first: 50, after: $after) {
      pageInfo { endCursor hasNextPage } edges { node { ${lineageArtifactFields} } }
    } } }
  }`,
  z.object({ project: z.object({ run: z.object({ artifacts: runArtifacts }).nullable() }).nullable() }),
)

export const runOutputs = operation<Place & { run: string; after: string }>()(
  `query TesseraRunOutputs($entity: String!, $project: String!, $run: String!, $after: String) {
    project(name: $project, entityName: $entity) { run(name: $run) { artifacts: outputArtifacts(first: 50, after: $after) {
      pageInfo { endCursor hasNextPage } edges { node { ${lineageArtifactFields} } }
    } } }
  }`,
  z.object({ project: z.object({ run: z.object({ artifacts: runArtifacts }).nullable() }).nullable() }),
)

// Looking at what others keep

const pageInfo = z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() })
const pageOf = <T extends z.ZodType>(node: T) =>
  z.object({ pageInfo, edges: z.array(z.object({ node: node.nullable() })) })
type Paged = { readonly after: string | null }

export const projects = operation<{ entity: string } & Paged>()(
  `query TesseraProjects($entity: String, $after: String) {
    models(entityName: $entity, first: 50, after: $after) {
      pageInfo { endCursor hasNextPage } edges { node { name createdAt } }
    }
  }`,
  z.object({ models: pageOf(z.object({ name: z.string(), createdAt: z.string() })).nullable() }),
)

export const types = operation<Place & Paged>()(
  `query TesseraTypes($entity: String!, $project: String!, $after: String) {
    project(name: $project, entityName: $entity) { artifactTypes(first: 50, after: $after) {
      pageInfo { endCursor hasNextPage } edges { node { name description } }
    } }
  }`,
  z.object({
    project: z
      .object({ artifactTypes: pageOf(z.object({ name: z.string(), description: z.string().nullish() })) })
      .nullable(),
  }),
)

export const collectionSchema = z.object({
  __typename: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  createdAt: z.string(),
  updatedAt: z.string().nullish(),
  tags: z.object({ edges: z.array(z.object({ node: z.object({ name: z.string() }).nullable() })) }).nullish(),
})
export const collections = operation<Place & { type: string } & Paged>()(
  `query TesseraCollections($entity: String!, $project: String!, $type: String!, $after: String) {
    project(name: $project, entityName: $entity) { artifactType(name: $type) {
      artifactCollections(first: 50, after: $after) {
        pageInfo { endCursor hasNextPage }
        edges { node { __typename name description createdAt updatedAt tags(first: 100) { edges { node { name } } } } }
      }
    } }
  }`,
  z.object({
    project: z
      .object({
        artifactType: z.object({ artifactCollections: pageOf(collectionSchema).nullable() }).nullable(),
      })
      .nullable(),
  }),
)

const itemFields = `id state digest versionIndex size fileCount description metadata createdAt
  aliases { alias artifactCollection { name } } tags { name } artifactType { name }
  artifactSequence { name project { name entityName } }
  createdBy { __typename ... on Run { name displayName jobType project { name entityName } } ... on User { username } }`
export const itemSchema = artifactSchema.extend({
  size: z.number(),
  fileCount: z.number(),
  createdAt: z.string(),
  aliases: z
    .array(z.object({ alias: z.string(), artifactCollection: z.object({ name: z.string() }).nullish() }))
    .nullish(),
  artifactType: z.object({ name: z.string() }),
  artifactSequence: z.object({
    name: z.string(),
    project: z.object({ name: z.string(), entityName: z.string() }).nullish(),
  }),
  createdBy: z
    .object({
      __typename: z.string(),
      name: z.string().nullish(),
      displayName: z.string().nullish(),
      jobType: z.string().nullish(),
      username: z.string().nullish(),
      project: z.object({ name: z.string(), entityName: z.string() }).nullish(),
    })
    .nullish(),
})

export const items = operation<Place & { type: string; collection: string; filters: JsonText } & Paged>()(
  `query TesseraItems(
    $entity: String!, $project: String!, $type: String!, $collection: String!, $after: String, $filters: JSONString
  ) {
    project(name: $project, entityName: $entity) { artifactType(name: $type) { artifactCollection(name: $collection) {
      artifacts(first: 50, after: $after, order: "-versionIndex", filters: $filters) {
        pageInfo { endCursor hasNextPage } edges { node { ${itemFields} } }
      }
    } } }
  }`,
  z.object({
    project: z
      .object({
        artifactType: z
          .object({ artifactCollection: z.object({ artifacts: pageOf(itemSchema) }).nullable() })
          .nullable(),
      })
      .nullable(),
  }),
)

/** `name` is `collection:alias`, `collection:v3`. */
export const itemByName = operation<Place & { name: string }>()(
  `query TesseraItemByName($entity: String!, $project: String!, $name: String!) {
    project(name: $project, entityName: $entity) {
      artifactCollectionMembership(name: $name) { artifact { ${itemFields} } }
    }
  }`,
  z.object({
    project: z
      .object({ artifactCollectionMembership: z.object({ artifact: itemSchema.nullable() }).nullable() })
      .nullable(),
  }),
)

export const itemById = operation<{ id: Id }>()(
  `query TesseraItem($id: ID!) { artifact(id: $id) { ${itemFields} } }`,
  z.object({ artifact: itemSchema.nullable() }),
)

/** Where bytes of some files of a version can be had, for a short while. */
export const fileAddresses = operation<{ id: Id; names: readonly string[] } & Paged>()(
  `query TesseraFileAddresses($id: ID!, $names: [String!], $after: String) {
    artifact(id: $id) { files(names: $names, first: 1000, after: $after) {
      pageInfo { endCursor hasNextPage } edges { node { name directUrl } }
    } }
  }`,
  z.object({
    artifact: z
      .object({
        files: pageOf(z.object({ name: z.string(), directUrl: z.string().nullish() })).nullable(),
      })
      .nullable(),
  }),
)
