import CircleAlert from 'lucide-react/icons/circle-alert'
import LoaderCircle from 'lucide-react/icons/loader-circle'
import Pencil from 'lucide-react/icons/pencil'
import { retrySaves, useSaveState } from '../stores/autosave.ts'
import { Button } from '../ui/button.tsx'
import { ForReaders } from '../ui/for-readers.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import styles from './shell.module.css'
import { text } from './text.ts'

/**
 * What is not saved yet, on every screen: labels go on being saved after their image is left. Nothing when all is saved.
 * The labeler (`isLabeling`) has a save mark and the way to retry of its own; there only a failure is worth saying twice.
 */
export function SaveBadge({ isLabeling }: { readonly isLabeling: boolean }) {
  const state = useSaveState()
  const isShown = state.kind === 'failed' || (state.kind !== 'saved' && !isLabeling)
  return (
    <div className={styles.saving} data-saving={isShown ? state.kind : undefined}>
      {/* There before its words are, so that they are read out when they come. */}
      <span role="status">
        {isShown && state.kind === 'failed' && (
          <>
            <CircleAlert size={15} aria-hidden />
            {text.notSaved(state.edits)}
            {!isLabeling && <ForReaders>{`${state.error.message} ${state.error.remedy}`}</ForReaders>}
          </>
        )}
        {isShown && state.kind === 'saving' && (
          <>
            <LoaderCircle size={15} aria-hidden />
            {text.saving}
          </>
        )}
        {isShown && state.kind === 'unsaved' && (
          <>
            <Pencil size={14} aria-hidden />
            {text.unsaved}
          </>
        )}
      </span>
      {state.kind === 'failed' && !isLabeling && (
        <Tooltip name={state.error.message} help={state.error.remedy}>
          <Button onClick={retrySaves}>{text.retrySave}</Button>
        </Tooltip>
      )}
    </div>
  )
}
