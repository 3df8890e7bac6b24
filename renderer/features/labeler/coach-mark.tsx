import { useEffect } from 'react'
import { useStore } from 'zustand'
import { type CoachStep, coachSteps, nextStep } from '../../stores/coach.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'
import { useSessionView } from './use-session-view.ts'

/** One first step at a time, until it is done or put away; it takes neither the focus nor a click on the image. */
export function CoachMark({
  labeling,
  session,
}: {
  readonly labeling: LabelingStore
  readonly session: LabelSession | null
}) {
  const { coach } = useStores()
  const step = useStore(coach, nextStep)
  const ready = useStore(labeling, (state) => state.ready)
  const tool = useStore(labeling, (state) => state.tool)
  const view = useSessionView(session)
  const removed = view?.undoTitle?.includes(' off ') ?? false
  useEffect(() => {
    if (removed) coach.finish('remove')
  }, [coach, removed])
  useEffect(
    () =>
      labeling.subscribe((state, before) => {
        if (state.cellSide !== before.cellSide && before.cellSide !== null) coach.finish('size')
        if (state.brushSize !== before.brushSize) coach.finish('size')
      }),
    [labeling, coach],
  )
  useEffect(() => {
    if (step === null) return
    let isDown = false
    const onKey = (event: KeyboardEvent) => {
      if (event.key === ' ') isDown = event.type === 'keydown'
    }
    const onPointer = (event: PointerEvent) => {
      if (isDown && event.buttons === 1) coach.finish('pan')
    }
    window.addEventListener('keydown', onKey, true)
    window.addEventListener('keyup', onKey, true)
    window.addEventListener('pointermove', onPointer, true)
    return () => {
      window.removeEventListener('keydown', onKey, true)
      window.removeEventListener('keyup', onKey, true)
      window.removeEventListener('pointermove', onPointer, true)
    }
  }, [coach, step])
  // Only where what it says is true.
  const fits = tool === 'superpixel' || tool === 'brush'
  if (step === null || !ready || !session || !fits) return null
  return (
    <aside className={styles.coach} aria-label={text.coach}>
      <p>
        <b>{text.coachStep(coachSteps.indexOf(step) + 1, coachSteps.length)}</b> {wordsOf(step)}
      </p>
      <Button kind="quiet" onClick={() => coach.finish(step)}>
        {text.coachNext}
      </Button>
      <Button kind="quiet" onClick={() => coach.dismiss()}>
        {text.coachSkip}
      </Button>
    </aside>
  )
}

const wordsOf = (step: CoachStep): string => text.coachWords[step]
