import { expect, it } from 'vitest'
import { worstOf } from '../../../renderer/stores/autosave.ts'
import type { SaveState } from '../../../renderer/stores/autosaver.ts'

const saved: SaveState = { kind: 'saved', at: 5 }
const unsaved: SaveState = { kind: 'unsaved' }
const error = { code: 'HOST_GONE', message: '', remedy: '', retry: 'auto' } as const
const failed: SaveState = { kind: 'failed', error, edits: 2 }
const saver = (state: SaveState, safe = true) => ({ state, safe })

it('lets no label that failed or waits hide behind one that is saved', () => {
  expect(worstOf([saver(saved), saver(failed), saver({ kind: 'saving' })])).toEqual(failed)
  expect(worstOf([saver(saved), saver(unsaved, false)])).toEqual(unsaved)
  expect(worstOf([saver(saved), saver({ kind: 'saved', at: 9 })])).toEqual({ kind: 'saved', at: 9 })
})

it('calls edits that the journal holds on their way, and only those', () => {
  expect(worstOf([saver(saved), saver(unsaved)])).toEqual({ kind: 'saving' })
  expect(worstOf([saver(unsaved), saver(unsaved, false)])).toEqual(unsaved)
})
