import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startWandbDouble } from '../servers/wandb/server.ts'
import { openPushLibrary } from '../support/push-library.ts'

// The official Python client judges what we push. TESSERA_WANDB_PYTHON names a Python that has wandb 0.30.0.
const python = process.env.TESSERA_WANDB_PYTHON ?? join(tmpdir(), 'wandb-venv', 'bin', 'python')
const present = existsSync(python) && spawnSync(python, ['-c', 'import wandb']).status === 0
if (!present)
  console.warn(`SKIPPED: no Python with wandb at ${python} (python3 -m venv … && pip install wandb==0.30.0)`)

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

it.skipIf(!present)(
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
    const environment: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      WANDB_BASE_URL: server.url,
      WANDB_API_KEY: key,
      WANDB_ERROR_REPORTING: 'false',
      WANDB_SILENT: 'true',
      WANDB_CONSOLE: 'off',
      WANDB_DISABLE_GIT: 'true',
      WANDB_X_DISABLE_STATS: 'true',
      WANDB_X_DISABLE_META: 'true',
    }
    for (const name of ['DIR', 'CACHE_DIR', 'DATA_DIR', 'CONFIG_DIR', 'ARTIFACT_DIR']) {
      mkdirSync(join(folder, name))
      environment[`WANDB_${name}`] = join(folder, name)
    }
    writeFileSync(join(folder, 'program.py'), program)
    const child = spawn(python, ['program.py'], { cwd: folder, env: environment })
    let [out, errors] = ['', '']
    child.stdout.on('data', (part) => {
      out += part
    })
    child.stderr.on('data', (part) => {
      errors += part
    })
    const code = await new Promise((done) => child.once('close', done))
    expect(code, errors).toBe(0)
    expect(out.trim()).toBe('v0')
    expect(server.store.state.artifacts.length).toBe(2)
    expect(server.store.versions('me', 'street', 'labeled_data')[0]!.usedBy.length).toBe(1)
    library.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  },
  90_000,
)
