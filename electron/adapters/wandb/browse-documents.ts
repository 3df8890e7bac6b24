import { z } from 'zod'
import { artifactSchema } from './documents.ts'
import { type Id, type JsonText, operation, type Place } from './operation.ts'

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
