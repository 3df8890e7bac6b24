import { expect, it } from 'vitest'
import { checkLabel, finish } from '../../../../shared/label/checks/check-label.ts'
import { fixOf, isFixable } from '../../../../shared/label/checks/fix.ts'
import { applyEdit, invertEdit } from '../../../../shared/label/edit.ts'
import { indexObjects } from '../../../../shared/label/object-index.ts'
import { drawnCategories, drawnLabel, shownRows } from '../../../support/drawn-label.ts'

/** What the checks say of a drawing, where less than five pixels are a slip. */
const checked = (doc: ReturnType<typeof drawnLabel>['doc']) =>
  finish(checkLabel(doc, drawnCategories, { smallest: 5 })).findings

/** Fixes the first finding of a kind. Returns the drawing then, and what is left to say of it. */
function fixed(check: string, rows: readonly string[], locked = '') {
  const { doc, index } = drawnLabel(rows, locked)
  const finding = checked(doc).find(({ reason }) => reason.check === check)
  if (!finding) throw new Error(`no ${check} in ${rows.join(' ')}`)
  expect(isFixable(finding)).toBe(true)
  const edit = fixOf(finding, doc, index, drawnCategories)
  if (!edit) return null
  const before = shownRows(doc)
  applyEdit(doc, edit)
  const after = shownRows(doc)
  const left = checked(doc).map(({ reason }) => reason.check)
  // It is a step like any other.
  applyEdit(doc, invertEdit(edit))
  expect(shownRows(doc)).toEqual(before)
  return { title: edit.title, after, left }
}

it('gives islands to the object around them, those too that touch the rest at a corner only', () => {
  const rows = ['aaaa.sss', 'aaaa.sss', 'aaaa.sas', 'aaaa.sss', '....asss', '.....sss']
  const { title, after, left } = fixed('islands', rows)!
  expect(after).toEqual(['aaaa.sss', 'aaaa.sss', 'aaaa.sss', 'aaaa.sss', '....ssss', '.....sss'])
  expect(title).toBe('Remove 2 specks of car 1')
  expect(left).not.toContain('islands')
})

it('fills the holes that are too small to be meant, and no other', () => {
  const rows = ['aaaaaaaaa', 'a.aa...aa', 'aaaa...aa', 'aaaaaaaaa', 'aaaaabaaa', 'aaaaaaaaa']
  const { after, left } = fixed('pinholes', rows)!
  expect(after).toEqual(['aaaaaaaaa', 'aaaa...aa', 'aaaa...aa', 'aaaaaaaaa', 'aaaaabaaa', 'aaaaaaaaa'])
  expect(left).not.toContain('pinholes')
})

it('closes a gap from both sides, and from one where the other is locked', () => {
  const rows = Array.from({ length: 8 }, () => 'aaaa..ssss')
  const { title, after, left } = fixed('slivers', rows)!
  expect(after).toEqual(Array.from({ length: 8 }, () => 'aaaaasssss'))
  expect(title).toBe('Close the gap between car 1 and sky')
  expect(left).toEqual([])
  expect(fixed('slivers', rows, 'a')!.after).toEqual(Array.from({ length: 8 }, () => 'aaaassssss'))
  expect(fixed('slivers', rows, 'as')).toBeNull()
})

it('deletes what is tiny, makes objects of far parts, and one of two that touch', () => {
  expect(fixed('tiny', ['aaaaaa.bb', 'aaaaaa...'])!.after).toEqual(['aaaaaa...', 'aaaaaa...'])
  const far = [`aaaaaa${'.'.repeat(20)}aaaaaa`]
  expect(fixed('parts', far)!.after).toEqual([`aaaaaa${'.'.repeat(20)}111111`])
  expect(fixed('touching', ['aaaaabbb', 'aaaaabbb'])!.after).toEqual(['aaaaaaaa', 'aaaaaaaa'])
  expect(fixed('touching', ['aaabbbbb', 'aaabbbbb'])!.after).toEqual(['bbbbbbbb', 'bbbbbbbb'])
})

it('changes nothing of locked objects, nor of a label in which the finding is gone', () => {
  expect(fixed('tiny', ['aaaaaa.bb', 'aaaaaa...'], 'b')).toBeNull()
  expect(fixed('pinholes', ['aaaa', 'a.aa', 'aaaa'], 'a')).toBeNull()
  expect(fixed('islands', ['aaaaaa.a', 'aaaaaa..'], 'a')).toBeNull()
  expect(fixed('touching', ['aaaaabbb', 'aaaaabbb'], 'b')).toBeNull()
  const { doc } = drawnLabel(['aaaa', 'a.aa', 'aaaa'])
  const [finding] = checked(doc)
  const other = drawnLabel(['ssss', 'ssss', 'ssss'])
  const big = drawnLabel(['aaaaaa.bb', 'aaaaaa.bb', 'aaaaaa.bb'])
  const [tiny] = checked(drawnLabel(['aaaaaa.bb', 'aaaaaa...']).doc)
  expect(tiny!.reason.check).toBe('tiny')
  expect(fixOf(tiny!, big.doc, big.index, drawnCategories)).toBeNull()
  const touching = checked(drawnLabel(['aaaaabbb', 'aaaaabbb']).doc)[0]!
  expect(touching.reason.check).toBe('touching')
  const apart = drawnLabel(['aaaa.bbb', 'aaaa.bbb'])
  expect(fixOf(touching, apart.doc, apart.index, drawnCategories)).toBeNull()
  expect(fixOf(finding!, other.doc, indexObjects(other.doc.map), drawnCategories)).toBeNull()
})
