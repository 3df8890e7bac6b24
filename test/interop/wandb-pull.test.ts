import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDesk, pngOf } from '../support/laptops.ts'
import { pushKey } from '../support/push-host.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

const python = findWandbPython()

/** Judges a label and logs the folder again, with the version it came from as an input; logs photographs too. */
const changing = `
import json, wandb
run = wandb.init(project='street', entity='me', job_type='review')
used = run.use_artifact('labeled_data:latest')
folder = used.download('labeled')
path = folder + '/labels/2.png.json'
label = json.load(open(path))
label['status'] = 'reviewed'
json.dump(label, open(path, 'w'), indent=1)
again = wandb.Artifact('labeled_data', 'labeled_dataset', description='reviewed in Python')
again.add_dir(folder)
run.log_artifact(again).wait()
photos = wandb.Artifact('photos', 'photographs')
photos.add_dir('photos')
run.log_artifact(photos).wait()
print(json.dumps({'run': run.id, 'version': again.version}))
run.finish()
`
const checking = `
import json, wandb
api = wandb.Api()
told = {}
for name in ('raw_data', 'labeled_data', 'history'):
    a = api.artifact('me/street/%s:latest' % name)
    root = a.download('out/' + name)
    a.verify(root)
    made = a.logged_by()
    told[name] = {'description': a.description, 'digest': a.digest, 'inputs': sorted(x.name for x in made.used_artifacts())}
told['status'] = json.load(open('out/labeled_data/labels/2.png.json'))['status']
print(json.dumps(told))
`

it.skipIf(python === null)(
  'takes what the official client logged, merges it, and gives it back; both tell one lineage',
  async () => {
    const desk = await openDesk()
    const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
    ada.categorize()
    for (const shade of [1, 2]) await ada.add(`${shade}.png`, shade)
    await ada.label('1.png', [1, 1])
    await ada.label('2.png', [1])
    await ada.commit('first')
    await ada.push()

    const folder = mkdtempSync(join(tmpdir(), 'interop-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const variables = { WANDB_BASE_URL: desk.server.url, WANDB_API_KEY: pushKey }
    mkdirSync(join(folder, 'photos'))
    for (const shade of [7, 8]) writeFileSync(join(folder, 'photos', `p${shade}.png`), await pngOf(shade))
    const logged = JSON.parse(await runWandbPython(python!, folder, changing, variables))
    expect(logged.version).toBe('v1')

    await ada.label('1.png', [1, 1, 1])
    await ada.commit('second')
    const { versions } = await ada.call('remote.ahead', { ask: true })
    expect(versions).toMatchObject([
      { message: 'reviewed in Python', remoteVersion: 'v1', collection: 'labeled_data' },
    ])
    const { merge } = await ada.pullAndMerge({ message: 'together' })
    expect([merge?.kind, merge?.conflicts]).toEqual(['merged', []])
    expect([ada.find('2.png').status, (await ada.idsOf('1.png')).slice(0, 4)]).toEqual([
      'reviewed',
      [1, 1, 1, 0],
    ])
    expect(await ada.call('remote.pull', { artifact: 'photos' })).toMatchObject({ imported: { added: 2 } })
    await ada.commit('with photographs')
    await ada.push()

    const told = JSON.parse(await runWandbPython(python!, folder, checking, variables))
    const digest = (role: string) => ada.head()!.artifacts.find((one) => one.role === role)!.digest
    expect(told.raw_data).toMatchObject({ description: 'with photographs', digest: digest('raw_data') })
    expect(told.raw_data.inputs).toEqual(['photos:v0'])
    expect(told.labeled_data).toMatchObject({ digest: digest('labeled_data') })
    expect(told.status).toBe('reviewed')

    await bob.pullAndMerge()
    expect(bob.head()!.id).toBe(ada.head()!.id)
    expect(bob.find('2.png').status).toBe('reviewed')
  },
  120_000,
)
