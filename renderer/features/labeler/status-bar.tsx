import Check from 'lucide-react/icons/check'
import CircleAlert from 'lucide-react/icons/circle-alert'
import LoaderCircle from 'lucide-react/icons/loader-circle'
import Pencil from 'lucide-react/icons/pencil'
import { useStore } from 'zustand'
import type { Sample } from '../../../shared/host/host-api.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { levelText } from '../../canvas/level-text.ts'
import { isMacPlatform, shownWords } from '../../commands/key-chord.ts'
import { useSaveState } from '../../stores/autosave.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { Progress } from '../../ui/progress.tsx'
import { FillTolerance } from './fill-tolerance.tsx'
import styles from './labeler.module.css'
import { zoomText } from './labeler-bar.tsx'
import { LookMark } from './look-mark.tsx'
import { pointerValue } from './pointer-value.ts'
import { text } from './text.ts'

/** One line of facts under the canvas. */
export function StatusBar(props: {
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
  readonly sample: Sample | undefined
  readonly session: LabelSession | null
  readonly categories: readonly Category[]
}) {
  const { labeling, viewing, sample, session, categories } = props
  return (
    <footer className={styles.status}>
      <UnderPointer labeling={labeling} session={session} categories={categories} />
      <PartlyCovered labeling={labeling} session={session} categories={categories} />
      <span className={styles.spread} />
      <LookMark viewing={viewing} />
      <Level labeling={labeling} />
      <Zoom labeling={labeling} />
      {sample && (
        <span>
          {sample.width} × {sample.height}
        </span>
      )}
      <SaveMark />
    </footer>
  )
}

type Facts = {
  readonly labeling: LabelingStore
  readonly session: LabelSession | null
  readonly categories: readonly Category[]
}

/** A cell that the object has in part, and what completes or clears it. */
function PartlyCovered({ labeling, session, categories }: Facts) {
  const cell = useStore(labeling, (state) => state.cell)
  const byKeys = useStore(labeling, (state) => state.keyPointer)
  if (cell?.covered !== 'some') return null
  const object = cell.objectId === null ? undefined : session?.doc.objects.get(cell.objectId)
  const words = text.partly(object ? nameOf(object, categories) : null, byKeys)
  return <span className={styles.partly}>{shownWords(words, isMacPlatform())}</span>
}

function UnderPointer({ labeling, session, categories }: Facts) {
  const under = useStore(labeling, (state) => state.pointer)
  const ready = useStore(labeling, (state) => state.ready)
  if (!under) return <span className={styles.at}>{ready ? '' : text.opening}</span>
  const object = session?.doc.objects.get(under.objectId)
  return (
    <>
      <span className={styles.at}>
        {under.x}, {under.y}
      </span>
      {under.rgb && (
        <span className={styles.rgb}>
          <i style={{ background: `rgb(${under.rgb.join(' ')})` }} />
          {pointerValue(under)}
        </span>
      )}
      <span>{object ? nameOf(object, categories) : text.unlabeled}</span>
    </>
  )
}

function Level({ labeling }: { readonly labeling: LabelingStore }) {
  const build = useStore(labeling, (state) => state.build)
  const count = useStore(labeling, (state) => state.cellCount)
  const tool = useStore(labeling, (state) => state.tool)
  const size = useStore(labeling, (state) => state.brushSize)
  const splits = useStore(labeling, (state) => state.splits)
  const rebuilding = useStore(labeling, (state) => state.rebuilding)
  const measure = useStore(labeling, (state) => state.measure)
  if (tool === 'brush' || tool === 'eraser') return <span>{size} px</span>
  if (tool === 'fill') return <FillTolerance labeling={labeling} />
  if (tool === 'ruler') return <span>{measure}</span>
  switch (build.kind) {
    case 'none':
      return null
    case 'building': {
      const percent = Math.round(build.fraction * 100)
      return <Building words={text.preparing(percent)} percent={percent} />
    }
    case 'failed':
      return <span title={`${build.error.message} ${build.error.remedy}`}>{text.cellsFailed}</span>
    case 'ready':
      return (
        <>
          {rebuilding !== null && (
            <Building
              words={(build.rough ? text.roughCells : text.makingCells)(Math.round(rebuilding * 100))}
              percent={rebuilding * 100}
            />
          )}
          {build.rough && 'error' in build.rough && (
            <span title={`${build.rough.error.message} ${build.rough.error.remedy}`}>{text.onlyRough}</span>
          )}
          <span>{levelText(build.hierarchy, count ?? 1, splits)}</span>
        </>
      )
  }
}

function Building({ words, percent }: { readonly words: string; readonly percent: number }) {
  return (
    <span className={styles.building}>
      {words}
      <Progress label={words} value={percent} total={100} />
    </span>
  )
}

function Zoom({ labeling }: { readonly labeling: LabelingStore }) {
  return <span>{zoomText(useStore(labeling, (state) => state.zoom))}</span>
}

/** Says "Saved" only when the host has acknowledged it. */
function SaveMark() {
  const state = useSaveState()
  const look = {
    saved: { icon: <Check size={14} />, label: text.saved },
    saving: { icon: <LoaderCircle size={14} className={styles.turning} />, label: text.saving },
    unsaved: { icon: <Pencil size={13} />, label: text.unsaved },
    failed: { icon: <CircleAlert size={14} />, label: text.saveFailed },
  }[state.kind]
  return (
    <span className={styles.save} data-state={state.kind} role="status" aria-live="polite">
      {look.icon}
      {look.label}
    </span>
  )
}
