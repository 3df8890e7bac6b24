import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { artifactFeatures } from '../servers/wandb/nodes.ts'
import { readDocument } from '../servers/wandb/schema.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

// What the double is worth is that the official client takes it for a server.
const python = findWandbPython()
const key = 'canary0123456789canary0123456789canary0123'
let folder: string
let server: WandbDouble
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'interop-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
const run = (program: string) =>
  runWandbPython(python!, folder, program, { WANDB_BASE_URL: server.url, WANDB_API_KEY: key })
const refused = () => server.requests.filter(({ status, path }) => status >= 400 && !path.startsWith('/sdk/'))

const files = `
import os, glob, json, subprocess, sys, wandb
os.makedirs('d/sub')
for name, text in (('a.txt', 'hello\\n'), ('empty.bin', ''), ('sub/b <x>.txt', 'b<>&\\n'), ('sub/é.txt', 'u')):
    open('d/' + name, 'w').write(text)
def upload(**more):
    run = wandb.init(project='p', entity='me', job_type='upload', config={'lr': 0.1}, **more)
    a = wandb.Artifact('raw_data', 'dataset', description='first', metadata={'k': 1})
    a.add_dir('d')
    return run, a
`

describe.skipIf(python === null).each([
  ['no features', []],
  ['all features', artifactFeatures],
])('the official client on a double with %s', (_, features) => {
  beforeEach(() => void Object.assign(server.options, { features }))

  it('logs, uses, downloads and verifies an artifact', async () => {
    const out = await run(`${files}
run, a = upload()
logged = run.log_artifact(a, aliases=['golden'], tags=['street']).wait()
run.log({'x': 1}); run.summary['best'] = 2
run.finish()
run = wandb.init(project='p', entity='me', job_type='train')
used = run.use_artifact('raw_data:golden')
used.verify(used.download('out'))
model = wandb.Artifact('model', 'model'); model.add_file('d/a.txt'); run.log_artifact(model).wait()
run.finish()
print(json.dumps([logged.version, logged.digest, sorted(logged.aliases), logged.tags, sorted(os.listdir('out'))]))
`)
    expect(JSON.parse(out)).toEqual([
      'v0',
      '415a3da1794e05fde5d9c64011ae3dd1',
      ['golden', 'latest'],
      ['street'],
      ['a.txt', 'empty.bin', 'sub'],
    ])
    const [raw, model] = server.store.state.artifacts
    expect(server.store.state.runs.map((r) => [r.jobType, r.state, r.inputs, r.outputs])).toEqual([
      ['upload', 'finished', [], [raw!.id]],
      ['train', 'finished', [raw!.id], [model!.id]],
    ])
    expect(refused()).toEqual([])
  }, 60_000)

  it('lists, finds lineage, edits, deduplicates, drafts and deletes through its public interface', async () => {
    const out = await run(`${files}
run, a = upload()
run.log_artifact(a).wait(); run.summary['best'] = 2; run.finish()
user = wandb.init(project='p', entity='me', job_type='train'); user.use_artifact('raw_data:v0'); user.finish()
api = wandb.Api()
v = api.artifact('me/p/raw_data:v0')
told = {
  'projects': [x.name for x in api.projects('me')],
  'types': [x.name for x in api.artifact_types('me/p')],
  'collections': [x.name for x in api.artifact_type('dataset', 'me/p').collections()],
  'aliases': api.artifact_collection('dataset', 'me/p/raw_data').aliases,
  'versions': [x.version for x in api.artifacts('dataset', 'me/p/raw_data')],
  'used_by': [r.id == user.id for r in v.used_by()],
  'logged_by': [v.logged_by().id == run.id, v.logged_by().config, v.logged_by().summary.get('best')],
  'files': sorted(f.name for f in v.files()),
  'runs': sorted((r.job_type, r.state) for r in api.runs('me/p')),
  'inputs': [x.name for x in api.run('me/p/' + user.id).used_artifacts()],
  'outputs': [x.name for x in api.run('me/p/' + run.id).logged_artifacts()],
}
v.description = 'second'; v.metadata['k'] = 2; v.aliases.append('best'); v.tags.append('more'); v.save()
v = api.artifact('me/p/raw_data:best')
told['saved'] = [v.description, v.metadata, v.tags]
run, a = upload()
told['again'] = run.log_artifact(a).wait().version
open('d/new.txt', 'w').write('new')
b = wandb.Artifact('raw_data', 'dataset'); b.add_dir('d'); b = run.log_artifact(b).wait()
draft = b.new_draft(); draft.remove('a.txt'); draft = run.log_artifact(draft).wait()
told['next'] = [b.version, draft.version, draft.file_count]
run.finish()
b.delete(delete_aliases=True)
told['left'] = [x.version for x in wandb.Api().artifacts('dataset', 'me/p/raw_data')]
print(json.dumps(told))
`)
    expect(JSON.parse(out)).toEqual({
      projects: ['p'],
      types: ['dataset'],
      collections: ['raw_data'],
      aliases: ['latest'],
      versions: ['v0'],
      used_by: [true],
      logged_by: [true, { lr: 0.1 }, 2],
      files: ['a.txt', 'empty.bin', 'sub/b <x>.txt', 'sub/é.txt'],
      runs: [
        ['train', 'finished'],
        ['upload', 'finished'],
      ],
      inputs: ['raw_data:v0'],
      outputs: ['raw_data:v0'],
      saved: ['second', { k: 2 }, ['more']],
      again: 'v0',
      next: ['v1', 'v2', 4],
      left: ['v2', 'v0'],
    })
    expect(refused()).toEqual([])
  }, 90_000)

  it('brings over later what it logged offline, once', async () => {
    const out = await run(`${files}
run, a = upload(mode='offline')
run.log_artifact(a); run.log({'x': 1}); run.finish()
for folder in glob.glob('DIR/wandb/offline-run-*'):
    for more in ([], ['--include-synced']):
        subprocess.run([sys.executable, '-m', 'wandb', 'sync', *more, folder], check=True, capture_output=True)
v = wandb.Api().artifact('me/p/raw_data:latest')
print(v.version, v.logged_by().job_type, v.logged_by().state)
`)
    expect(out).toBe('v0 upload finished')
    expect(server.store.state.artifacts).toHaveLength(1)
    expect(refused()).toEqual([])
  }, 60_000)
})

