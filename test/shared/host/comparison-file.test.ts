import { describe, expect, it } from 'vitest'
import { categoryChanges, comparisonCsv, comparisonJson } from '../../../shared/host/comparison-file.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import type { LabelTotals } from '../../../shared/label/diff-totals.ts'

type Comparison = HostOutput<'versions.compare'>
const digest = (n: number) => n.toString(16).padStart(64, '0')
const state = (n: number) => ({ revision: digest(n), card: null, status: 'labeled' as const })
const sample = (n: number, name: string): Comparison['samples'][number] => ({
  id: null,
  name,
  image: digest(n),
  kind: 'changed',
  isRenamed: false,
  isRelabeled: true,
  isRecarded: false,
  before: state(10 + n),
  after: state(20 + n),
  objects: { added: 1, removed: 0, reclassified: 2, changed: 0 },
})
const comparison: Comparison = {
  before: digest(1),
  after: null,
  counts: { added: 0, removed: 0, replaced: 0, renamed: 0, relabeled: 2, recarded: 0, unchanged: 7 },
  categories: [],
  reclassified: [
    { from: 1, to: 2, count: 3 },
    { from: 2, to: 1, count: 1 },
  ],
  ontology: [],
  samples: [sample(1, 'a, "b".png'), sample(2, '=2+2.png')],
}
const totals = new Map<string, LabelTotals>([
  [
    digest(1),
    {
      pixels: { added: 5, removed: 0, category: 7, object: 0 },
      objects: { added: 1, removed: 0, category: 2, reshaped: 0 },
      categories: [],
      moves: [
        { from: 1, to: 2, pixels: 7 },
        { from: 0, to: 1, pixels: 5 },
      ],
    },
  ],
])
const nameOf = (id: number) => ['', 'Road', '-Car'][id] ?? 'unknown'

describe('a comparison as a file', () => {
  it('has one row for each image, quoted as needed, without what a spreadsheet would run', () => {
    const [head, first, second, rest] = comparisonCsv({ comparison, totals, nameOf }).split('\r\n')
    expect(head!.startsWith('name,change,renamed,relabeled,')).toBe(true)
    expect(first).toBe(
      `"a, ""b"".png",changed,false,true,false,labeled,labeled,1,0,2,5,0,7,0,Road > -Car: 7; unlabeled > Road: 5,${digest(1)}`,
    )
    // Not counted: empty, and not 0.
    expect(second).toBe(`'=2+2.png,changed,false,true,false,labeled,labeled,1,0,2,,,,,,${digest(2)}`)
    expect(rest).toBe('')
  })

  it('says in JSON what is counted and which category became which, by name', () => {
    const sides = { before: { id: digest(1), name: 'v1' }, after: { id: null, name: 'working' } }
    expect(comparisonJson({ comparison, totals, sides, nameOf })).toMatchObject({
      format: 'tessera-comparison',
      format_version: 1,
      before: { name: 'v1' },
      counted: { labels: 1, of: 2 },
      category_changes: [
        { from: { id: 1, name: 'Road' }, to: { id: 2, name: '-Car' }, pixels: 7, images: 1, objects: 3 },
        { from: { id: 0, name: 'unlabeled' }, to: { id: 1 }, pixels: 5, images: 1, objects: 0 },
        { from: { id: 2 }, to: { id: 1 }, pixels: 0, images: 0, objects: 1 },
      ],
      images: [{ pixels: { added: 5 } }, { pixels: null, category_changes: null }],
    })
  })

  it('adds categories up over images', () => {
    const both = new Map([...totals, [digest(2), totals.get(digest(1))!]])
    expect(categoryChanges(both, [])).toEqual([
      { from: 1, to: 2, pixels: 14, images: 2, objects: 0 },
      { from: 0, to: 1, pixels: 10, images: 2, objects: 0 },
    ])
  })
})
