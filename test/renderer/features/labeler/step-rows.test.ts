import { expect, it } from 'vitest'
import { stepRows } from '../../../../renderer/features/labeler/step-rows.ts'
import type { StepEntry } from '../../../../shared/host/label-steps.ts'

const entry = (key: string): StepEntry => ({
  key,
  prev: null,
  from: '0'.repeat(16),
  to: '1'.repeat(16),
  was: 'in progress',
  status: 'in progress',
  at: 5,
  title: key,
  pixels: 1,
  bytes: 1,
})
const rows = ['aaaaaaaa-0', 'aaaaaaaa-1', 'bbbbbbbb-0'].map(entry)
const shown = (position: number, start = 0) =>
  stepRows({ rows, position, start }).map((row) =>
    'state' in row ? `${row.kind === 'step' ? row.entry.key : 'start'} ${row.state}` : row.kind,
  )

it('is newest first, with what was taken back at the top and the beginning at the end', () => {
  expect(shown(2)).toEqual([
    'bbbbbbbb-0 undone',
    'opened',
    'aaaaaaaa-1 current',
    'aaaaaaaa-0 done',
    'opened',
    'start done',
  ])
  expect(shown(0).at(-1)).toBe('start current')
  expect(stepRows({ rows: [], position: 0, start: 0 })).toEqual([])
})

it('says where the label was changed elsewhere, and what is out of reach for it', () => {
  expect(shown(3, 2)).toEqual([
    'bbbbbbbb-0 current',
    'opened',
    'start done',
    'elsewhere',
    'aaaaaaaa-1 lost',
    'aaaaaaaa-0 lost',
    'opened',
  ])
  expect(shown(3, 3)[0]).toBe('start current')
})
