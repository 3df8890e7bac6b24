import { toAppError } from '../../../shared/base/app-error.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { toast } from '../../ui/toasts.tsx'

/** Says what the last step did, with a way back for as long as it is the last one. */
export function offerUndo(session: LabelSession, sentence: string, label: string): void {
  const { revision } = session.view.getState()
  const close = toast(sentence, {
    label,
    run: () => void session.undo().catch((error: unknown) => toast(toAppError(error).message)),
  })
  // A later step is not what the button promises to take back, and what was taken back by a key is there again.
  const stop = session.view.subscribe((view) => {
    if (view.revision === revision) return
    stop()
    close()
  })
}
