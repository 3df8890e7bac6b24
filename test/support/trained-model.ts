import type { WandbDouble } from '../servers/wandb/server.ts'
import type { StoredArtifact, StoredRun } from '../servers/wandb/state.ts'

type Place = { readonly entity: string; readonly project: string }
const home: Place = { entity: 'me', project: 'street' }
const day = 86_400_000

/** Puts a run on the server that others did: it reads `inputs` (ids of artifacts) and writes what `outputs` says. */
export function putRun(
  server: WandbDouble,
  name: string,
  work: {
    readonly inputs: readonly string[]
    readonly outputs?: readonly { readonly collection: string; readonly type: string }[]
    readonly summary?: Readonly<Record<string, unknown>>
    readonly jobType?: string
    readonly title?: string
    readonly at?: number
  },
  place: Place = home,
): { run: StoredRun; outputs: StoredArtifact[] } {
  const { store } = server
  const createdAt = new Date(work.at ?? Date.UTC(2026, 0, 10)).toISOString()
  const run: StoredRun = {
    id: store.id('Run'),
    ...place,
    name,
    displayName: work.title ?? name,
    jobType: work.jobType ?? 'train',
    group: null,
    config: null,
    tags: [],
    notes: null,
    state: 'finished',
    createdAt,
    history: [],
    summary: JSON.stringify(work.summary ?? {}),
    inputs: [...work.inputs],
    outputs: [],
  }
  store.state.runs.push(run)
  for (const id of work.inputs) store.artifact(id)!.usedBy.push({ ...place, name })
  const outputs = (work.outputs ?? []).map(({ collection, type }) => {
    const versionIndex = store.versions(place.entity, place.project, collection).length
    const artifact: StoredArtifact = {
      id: store.id('Artifact'),
      ...place,
      collection,
      type,
      digest: `${versionIndex}`.padStart(32, '0'),
      state: 'COMMITTED',
      clientID: null,
      runName: name,
      description: null,
      metadata: null,
      versionIndex,
      createdAt: new Date(Date.parse(createdAt) + day).toISOString(),
      requestedAliases: [],
      aliases: ['latest'],
      tags: [],
      ttlDurationSeconds: -2,
      historyStep: null,
      size: 1200,
      fileCount: 2,
      manifest: null,
      files: {},
      usedBy: [],
    }
    for (const older of store.versions(place.entity, place.project, collection)) older.aliases = []
    store.state.artifacts.push(artifact)
    run.outputs.push(artifact.id)
    return artifact
  })
  return { run, outputs }
}
