import ArrowLeft from 'lucide-react/icons/arrow-left'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import History from 'lucide-react/icons/history'
import Maximize from 'lucide-react/icons/maximize'
import Redo2 from 'lucide-react/icons/redo-2'
import Undo2 from 'lucide-react/icons/undo-2'
import ZoomIn from 'lucide-react/icons/zoom-in'
import ZoomOut from 'lucide-react/icons/zoom-out'
import { useStore } from 'zustand'
import type { Sample } from '../../../shared/host/host-api.ts'
import { isEnabled, titleNow } from '../../commands/command.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { CommandButton, IconButton } from '../../ui/icon-button.tsx'
import type { CleanupStore } from './cleanup-store.ts'
import { ImageAdjustments } from './image-adjustments.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'
import { useSessionView } from './use-session-view.ts'
import { ViewOptions } from './view-options.tsx'

/** Above the canvas: which image, back and forth, undo and redo, zoom. */
export function LabelerBar(props: {
  readonly sample: Sample | undefined
  readonly position: { readonly index: number; readonly count: number; readonly filter?: string }
  readonly session: LabelSession | null
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
  readonly cleanup: CleanupStore
  onClose(): void
}) {
  const { sample, position, session, labeling, viewing, cleanup, onClose } = props
  const zoom = useStore(labeling, (state) => state.zoom)
  const actual = useCommand('canvas.actual')
  const stepsOpen = useStore(labeling, (state) => state.stepsOpen)
  return (
    <div className={styles.bar}>
      <div className={styles.group}>
        <IconButton label={text.back} icon={<ArrowLeft size={16} />} onClick={onClose} />
        <span className={styles.name} title={sample?.name}>
          {sample?.name}
        </span>
      </div>
      <div className={styles.group}>
        <CommandButton id="canvas.previous" icon={<ChevronLeft size={16} />} />
        <span className={styles.position} title={position.filter || undefined}>
          {text.position(position.index, position.count)}
          {position.filter && <span> · {position.filter}</span>}
        </span>
        <CommandButton id="canvas.next" icon={<ChevronRight size={16} />} />
      </div>
      <div className={styles.group}>
        <Steps session={session} labeling={labeling} cleanup={cleanup} />
        <CommandButton id="canvas.steps" icon={<History size={16} />} pressed={stepsOpen} />
        <span className={styles.rule} />
        <CommandButton id="canvas.zoomOut" icon={<ZoomOut size={16} />} />
        <button type="button" className={styles.zoom} title={text.actual} onClick={() => actual?.run?.()}>
          {zoomText(zoom)}
        </button>
        <CommandButton id="canvas.zoomIn" icon={<ZoomIn size={16} />} />
        <CommandButton id="canvas.fit" icon={<Maximize size={16} />} />
        <span className={styles.rule} />
        <ImageAdjustments viewing={viewing} />
        <ViewOptions viewing={viewing} />
      </div>
    </div>
  )
}

function Steps({
  session,
  labeling,
  cleanup,
}: {
  readonly session: LabelSession | null
  readonly labeling: LabelingStore
  readonly cleanup: CleanupStore
}) {
  // Drawn anew with each step, and when a stroke, shape or preview begins or ends.
  useSessionView(session)
  useStore(labeling, (state) => state.drawing || state.measure !== null)
  useStore(cleanup, (state) => state.open)
  const undo = useCommand('canvas.undo')
  const redo = useCommand('canvas.redo')
  return (
    <>
      <IconButton
        label={undo ? titleNow(undo) : text.undo(null)}
        keys={undo?.keys?.[0]}
        icon={<Undo2 size={16} />}
        disabled={!undo || !isEnabled(undo)}
        onClick={() => undo?.run?.()}
      />
      <IconButton
        label={redo ? titleNow(redo) : text.redo(null)}
        keys={redo?.keys?.[0]}
        icon={<Redo2 size={16} />}
        disabled={!redo || !isEnabled(redo)}
        onClick={() => redo?.run?.()}
      />
    </>
  )
}

export function zoomText(zoom: number): string {
  const percent = zoom * 100
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
}
