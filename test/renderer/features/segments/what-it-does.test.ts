import { expect, it } from 'vitest'
import { countGroups, matching } from '../../../../renderer/features/segments/fate-group.ts'
import { whatItDid, whatItDoes } from '../../../../renderer/features/segments/what-it-does.ts'
import {
  type SegmentsFate,
  type SegmentsPlan,
  type SegmentsPlanItem,
  type SegmentsResult,
  segmentsFates,
} from '../../../../shared/host/segments-methods.ts'

const item = (name: string, fate: SegmentsFate): SegmentsPlanItem => ({
  name,
  sampleId: null,
  uuid: null,
  fate,
  isDone: true,
  statusThere: null,
  overwritesReviewed: false,
  note: '',
})
const dataset = {
  name: 'me/a',
  description: '',
  taskType: 'segmentation-bitmap',
  samples: 1,
  isPublic: false,
  createdAt: '',
  role: null,
  url: '',
}
const plan = (more: Partial<SegmentsPlan>): SegmentsPlan => ({
  mode: 'both',
  dataset,
  counts: {},
  items: [],
  left: 0,
  categories: { newThere: [], newHere: [], changes: [], remarks: [] },
  cards: { push: 0, pull: 0 },
  kept: { send: 0, take: 0 },
  reviewed: 0,
  replaced: 0,
  needsConfirmation: false,
  ...more,
})

it('says of each way what goes where, and nothing of what it does not touch', () => {
  const much = plan({
    counts: { push: 2, 'create there': 3, pull: 1, conflict: 3, 'create here': 4, unchanged: 9, carried: 1 },
    categories: { newThere: ['car'], newHere: [], changes: [], remarks: [] },
    cards: { push: 0, pull: 1 },
    kept: { send: 2, take: 1 },
  })
  expect(whatItDoes('publish', much, 'me/a')).toBe(
    'Sends 1 image with its label, 2 labels and 2 samples that cannot be drawn and adds the category “car” there. Nothing here is changed.',
  )
  expect(whatItDoes('pull', much, 'me/a')).toBe(
    'Brings 4 new images, 1 label and what changed beside the label of 1 image, lays 3 labels beside yours, for you to decide and keeps 1 sample that cannot be drawn. Nothing there is changed.',
  )
  expect(whatItDoes('publish', plan({}), 'me/a')).toBe('Nothing to send.')
  expect(whatItDoes('pull', plan({}), 'me/a')).toBe('Nothing to get.')
  expect(whatItDoes('both', plan({}), 'me/a')).toBe('Nothing to send and nothing to get.')
})

it('says that publishing makes a dataset that is not there, categories included', () => {
  const fresh = plan({
    dataset: null,
    counts: { 'create there': 2 },
    categories: { newThere: ['car'], newHere: [], changes: [], remarks: [] },
  })
  expect(whatItDoes('publish', fresh, 'me/a')).toBe(
    'Makes me/a and sends 2 images with their labels. Nothing here is changed.',
  )
})

it('does not offer labels again that wait for an answer already', () => {
  const waiting = plan({ counts: { conflict: 2 } })
  expect(whatItDoes('pull', waiting, 'me/a', 2)).toBe('Nothing to get.')
  expect(whatItDoes('pull', waiting, 'me/a', 1)).toContain('Lays 1 label beside yours')
})

it('counts every fate once, those included that the list leaves out', () => {
  const counts = Object.fromEntries(segmentsFates.map((fate) => [fate, 1]))
  const groups = countGroups({ counts })
  expect(groups).toEqual({ send: 2, get: 1, both: 1, new: 1, goneThere: 1, goneHere: 1, kept: 1 })
})

it('finds images by kind and by any part of their name', () => {
  const items = [item('Night/Ä.png', 'pull'), item('b.png', 'push'), item('c.jpg', 'create there')]
  expect(matching(items, 'send', '').map(({ name }) => name)).toEqual(['b.png', 'c.jpg'])
  expect(matching(items, 'all', ' ä.PNG').map(({ name }) => name)).toEqual(['Night/Ä.png'])
  expect(matching(items, 'get', 'b')).toEqual([])
})

it('says what a run did, and nothing when it did nothing', () => {
  const result: SegmentsResult = {
    mode: 'both',
    dataset: 'me/a',
    sent: { isDatasetNew: false, images: 1, samples: 1, labels: 2, cards: 0, categories: 0, issues: 0 },
    got: { samples: 0, labels: 1, cards: 0, categories: 0, issues: 0, carried: 0 },
    agreed: 1,
    conflicts: [],
    held: [],
    left: [],
    goneThere: [],
    goneHere: [],
    failed: [],
    remarks: [],
  }
  expect(whatItDid(result)).toBe(
    'Sent: 1 image, 2 labels. Got: 1 label. 1 label turned out the same on both sides.',
  )
  const none = { ...result, agreed: 0, sent: { ...result.sent, samples: 0, labels: 0 } }
  expect(whatItDid({ ...none, got: { ...result.got, labels: 0 } })).toBe('')
})
