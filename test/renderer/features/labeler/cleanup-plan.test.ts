import { describe, expect, it } from 'vitest'
import { findFor, planFor } from '../../../../renderer/features/labeler/cleanup-plan.ts'
import type { CleanupKind } from '../../../../renderer/features/labeler/cleanup-store.ts'
import type { Category } from '../../../../shared/label/ontology.ts'
import { bus, drawnCategories, drawnLabel } from '../../../support/drawn-label.ts'

const rows = ['aaaaa..', 'a.a.a.a', 'aaaaa..', '....sss'] as const
const asked = {
  below: 50,
  every: false,
  by: 1,
  takes: false,
  joins: false,
  into: null,
  protects: false,
  categories: drawnCategories,
}
const plan = (
  kind: CleanupKind,
  ids: number[],
  more: Partial<Omit<typeof asked, 'into'>> & { into?: Category } = {},
) => {
  const label = drawnLabel(rows)
  return planFor(kind, label, ids, findFor(kind, label, ids), { ...asked, ...more })
}

describe('a cleanup counts before and after', () => {
  it('holes and pixels', () => {
    expect(plan('holes', [1, 5])).toMatchObject({
      pieces: { before: 2, after: 0 },
      pixels: { before: 17, after: 19 },
      objects: { before: 2, after: 2 },
      gone: 0,
    })
    expect(plan('holes', [1], { below: 1 })).toBeNull()
    expect(plan('holes', [1], { below: 1, every: true })?.pieces?.after).toBe(0)
  })

  it('specks', () => {
    expect(plan('specks', [1])).toMatchObject({
      pieces: { before: 1, after: 0 },
      pixels: { before: 14, after: 13 },
    })
    expect(plan('specks', [5])).toBeNull()
  })

  it('objects that would have no pixel left', () => {
    expect(plan('shrink', [1], { by: 2 })).toMatchObject({
      pieces: null,
      objects: { before: 2, after: 1 },
      gone: 1,
    })
  })

  it('parts that become objects, once there is a category for them', () => {
    expect(plan('split', [5])).toBeNull()
    expect(plan('split', [1], { into: bus })).toMatchObject({ objects: { before: 2, after: 3 }, gone: 0 })
  })
})
