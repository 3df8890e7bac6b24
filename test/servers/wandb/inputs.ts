import type { Args, Operation } from './operation.ts'

/** Fields a mutation's input may hold: `!` marks the required ones. The rest of the form is refused, as a schema would. */
const forms: Record<string, { type: string; fields: string }> = {
  upsertBucket: {
    type: 'UpsertBucketInput!',
    fields:
      'id name modelName entityName groupName displayName description notes config summaryMetrics jobType tags commit jobRepo jobProgram host debug framework state sweep',
  },
  upsertModel: { type: 'UpsertModelInput!', fields: 'name! entityName! description access' },
  createArtifact: {
    type: 'CreateArtifactInput!',
    fields:
      'entityName! projectName! runName artifactTypeName! artifactCollectionName artifactCollectionNames digest! digestAlgorithm! description metadata aliases tags ttlDurationSeconds historyStep enableDigestDeduplication distributedID clientID sequenceClientID storageRegion labels',
  },
  createArtifactManifest: {
    type: 'CreateArtifactManifestInput!',
    fields: 'artifactID! baseArtifactID name! digest! entityName! projectName! runName! type!',
  },
  createArtifactFiles: {
    type: 'CreateArtifactFilesInput!',
    fields: 'artifactFiles! storageLayout! digestAlgorithm cloudRegionID',
  },
  commitArtifact: { type: 'CommitArtifactInput!', fields: 'artifactID!' },
  useArtifact: {
    type: 'UseArtifactInput!',
    fields: 'entityName! projectName! runName! artifactID! usedAs artifactEntityName artifactProjectName',
  },
  addAliases: { type: 'AddAliasesInput!', fields: 'artifactID! aliases!' },
  deleteAliases: { type: 'DeleteAliasesInput!', fields: 'artifactID! aliases!' },
  createRunFiles: { type: 'CreateRunFilesInput!', fields: 'entityName! projectName! runName! files!' },
  updateArtifact: {
    type: 'UpdateArtifactInput!',
    fields: 'artifactID! description metadata ttlDurationSeconds tagsToAdd tagsToDelete',
  },
}

/** What a schema would say against a mutation, or null. A wrong type fails the whole request on a real server. */
export function objection(operation: Operation): string | null {
  if (operation.kind !== 'mutation') return null
  const field = operation.fields[0]!
  const form = forms[field]
  if (form === undefined) return `Cannot query field "${field}" on type "Mutation".`
  const variable = operation.inputVariable
  if (variable !== null && operation.declared[variable] !== form.type) {
    return `Variable "$${variable}" of type "${operation.declared[variable]}" used in position expecting type "${form.type}".`
  }
  const input = operation.args.input
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return 'input must be an object'
  const allowed = form.fields.split(' ').map((name) => name.replace('!', ''))
  for (const name of Object.keys(input)) {
    if (!allowed.includes(name) && name !== 'clientMutationId') {
      return `Field "${name}" is not defined by type ${form.type}`
    }
  }
  for (const name of form.fields.split(' ').filter((n) => n.endsWith('!'))) {
    const value = (input as Args)[name.slice(0, -1)]
    if (value === null || value === undefined) return `Field "${name}" of ${form.type} was not provided.`
  }
  for (const name of ['config', 'metadata', 'summaryMetrics', 'digest', 'runName', 'clientID']) {
    const value = (input as Args)[name]
    if (value !== undefined && value !== null && typeof value !== 'string') return `${name} must be a string`
  }
  return null
}
