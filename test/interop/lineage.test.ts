import { expect, it } from 'vitest'
import { nodeTitle, shownKind } from '../../shared/lineage/graph.ts'
import { indexLineage, trainedWith } from '../../shared/lineage/reach.ts'
import { openPushHost, pushKey } from '../support/push-host.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

const python = findWandbPython()
const { signal } = new AbortController()

it.skipIf(python === null)(
  'both sides agree on lineage: what the official client used and logged is seen here, and the other way round',
  async () => {
    const { host, server, label, commit, sync } = await openPushHost()
    await label(0, 3)
    const version = await commit()
    await sync.push()
    const out = await runWandbPython(
      python!,
      host.root,
      `
import json, wandb
open('weights.bin', 'w').write('1')
run = wandb.init(project='street', entity='me', job_type='train', name='first try')
used = run.use_artifact('labeled_data:v0')
run.log({'mIoU': 0.5}); run.summary['mIoU'] = 0.71
model = wandb.Artifact('segmenter', 'model'); model.add_file('weights.bin'); run.log_artifact(model).wait()
run.finish()
api = wandb.Api()
data = api.artifact('me/street/labeled_data:v0')
data.ttl = __import__('datetime').timedelta(days=30); data.save()
api.artifact('me/street/segmenter:v0').link('me-org/wandb-registry-model/street', aliases=['staging'])
maker = data.logged_by()
print(json.dumps([[r.id for r in data.used_by()], maker.job_type, sorted(a.name for a in maker.used_artifacts()), run.id]))
`,
      { WANDB_BASE_URL: server.url, WANDB_API_KEY: pushKey },
    )
    const [users, job, inputs, runId] = JSON.parse(out.trim().split('\n').at(-1)!)
    expect([users, job, inputs]).toEqual([[runId], 'annotate', ['raw_data:v0']])

    expect(await host.handlers['lineage.look']({ node: null }, signal)).toMatchObject({
      left: 0,
      error: null,
    })
    const graph = await host.handlers['lineage.get']({}, signal)
    const index = indexLineage(graph)
    const { models, runs } = trainedWith(index, `version:${version.id}`)
    expect(models.map((id) => nodeTitle(index.node(id)!))).toEqual(['segmenter:v0'])
    expect(runs.map((id) => index.node(id))).toMatchObject([
      {
        name: runId,
        title: 'first try',
        jobType: 'train',
        metrics: expect.arrayContaining([['mIoU', 0.71]]),
      },
    ])
    const model = graph.nodes.find((node) => shownKind(node) === 'model')
    expect(model).toMatchObject({
      links: [
        {
          entity: 'me-org',
          project: 'wandb-registry-model',
          collection: 'street',
          aliases: expect.arrayContaining(['staging']),
        },
      ],
    })
    const data = graph.nodes.find((node) => nodeTitle(node) === 'labeled_data:v0')
    expect(data).toMatchObject({ ttl: { seconds: 30 * 86_400, isInherited: false } })
  },
  120_000,
)
