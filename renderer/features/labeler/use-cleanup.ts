import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { showChanges } from '../../canvas/change-marks.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { type Found, findFor, type Plan, planFor } from './cleanup-plan.ts'
import type { CleanupKind, CleanupScope } from './cleanup-store.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { sortedIds } from './object-edits.ts'
import { useSessionView } from './use-session-view.ts'

/** Rest after the last change of a number, in milliseconds, before the label is looked at. */
const REST_MS = 120

export type Outcome =
  | { readonly kind: 'counting' }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
  | { readonly kind: 'ready'; readonly plan: Plan | null }

export type CleanupWork = {
  /** The objects that it is done to; locked ones among them stay as they are. */
  readonly ids: readonly number[]
  /** Which of the scopes there are now, and which is in force. */
  readonly scopes: readonly CleanupScope[]
  readonly scope: CleanupScope
  readonly locked: number
  readonly outcome: Outcome
}

/**
 * Counts what a cleanup would do, anew whenever the label, the selection or what is asked for changes, and shows it on
 * the canvas. Changes nothing.
 */
export function useCleanup(
  actions: LabelerActions,
  session: LabelSession,
  kind: CleanupKind,
  into: Category | null,
): CleanupWork {
  const { labeling, cleanup } = actions
  const revision = useSessionView(session)?.revision ?? 0
  const objectId = useStore(labeling, (state) => state.objectId)
  const selected = useStore(labeling, (state) => state.selected)
  const protects = useStore(labeling, (state) => state.protects)
  const choice = useStore(cleanup)
  const scopes: CleanupScope[] = [
    ...(objectId === null ? [] : (['object'] as const)),
    ...(selected.length > 1 ? (['selected'] as const) : []),
    'all',
  ]
  const scope = scopes.includes(choice.scope) ? choice.scope : scopes[0]!
  const chosen = scope === 'object' ? `${objectId}` : scope === 'selected' ? selected.join() : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document changes in place; its revision says so.
  const ids = useMemo(
    () =>
      scope === 'all'
        ? sortedIds(session.doc)
        : chosen
            .split(',')
            .map(Number)
            .filter((id) => session.doc.objects.has(id)),
    [session, revision, scope, chosen],
  )
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'counting' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found holds for this label and these objects.
  const find = useMemo(() => {
    let found: Found | null = null
    return () => {
      found ??= findFor(kind, session, ids)
      return found
    }
  }, [session, revision, kind, ids])
  const { below, every, by, takes, joins } = choice

  useEffect(() => {
    setOutcome({ kind: 'counting' })
    const view = actions.canvas.current?.view
    const timer = setTimeout(() => {
      try {
        const categories = actions.categories()
        const asked = { below, every, by, takes, joins, into, protects, categories }
        const plan = planFor(kind, session, ids, find(), asked)
        setOutcome({ kind: 'ready', plan })
        if (view) showChanges(view, session.doc.map, plan?.edit.pixels ?? null, plan?.changed ?? [])
      } catch (error) {
        setOutcome({ kind: 'failed', error: toAppError(error).toInfo() })
        if (view) showChanges(view, session.doc.map, null, [])
      }
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [actions, session, kind, ids, find, below, every, by, takes, joins, into, protects])

  // What was shown goes with the panel; the next image has taken it off itself.
  useEffect(
    () => () => {
      const view = actions.canvas.current?.view
      if (view) showChanges(view, session.doc.map, null, [])
    },
    [actions, session],
  )

  const locked = ids.filter((id) => session.doc.objects.get(id)?.locked).length
  return { ids, scopes, scope, locked, outcome }
}
