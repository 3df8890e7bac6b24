import { expect, it } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { openedLabel } from '../../../../renderer/features/labeler/opened-label.ts'
import type { DocumentState } from '../../../../renderer/stores/document.ts'
import type { LabelSession } from '../../../../renderer/stores/label-session.ts'
import { AppError } from '../../../../shared/base/app-error.ts'

const session = {} as LabelSession
const open = (sampleId: string): DocumentState => ({ kind: 'open', sampleId, session })
const error = new AppError('BLOB_CORRUPT', 'It is damaged.', { remedy: 'Choose another state.' }).toInfo()
const here = () => new AbortController()

it('gives a label that is open at once, and one that is on its way when it is there', async () => {
  const documents = createStore<DocumentState>(() => open('a'))
  expect(await openedLabel(documents, 'a', here().signal)).toBe(session)
  documents.setState({ kind: 'opening', sampleId: 'a' }, true)
  const waiting = openedLabel(documents, 'a', here().signal)
  documents.setState(open('a'), true)
  expect(await waiting).toBe(session)
})

it('never takes the label of another image for it', async () => {
  // The screen shows "b" already, and the store still has what was open before.
  const documents = createStore<DocumentState>(() => open('a'))
  let got: LabelSession | null | undefined
  const waiting = openedLabel(documents, 'b', here().signal).then((found) => {
    got = found
  })
  documents.setState({ kind: 'opening', sampleId: 'b' }, true)
  documents.setState({ kind: 'closed' }, true)
  await Promise.resolve()
  expect(got).toBeUndefined()
  documents.setState(open('b'), true)
  await waiting
  expect(got).toBe(session)
})

it('gives nothing when the label cannot be opened, or when its image was left', async () => {
  const documents = createStore<DocumentState>(() => ({ kind: 'opening', sampleId: 'a' }))
  const refused = openedLabel(documents, 'a', here().signal)
  documents.setState({ kind: 'failed', sampleId: 'a', error }, true)
  expect(await refused).toBeNull()
  documents.setState({ kind: 'opening', sampleId: 'a' }, true)
  const left = here()
  const waiting = openedLabel(documents, 'a', left.signal)
  left.abort()
  documents.setState(open('a'), true)
  expect(await waiting).toBeNull()
  expect(await openedLabel(documents, 'a', left.signal)).toBeNull()
})
