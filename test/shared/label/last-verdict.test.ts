import { expect, it } from 'vitest'
import { lastVerdict } from '../../../shared/label/last-verdict.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'

/** Newest last here; each made from the one before. */
const history = (...statuses: LabelStatus[]) =>
  statuses
    .map((status, i) => ({
      revision: `r${i}`,
      parents: i === 0 ? [] : [`r${i - 1}`],
      status,
      isHead: i === statuses.length - 1,
    }))
    .reverse()
const verdictOf = (...statuses: LabelStatus[]) => lastVerdict(history(...statuses))?.revision ?? null

it('is the last state that somebody judged before the one shown', () => {
  expect(verdictOf('in progress', 'labeled', 'reviewed', 'labeled')).toBe('r2')
  expect(verdictOf('labeled', 'reviewed', 'labeled', 'rejected', 'labeled')).toBe('r3')
})

it('is the rejection itself, and not what was drawn on top of it', () => {
  expect(verdictOf('labeled', 'rejected', 'rejected', 'rejected')).toBe('r1')
})

it('is an earlier one when the state shown is a verdict', () => {
  expect(verdictOf('labeled', 'rejected', 'labeled', 'reviewed')).toBe('r1')
})

it('is nothing when nobody has judged it before', () => {
  expect(verdictOf('in progress', 'labeled')).toBeNull()
  expect(verdictOf('labeled', 'reviewed')).toBeNull()
  expect(verdictOf()).toBeNull()
})
