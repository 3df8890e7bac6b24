import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startSegmentsDouble } from '../servers/segments/server.ts'
import { runPython } from '../support/run-python.ts'
import { findSegmentsPython } from '../support/segments-python.ts'

const python = findSegmentsPython()
const program = readFileSync(new URL('segments_workflow.py', import.meta.url), 'utf8')

/** Pixels of the two blocks, one of them with a hole, and of the road. */
const [block, small, road] = [17 * 8 - 4, 12 * 5, 60 * 10]
const empty = 60 * 40 - block - small - road
const three = <T>(of: (i: number) => T) => [0, 1, 2].map(of)
const files = <T>(suffix: string, of: T) =>
  Object.fromEntries(three((i) => [`s${i}_label_ground-truth_${suffix}.png`, of]))

it.skipIf(python === null)(
  'lets the official client make, label, release, load and export datasets, and refuses it in its own words',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'interop-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const key = 'a key of the test'.replaceAll(' ', '-')
    const server = await startSegmentsDouble({ dir: join(folder, 'server'), apiKey: key, releaseMs: 50 })
    onTestFinished(() => server.close())
    const last = { on: 'get_user', after: 2 }
    server.fail({ ...last, action: { kind: 'status', status: 429 } })
    server.fail({ ...last, after: 3, action: { kind: 'throttled' } })
    server.fail({ ...last, after: 4, action: { kind: 'status', status: 504 } })
    server.fail({
      ...last,
      after: 5,
      action: { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
    })
    const variables = { SEGMENTS_TEST_URL: server.url, SEGMENTS_TEST_KEY: key }
    const out = await runPython(python!, folder, program, variables)
    const told = JSON.parse(out.split('\n').at(-1)!)

    const boxes = (i: number) => [
      [1, [0, 30, 60, 10], road],
      [2, [3 + i, 2, 17, 8], block],
      [2, [30, 20, 12, 5], small],
    ]
    expect(told).toEqual({
      'wrong key': ['AuthenticationError', expect.stringContaining('credentials were not provided')],
      user: 'me',
      'other user': 'colleague',
      dataset: ['me/street', 'segmentation-bitmap', 'kept'],
      'dataset twice': ['AlreadyExistsError', expect.any(String)],
      'no dataset': ['NotFoundError', expect.any(String)],
      datasets: ['me/street'],
      description: 'Roads.',
      'sample twice': ['AlreadyExistsError', expect.any(String)],
      bulk: [true, 4],
      pages: [['s0.png', 's1.png', 's2.png'], ['s3.png']],
      'page too far': ['NotFoundError', expect.stringContaining('invalid page')],
      found: [['s3.png'], ['s0.png'], ['s0.png']],
      sample: { city: 'there' },
      'own dataset': 'me/street',
      'no label': ['NotFoundError', expect.any(String)],
      label: ['LABELED', 'me', 3, 'segmentation-bitmap'],
      changed: ['REVIEWED', 0.5, true, 'me'],
      statuses: ['REVIEWED', 'LABELED', 'LABELED', null],
      full: { parked: true, colour: 'red' },
      'labelset twice': ['AlreadyExistsError', expect.any(String)],
      labelsets: ['ground-truth', 'model'],
      'label gone': ['NotFoundError', expect.any(String)],
      issues: [['s0.png', 'CLOSED', 1]],
      signed: true,
      objects: ['me/street', 'Predictions.', 3],
      collaborator: 'reviewer',
      'collaborator twice': ['CollaboratorError', expect.any(String)],
      role: 'manager',
      'no collaborator': ['NotFoundError', expect.any(String)],
      workunits: ['label', 'review'],
      clone: ['me/street-clone', 'me/street', 2, 4],
      deleted: 1,
      'release twice': ['AlreadyExistsError', expect.any(String)],
      releases: [['v0.1', 'SUCCEEDED', 4]],
      file: { 'ground-truth': null },
      length: [4, [60, 40], null],
      filtered: 1,
      'coco-instance': three((i) => boxes(i).map((one) => [...one, [40, 60]])).flat(),
      'coco-panoptic': three(boxes),
      // A hole is told as one more outline.
      polygon: three(() => [
        [1, 1],
        [2, 2],
        [2, 1],
      ]).flat(),
      instance: files('instance', { 0: empty, 1: road, 2: block, 3: small }),
      'instance-color': expect.anything(),
      semantic: files('semantic', { 0: empty, 1: road, 2: block + small }),
      'semantic-color': expect.anything(),
      bboxes: [{ bbox: [6, 4, 24, 16.5] }],
      'bboxes yolo': '1 0.300000 0.306250 0.400000 0.412500\n',
      vector: [
        { bbox: [6, 4, 24, 16.5] },
        {
          points: [
            [1, 2],
            [9.5, 2],
            [5, 7],
          ],
        },
        {},
        { keypoints: [5.5, 6.25, 1] },
      ],
      'vector yolo': '1 0.300000 0.306250 0.400000 0.412500\n',
      throttled: ['NetworkError', expect.stringContaining('throttled')],
      'throttled politely': ['APILimitError', expect.stringContaining('throttled')],
      'time-out': ['TimeoutError', expect.any(String)],
      waited: 'me',
    })
    // Every colour is there as often as its object, category or nothing has pixels.
    for (const kind of ['instance-color', 'semantic-color']) expect(Object.keys(told[kind])).toHaveLength(3)
    // The key goes to the API alone.
    const stray = server.requests.filter(({ operation }) => ['upload', 'download'].includes(operation))
    expect(stray.length).toBeGreaterThan(7)
    expect(stray.every(({ authorization }) => authorization === null)).toBe(true)
  },
  120_000,
)
