import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'

// The name is given again because the package would write the id in its place.
// Runs inside a worker that may die at any time: see progress.ts. The run exists already, with its config and job type.
const { baseUrl, entity, project, runName, displayName, apiKey } = workerData as Record<string, string>
const { authorities = [] } = workerData as { authorities?: string[] }
if (authorities.length > 0) setDefaultCACertificates([...getCACertificates('default'), ...authorities])
const rows: Record<string, number>[] = []
let finish = false
let arrived: () => void = () => undefined
parentPort?.on('message', (message: { row?: Record<string, number>; finish?: true }) => {
  if (message.row) rows.push(message.row)
  if (message.finish) finish = true
  arrived()
})

const { default: wandb } = await import('@wandb/sdk')
const settings = { apiKey: apiKey!, baseUrl: baseUrl!, silent: true }
const run = await wandb.init({
  id: runName!,
  name: displayName!,
  entity: entity!,
  project: project!,
  settings,
} as Parameters<typeof wandb.init>[0])
for (;;) {
  // A fresh object per row: the package writes into what it is given.
  for (const row of rows.splice(0)) run.log({ ...row })
  if (finish) break
  await new Promise<void>((done) => {
    arrived = done
  })
}
await run.finish(0)
process.exit(0)
