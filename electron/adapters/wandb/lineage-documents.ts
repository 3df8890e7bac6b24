import { z } from 'zod'
import { type Id, operation, type Place } from './operation.ts'

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
