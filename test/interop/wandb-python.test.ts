import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openPushHost, pushKey } from '../support/push-host.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

const python = findWandbPython()
const { signal } = new AbortController()

// Its cache is a new one. Without it (skip_cache) that client mixes up files that it loads beside references.
const program = `
import json, os, wandb
api = wandb.Api()
told = {}
for name in ('raw_data:v0', 'raw_data:v1', 'labeled_data:v0', 'labeled_data:v1'):
    a = api.artifact('me/street/' + name)
    root = 'out/' + name.replace(':', '-')
    a.verify(a.download(root))
    made = a.logged_by()
    told[name] = {
        'files': len(a.manifest.entries),
        'there': sum(len(files) for _, _, files in os.walk(root)),
        'digest': a.digest,
        'aliases': sorted(a.aliases),
        'run': made.name if made.name else made.id,
        'id': made.id,
        'job': made.job_type,
        'state': made.state,
        'config': {k: made.config[k] for k in ('app', 'version', 'samples', 'labeled', 'ontologyDigest')},
        'inputs': [x.name for x in made.used_artifacts()],
        'outputs': [x.name for x in made.logged_artifacts()],
        'used_by': sorted(r.id for r in a.used_by()),
        'metadata': a.metadata,
    }
run = wandb.init(project='street', entity='me', job_type='train')
told['train'] = run.id
run.use_artifact('labeled_data:latest')
for name in ('raw_data', 'labeled_data'):
    again = wandb.Artifact(name, api.artifact('me/street/%s:latest' % name).type)
    again.add_dir('out/%s-v1' % name)
    told[name + ' again'] = run.log_artifact(again).wait().version
run.finish()
print(json.dumps(told))
`
type Told = {
  files: number
  there: number
  digest: string
  aliases: string[]
  id: string
  job: string
  state: string
  config: Record<string, unknown>
  inputs: string[]
  outputs: string[]
  used_by: string[]
  metadata: Record<string, unknown>
}

it.skipIf(python === null).each([
  ['references', false],
  ['bytes', true],
])(
  'lets the official client download, verify and deduplicate what we pushed, with images as %s; both tell one lineage',
  async (_, embedImages) => {
    const { host, server, add, label, commit, sync, categories } = await openPushHost({
      progressMetrics: true,
    })
    await host.handlers['settings.set']({ wandb: { embedImages } }, signal)
    await label(0, 3)
    const first = await commit()
    await label(1, 4)
    categories.update({ id: 2, name: 'cär' })
    // Raw data of its own for the second version.
    await add('é 1.png', 200)
    const second = await commit()
    await sync.push()
    const folder = mkdtempSync(join(tmpdir(), 'interop-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const variables = { WANDB_BASE_URL: server.url, WANDB_API_KEY: pushKey }
    const out = await runWandbPython(python!, folder, program, variables)
    const told = JSON.parse(out) as Record<string, Told> & Record<string, string>

    const { entries } = await sync.status()
    expect(entries.map(({ delivery }) => delivery.kind)).toEqual(Array(4).fill('sent'))
    for (const { role, digest, versionNumber, delivery } of entries) {
      const name = `${role}:${delivery.kind === 'sent' ? delivery.remoteVersion : ''}`
      const version = versionNumber === 1 ? first : second
      const artifact = version.artifacts.find((one) => one.role === role)!
      const isNewest = versionNumber === 2
      expect(told[name], name).toMatchObject({
        digest,
        files: artifact.files,
        there: artifact.files,
        aliases: isNewest ? ['latest'] : [],
        job: role === 'raw_data' ? 'upload' : 'annotate',
        state: 'finished',
        config: {
          app: 'tessera/0.0.0-test',
          version: versionNumber,
          samples: version.counts.samples,
          labeled: version.counts.labeled,
        },
        inputs: role === 'raw_data' ? [] : [`raw_data:v${versionNumber - 1}`],
        outputs: [name],
        metadata: { versionId: version.id, version: versionNumber, parents: version.parents },
      })
    }
    // Our own records name the same runs.
    const receipts = host.services.context.db
      .prepare('SELECT role, remote_version, run_name FROM receipts')
      .all()
    for (const { role, remote_version, run_name } of receipts.filter((one) => one.role !== 'history'))
      expect(told[`${role}:${remote_version}`]!.id).toBe(run_name)
    expect(told['raw_data:v1']!.used_by).toEqual([told['labeled_data:v1']!.id])
    // The same folders again: no new version.
    expect([told['raw_data again'], told['labeled_data again']]).toEqual(['v1', 'v1'])
    expect(server.store.state.artifacts.filter(({ collection }) => collection !== 'history')).toHaveLength(4)
    const train = server.store.state.runs.find(({ name }) => name === String(told.train))!
    expect(train.inputs).toEqual([server.store.versions('me', 'street', 'labeled_data')[1]!.id])
  },
  120_000,
)
