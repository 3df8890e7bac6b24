import type { LabelEdit } from '../../../shared/label/edit.ts'
import { type Command, defineCommands } from '../../commands/command.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { text } from './text.ts'

/** Undo, redo and the list of steps. */
export function stepCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, canvas, cleanup } = actions
  const titleOf = (which: 'undoTitle' | 'redoTitle') => actions.session()?.view.getState()[which] ?? null
  /** Something is open that undo takes back before any step. */
  const isOpen = () => {
    const { drawing, measure } = labeling.getState()
    return drawing || measure !== null || cleanup.getState().open !== null
  }
  /** A held key has taken back the last of an open shape: the steps before wait for the next press. */
  let isSpent = false
  return defineCommands([
    {
      id: 'canvas.undo',
      title: text.undo(null),
      now: () => {
        if (cleanup.getState().open) return text.closePreview
        const { drawing, measure } = labeling.getState()
        if (measure !== null && !drawing) return text.clearMeasure
        return text.undo(drawing ? text.lastPoint : titleOf('undoTitle'))
      },
      group: text.groupLabel,
      keys: ['Mod+Z'],
      repeats: true,
      enabled: () => isOpen() || titleOf('undoTitle') !== null,
      whyNot: text.whyNoStep,
      run: (event) => {
        if (!event?.repeat) isSpent = false
        if (cleanup.getState().open) {
          cleanup.setState({ open: null })
          isSpent = true
          return
        }
        // Undo in mid-stroke takes back the stroke, and of an open shape its last step: not the step before.
        if (canvas.current?.cancelStroke() || canvas.current?.shapeKey('back')) {
          isSpent = true
          return
        }
        if (!isSpent) goBy(actions, (session) => session.undo())
      },
    },
    {
      id: 'canvas.redo',
      title: text.redo(null),
      now: () => text.redo(titleOf('redoTitle')),
      group: text.groupLabel,
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      repeats: true,
      enabled: () => !isOpen() && titleOf('redoTitle') !== null,
      whyNot: text.whyNoStepAgain,
      run: () => {
        if (cleanup.getState().open || canvas.current?.isDrawing || canvas.current?.hasShape()) return
        goBy(actions, (session) => session.redo())
      },
    },
    {
      id: 'canvas.steps',
      title: text.steps,
      help: text.stepsHelp,
      group: text.groupLabel,
      keys: ['Y'],
      run: () => labeling.setState({ stepsOpen: !labeling.getState().stepsOpen }),
    },
  ])
}

/** Takes steps back or makes them again, and shows what that changed. */
export function goBy(
  actions: LabelerActions,
  go: (session: LabelSession) => Promise<LabelEdit | null>,
): void {
  const session = actions.session()
  if (!session) return
  go(session).then(
    (edit) => {
      if (edit) actions.canvas.current?.stepped(session, edit)
    },
    (error: unknown) => actions.report('labeler.steps', error),
  )
}
