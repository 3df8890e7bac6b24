import type { RunRequest } from '../../../shared/sync/artifact-remote.ts'
import * as documents from './documents.ts'
import type { WandbGraphql } from './graphql.ts'

export type Target = { readonly entity: string; readonly project: string }

/** Creates or updates a run. Repeating it changes nothing: the run is known by its name. */
export async function upsertRun(
  graphql: WandbGraphql,
  target: Target,
  run: RunRequest,
  product: string,
  signal: AbortSignal,
): Promise<void> {
  await graphql.ask(
    documents.upsertRun,
    {
      input: {
        name: run.name,
        entityName: target.entity,
        modelName: target.project,
        displayName: run.displayName,
        jobType: run.jobType,
        config: JSON.stringify(wrapConfig(run, product)),
      },
    },
    { signal },
  )
}

/** W&B wraps each value; without `_wandb.t` a run counts as never started. */
function wrapConfig(run: RunRequest, product: string): Record<string, unknown> {
  const startedAt = new Date(run.startedAt).toISOString()
  const own = { t: {}, cli_version: product, e: { [run.name]: { startedAt, writerId: run.name } } }
  const values = Object.entries(run.config).map(([key, value]) => [key, { value }] as const)
  return { ...Object.fromEntries(values), _wandb: { value: own } }
}

export async function useArtifact(
  graphql: WandbGraphql,
  target: Target,
  runName: string,
  artifactID: string,
  signal: AbortSignal,
): Promise<void> {
  await graphql.ask(
    documents.useArtifact,
    { input: { entityName: target.entity, projectName: target.project, runName, artifactID } },
    { signal },
  )
}

/** Ends the run with its summary in one post; every post to an ended run would wake it again. */
export async function completeRun(
  graphql: WandbGraphql,
  target: Target,
  runName: string,
  summary: Readonly<Record<string, number | string>>,
  signal: AbortSignal,
): Promise<void> {
  const path = [target.entity, target.project, runName].map(encodeURIComponent).join('/')
  const text = JSON.stringify({ ...summary, _wandb: { runtime: 0 } })
  await graphql.http.api(`/files/${path}/file_stream`, {
    signal,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      files: { 'wandb-summary.json': { offset: 0, content: [text] } },
      complete: true,
      exitcode: 0,
    }),
  })
}
