import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runPython } from '../support/run-python.ts'
import { openSegmentsDesk, segmentsKey, streets } from '../support/segments-desk.ts'
import { findSegmentsPython } from '../support/segments-python.ts'

const python = findSegmentsPython()

/** Reads what Tessera published by name and by release, and labels the second image. */
const program = `
import json, os, time
import numpy as np
from segments import SegmentsClient, SegmentsDataset
from segments.utils import bitmap2file, export_dataset, load_label_bitmap_from_url
client = SegmentsClient('${segmentsKey}', api_url=os.environ['SEGMENTS_TEST_URL'])
told = {}
dataset = client.get_dataset('${streets}')
told['categories'] = [[c.name, c.has_instances] for c in dataset.task_attributes.categories]
a, b = dataset.get_samples(labelset='ground-truth')
label = a.get_label()
told['label'] = [label.label_status, [[o.id, o.category_id] for o in label.attributes.annotations]]
told['pixels'] = load_label_bitmap_from_url(label.attributes.segmentation_bitmap.url).flatten().tolist()
client.add_release('${streets}', 'v1')
while client.get_release('${streets}', 'v1').status == 'PENDING':
    time.sleep(0.02)
loaded = SegmentsDataset(client.get_release('${streets}', 'v1'), segments_dir='cache')
name, _ = export_dataset(loaded, 'out', export_format='coco-instance')
told['coco'] = [[o['category_id'], o['bbox'], o['area']] for o in json.load(open(name))['annotations']]
ids = np.zeros((5, 7), np.uint32)
ids[0, :3] = 1
ids[4, 2:] = 300
url = client.upload_asset(bitmap2file(ids)).url
objects = [{'id': 1, 'category_id': 1}, {'id': 300, 'category_id': 2, 'attributes': {'parked': True}}]
b.add_label('ground-truth', {'annotations': objects, 'segmentation_bitmap': {'url': url}}, label_status='REVIEWED')
print('\\n' + json.dumps(told))
`

it.skipIf(python === null)(
  'gives the official client what was published, pixel by pixel, and takes what that client labels',
  async () => {
    const desk = await openSegmentsDesk({ releaseMs: 20 })
    const mine = await desk.library('mine')
    mine.categorize()
    for (const [i, name] of ['a.png', 'b.png'].entries()) await mine.add(name, i * 40)
    const ids = [0, 2, 2, 2, 0, 0, 0, 1, 1]
    await mine.label('a.png', ids)
    await mine.run('publish')
    const folder = join(desk.root, 'python')
    mkdirSync(folder)
    const out = await runPython(python!, folder, program, { SEGMENTS_TEST_URL: desk.server.url })
    expect(JSON.parse(out.split('\n').at(-1)!)).toEqual({
      categories: [
        ['road', false],
        ['car', true],
      ],
      label: [
        'LABELING_IN_PROGRESS',
        [
          [1, 2],
          [2, 2],
        ],
      ],
      pixels: [...ids, ...Array(35 - ids.length).fill(0)],
      coco: [
        [2, [0, 1, 2, 1], 2],
        [2, [1, 0, 3, 1], 3],
      ],
    })
    await mine.run('pull')
    const theirs = [...[1, 1, 1], ...Array(27).fill(0), ...Array(5).fill(300)]
    expect(await mine.idsOf('b.png')).toEqual(theirs)
    const label = await mine.services.labels.open(mine.find('b.png').id as never)
    expect(label).toMatchObject({ status: 'reviewed' })
    // Both sides agree now: nothing is left to be done.
    desk.server.forget()
    await mine.run('both')
    const writes = Object.keys(desk.server.counts()).filter((each) => !/^(list|get|download|api)/.test(each))
    expect(writes).toEqual([])
  },
  120_000,
)
