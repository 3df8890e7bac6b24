import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { undismissed } from '../../../shared/label/checks/finding.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useHost } from '../../host/use-host.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { type CheckStore, createCheckStore } from './check-store.ts'
import { ChecksPanel } from './checks-panel.tsx'
import { lookAtRect } from './look-at.ts'
import { PlaceFrame } from './place-frame.tsx'

/**
 * Checks of the label on the canvas. `mark` says that it is labeled and goes on, unless there is something to look at
 * first; asked again, it goes on all the same.
 */
export function useChecks(options: { onNext(): void }): {
  mark(session: LabelSession): void
  below(canvas: CanvasController | null, session: LabelSession | null): ReactNode
  overlay(canvas: CanvasController | null): ReactNode
} {
  const { onNext } = options
  const host = useHost()
  const { checks, categories, cards, notices } = useStores()
  const [store] = useState(() =>
    createCheckStore({
      categories: () => categories.getState().list,
      smallest: () => checks.getState().smallest,
    }),
  )

  const mark = useCallback(
    async (session: LabelSession) => {
      session.setStatus('labeled')
      const state = store.getState()
      const { revision } = session.view.getState()
      const wasShown =
        state.kind !== 'closed' &&
        state.session === session &&
        state.forMark &&
        (state.kind === 'running' || state.revision === revision)
      if (!checks.getState().onMark || wasShown) {
        store.close()
        return onNext()
      }
      const found = await store.check(session, true)
      if (!found) return
      const { card: known, sampleId } = cards.getState()
      const isHere = sampleId === session.sample.id
      const card = isHere && known ? known : await host.call('cards.get', { sampleId: session.sample.id })
      const now = store.getState()
      // Somebody who left meanwhile is not called back.
      if (now.kind !== 'done' || now.session !== session) return
      if (undismissed(found, card.dismissed ?? []).length > 0 || now.isTooRagged) return
      store.close()
      onNext()
    },
    [store, checks, cards, host, onNext],
  )

  return {
    mark: (session) => void mark(session).catch((error: unknown) => notices.report('checks.run', error)),
    below: (canvas, session) => (
      <>
        <ChecksPanel store={store} session={session} canvas={canvas} onNext={onNext} />
        <Jump canvas={canvas} session={session} />
      </>
    ),
    overlay: (canvas) => <ActivePlace store={store} canvas={canvas} />,
  }
}

/** Shows the place that somebody came for, once its image is on the canvas. */
function Jump({
  canvas,
  session,
}: {
  readonly canvas: CanvasController | null
  readonly session: LabelSession | null
}) {
  const { jump: store } = useStores()
  const jump = useStore(store, (state) => state.jump)
  useEffect(() => {
    if (!jump || !canvas || session?.sample.id !== jump.sampleId) return
    let frame = 0
    const look = () => {
      const isReady = document.querySelector('[role=application][aria-busy=false]') !== null
      if (!isReady) {
        frame = requestAnimationFrame(look)
        return
      }
      store.setState({ jump: null })
      if (session.doc.objects.has(jump.objectId)) canvas.choose(jump.objectId)
      lookAtRect(canvas, jump.where)
    }
    frame = requestAnimationFrame(look)
    return () => cancelAnimationFrame(frame)
  }, [store, jump, canvas, session])
  return null
}

function ActivePlace({
  store,
  canvas,
}: {
  readonly store: CheckStore
  readonly canvas: CanvasController | null
}) {
  const where = useStore(store, (state) => (state.kind === 'done' ? (state.active?.where ?? null) : null))
  return where && canvas ? <PlaceFrame canvas={canvas} where={where} /> : null
}