it.skipIf(python === null)(
  'lets the official client get a file by its name when an address has expired',
  async () => {
    await run(`${files}
run, a = upload(); run.log_artifact(a).wait(); run.finish()`)
    // The manifest comes; the first file does not.
    server.fail({ on: 'get', action: { kind: 'expired' }, after: 1 })
    const out = await run(`
import wandb
a = wandb.Api().artifact('me/p/raw_data:v0')
a.verify(a.download('out', skip_cache=True)); print('whole')`)
    expect(out).toBe('whole')
    expect(server.requests.some(({ path }) => path.startsWith('/artifactsV2/'))).toBe(true)
  },
  60_000,
)

/** Operations that the double does not have: registries, people, sweeps, queues. */
const elsewhere =
  /(Registr|Sweep|Agent|Team|Invite|User|ApiKey|Account|Organization|Portfolio|Sequence|CollectionTags|[Ll]inkArtifact)/

it.skipIf(python === null)('has a schema that the documents of the official client fit', async () => {
  const out = await runWandbPython(
    python!,
    folder,
    `
import json
import wandb.sdk.artifacts._generated.operations as artifacts
import wandb.apis._generated.operations as api
import wandb.sdk.internal._generated.operations as internal
texts = [v for m in (artifacts, api, internal) for k, v in vars(m).items() if k.endswith('_GQL')]
print(json.dumps(texts))`,
  )
  const documents = (JSON.parse(out) as string[]).map((text) => ({
    name: /(?:query|mutation) (\w+)/.exec(text)![1]!,
    text,
  }))
  const ours = documents.filter(({ name }) => !elsewhere.test(name))
  const complaints = ours.flatMap(({ name, text }) =>
    readDocument(text).complaints.map((words) => `${name}: ${words}`),
  )
  expect(complaints).toEqual([])
  expect(ours.length).toBeGreaterThan(20)
})
