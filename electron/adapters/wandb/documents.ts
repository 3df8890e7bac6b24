import { z } from 'zod'
import { type Id, type JsonText, operation, type Place } from './operation.ts'

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
