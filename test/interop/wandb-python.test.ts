import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startWandbDouble } from '../servers/wandb/server.ts'
import { openPushLibrary } from '../support/push-library.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

const python = findWandbPython()

const program = `
import wandb, sys
api = wandb.Api()
for name in ('raw_data', 'labeled_data'):
    a = api.artifact('me/street/%s:v0' % name)
    a.verify(a.download('out/' + name))
run = wandb.init(project='street', entity='me', job_type='train')
run.use_artifact('labeled_data:latest')
b = wandb.Artifact('raw_data', 'dataset')
b.add_dir('out/raw_data')
print(run.log_artifact(b).wait().version)
run.finish()
`

it.skipIf(python === null)(
  'lets the official client download, verify and deduplicate what we pushed',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'interop-'))
    const server = await startWandbDouble({ data: join(folder, 'server') })
    const library = openPushLibrary(join(folder, 'library'))
    const key = 'canary0123456789canary0123456789canary0123'
    library.commit(
      { 'a.jpg': 'picture a', '10': 'y', 'sub/é <x>.png': 'z' },
      { 'a.jpg': 'm', 'sub/é <x>.png': 'q' },
    )
    await library.sync(server.url, key).push()
    const variables = { WANDB_BASE_URL: server.url, WANDB_API_KEY: key }
    expect(await runWandbPython(python!, folder, program, variables)).toBe('v0')
    expect(server.store.state.artifacts.length).toBe(2)
    expect(server.store.versions('me', 'street', 'labeled_data')[0]!.usedBy.length).toBe(1)
    library.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  },
  90_000,
)
