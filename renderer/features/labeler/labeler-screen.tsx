// First here too: what this part of the page shares with the others is then made after it, wherever it is packed.
import '../../app/no-eval.ts'
import {
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useStore } from 'zustand'
import { nameOf } from '../../../shared/label/objects.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import type { CanvasController, CanvasPorts } from '../../canvas/canvas-controller.ts'
import { Stage } from '../../canvas/stage.tsx'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves } from '../../stores/autosave.ts'
import { exportLabels } from '../../stores/label-export.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { toast } from '../../ui/toasts.tsx'
import { offerUndo } from '../../ui/undo-offer.ts'
import { AttributesPanel } from './attributes-panel.tsx'
import { CanvasAids } from './canvas-aids.tsx'
import { CanvasDescription } from './canvas-description.tsx'
import { CanvasMenu, type MenuAt } from './canvas-menu.tsx'
import { CategoryPicker, type PickerAt } from './category-picker.tsx'
import { CleanupPanel } from './cleanup-panel.tsx'
import { CoachMark } from './coach-mark.tsx'
import { HiddenChip } from './hidden-chip.tsx'
import { LabelNotices } from './label-notices.tsx'
import styles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { LabelerBar } from './labeler-bar.tsx'
import { labelerCommands, lookingCommands } from './labeler-commands.ts'
import { labelerOf } from './labeler-state.ts'
import { openedLabel } from './opened-label.ts'
import { mayBeDone, ShortcomingsDialog } from './shortcomings.tsx'
import { SidePanel } from './side-panel.tsx'
import { StatusBar } from './status-bar.tsx'
import { text } from './text.ts'
import { ToolHint } from './tool-hint.tsx'
import { ToolRail } from './tool-rail.tsx'
import { useDeepPhoto } from './use-deep-photo.ts'
import { useNeighbours } from './use-neighbours.ts'
import { useSample } from './use-sample.ts'
import { useSessionView } from './use-session-view.ts'

/** What another part of the app puts around the canvas. */
export type LabelerFrame = {
  /** The label is only looked at: no tools, and what stands at the side is `side`, with what is said of objects and image. */
  readonly locked: boolean
  side(attributes: ReactNode): ReactNode
  /** Over the canvas, and moving with it. `objectAt`: the object at an image pixel, 0 where there is none. */
  overlay(
    canvas: CanvasController | null,
    objectAt: (at: { x: number; y: number }) => number,
    session: LabelSession | null,
  ): ReactNode
  /** Under the canvas. */
  below?(canvas: CanvasController | null, session: LabelSession | null): ReactNode
  /** Says that the label is done and goes on to the next image. */
  mark?(session: LabelSession): void
}

/** Longest that a label may take to open before the person is told that it is waited for, in milliseconds. */
const SOON_MS = 300

/** One image with its tools. `onStep` asks for the next or the previous image; what is open goes on saving by itself. */
export function LabelerScreen(props: {
  readonly sampleId: string
  onClose(): void
  onStep(delta: 1 | -1, which?: 'unlabeled'): void
  /** `filter`: the search that the order of work was made by; empty for none. */
  readonly position: { readonly index: number; readonly count: number; readonly filter?: string }
  /** Ids of the next and the previous image, as far as there are any. */
  readonly neighbours: readonly string[]
  readonly frame?: LabelerFrame
}) {
  const { sampleId, onClose, onStep, position, frame } = props
  const isLocked = frame?.locked ?? false
  const locked = useRef(isLocked)
  locked.current = isLocked
  const beside = props.neighbours.join()
  const at = useRef(position)
  at.current = position
  const host = useHost()
  const { samples, categories, appInfo, notices } = useStores()
  const { documents, labeling, viewing, builder, images, clipboard, cleanup } = labelerOf(host, notices)
  const controller = useRef<CanvasController | null>(null)
  const [canvas, setCanvas] = useState<CanvasController | null>(null)
  const description = useId()
  const [menu, setMenu] = useState<MenuAt | null>(null)
  const [picker, setPicker] = useState<PickerAt | null>(null)
  const sample = useStore(samples, (state) => state.byId.get(sampleId))
  const byId = useStore(samples, (state) => state.byId)
  const neighbours = useMemo(() => beside.split(',').flatMap((each) => byId.get(each) ?? []), [beside, byId])
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const list = useStore(categories, (state) => state.list)
  const document = useStore(documents)
  const session = document.kind === 'open' && document.sampleId === sampleId ? document.session : null

  const ports = useMemo<CanvasPorts>(() => {
    // One request, however many strokes come before its answer.
    let first: ReturnType<CanvasPorts['firstCategory']> | null = null
    const forget = () => {
      first = null
    }
    return {
      labeling,
      viewing,
      mayEdit: () => !locked.current && appInfo.getState().info?.readOnly !== true,
      categories: () => categories.getState().list,
      firstCategory() {
        if (!first) {
          first = categories.create({ name: 'object' }).then((made) => {
            labeling.setState({ categoryId: made.id })
            toast(text.madeFirst)
            return made
          })
          first.then(forget, forget)
        }
        return first
      },
      openMenu: (at, objectId) => setMenu({ ...at, objectId }),
      pickCategory: (at, ids) => setPicker({ ...at, ids }),
      vanished(owner: LabelSession, objects) {
        const all = categories.getState().list
        const names = objects.map((object) => nameOf(object, all)).join(', ')
        offerUndo(owner, text.vanished(names), text.undoIt)
      },
      refused: (object) => toast(text.isLocked(nameOf(object, categories.getState().list))),
      failed: (error) => notices.report('labeler.stroke', error),
    }
  }, [labeling, viewing, categories, appInfo, notices])

  const rebuildFailed = useCallback(
    (reason: unknown) => notices.report('labeler.superpixels', reason),
    [notices],
  )
  const error = useSample(
    { host, documents, labeling, builder, images, controller, rebuildFailed },
    canvas ? sample : undefined,
  )
  useDeepPhoto({ host, viewing, controller }, canvas ? sample : undefined)
  useNeighbours({ documents, labeling, builder, images }, canvas ? sample : undefined, neighbours)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is what the colours are made of.
  useEffect(() => canvas?.recolor(), [canvas, list])
  useEffect(() => () => documents.close(), [documents])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they are open for are objects of this label.
  useLayoutEffect(() => {
    setMenu(null)
    setPicker(null)
  }, [session])
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are what the canvas asks for.
  useEffect(() => canvas?.mayEditChanged(), [canvas, isLocked, readOnly])

  /** Whether a label may be marked as labeled; if not, all that is missing is listed. */
  const isAllSaid = useCallback(
    async (session: LabelSession): Promise<boolean> => {
      try {
        if (!(await mayBeDone(host, { categories }, session))) return false
      } catch (error) {
        notices.report('labeler.status', error)
        return false
      }
      // Somebody may have gone to another image meanwhile.
      const state = documents.getState()
      return state.kind === 'open' && state.session === session
    },
    [documents, host, categories, notices],
  )
  const setStatus = useCallback(
    async (status: LabelStatus) => {
      const state = documents.getState()
      if (state.kind !== 'open') return
      if (status !== 'labeled' || (await isAllSaid(state.session))) state.session.setStatus(status)
    },
    [documents, isAllSaid],
  )
  const mark = useRef(frame?.mark)
  mark.current = frame?.mark
  /** The sample on the screen, and what ends when it is left. `marking`: it is being marked as labeled. */
  const visit = useRef({ sampleId, left: new AbortController(), marking: false })
  // Before a key can be pressed on what is shown.
  useLayoutEffect(() => {
    const here = { sampleId, left: new AbortController(), marking: false }
    visit.current = here
    return () => here.left.abort()
  }, [sampleId])
  const markAndNext = useCallback(async () => {
    const here = visit.current
    // Asked again while the label is opened or looked at: it is under way.
    if (here.marking) return
    here.marking = true
    const told = setTimeout(() => toast(text.markWaits), SOON_MS)
    let session: LabelSession | null
    try {
      session = await openedLabel(documents, here.sampleId, here.left.signal)
      clearTimeout(told)
      const name = samples.getState().byId.get(here.sampleId)?.name ?? ''
      if (!session) toast(here.left.signal.aborted ? text.notMarked(name) : text.notOpened(name))
      if (!session || !(await isAllSaid(session))) return
    } finally {
      here.marking = false
    }
    // It may only be looked at by now.
    if (locked.current || appInfo.getState().info?.readOnly === true) return
    if (mark.current) return mark.current(session)
    session.setStatus('labeled')
    onStep(1)
  }, [documents, samples, appInfo, isAllSaid, onStep])
  const exportLabel = useCallback(async () => {
    const { sampleId } = visit.current
    const name = samples.getState().byId.get(sampleId)?.name ?? ''
    try {
      // What is on the screen is what is wanted.
      await flushSaves()
      const made = await exportLabels(
        host,
        [sampleId],
        () => {},
        () => false,
      )
      if (!made || made.labels === 0) return void toast(text.nothingToExport(name))
      saveFile(`${name.replaceAll('/', '_')}.zip`, made.file)
      toast(text.exported(name))
    } catch (error) {
      notices.report('labeler.export', error)
    }
  }, [host, samples, notices])
  const actions = useMemo(
    () => ({
      labeling,
      viewing,
      canvas: controller,
      shown() {
        const state = documents.getState()
        return state.kind === 'open' ? state.session : null
      },
      session() {
        const state = documents.getState()
        const mayEdit = !locked.current && appInfo.getState().info?.readOnly !== true
        return state.kind === 'open' && mayEdit ? state.session : null
      },
      isOpening() {
        const state = documents.getState()
        const isHere = state.kind !== 'closed' && state.sampleId === visit.current.sampleId
        const isReadOnly = locked.current || appInfo.getState().info?.readOnly === true
        return !isReadOnly && (!isHere || state.kind === 'opening')
      },
      categories: () => categories.getState().list,
      step: (delta: 1 | -1) => onStep(delta),
      stepUnlabeled: (delta: 1 | -1) => onStep(delta, 'unlabeled'),
      pickCategory(ids: readonly number[]) {
        const at = controller.current?.pointerPlace()
        if (at) setPicker({ ...at, ids })
      },
      exportLabel: () => void exportLabel(),
      canStep(delta: 1 | -1) {
        const { index, count } = at.current
        return index + delta >= 0 && index + delta < count
      },
      peek: (delta: 1 | -1) => samples.peek(delta),
      documents,
      clipboard,
      cleanup,
      report: (key: string, error: unknown) => notices.report(key, error),
      markAndNext: () => void markAndNext(),
      setStatus: (status: LabelStatus) => void setStatus(status),
      mayStartObject: () => categories.getState().rules.task !== 'semantic',
      // The save state shows a failure.
      saveNow: () => void flushSaves().catch(() => {}),
    }),
    [
      labeling,
      viewing,
      documents,
      categories,
      appInfo,
      onStep,
      markAndNext,
      exportLabel,
      setStatus,
      samples,
      clipboard,
      cleanup,
      notices,
    ],
  )
  const commands = useMemo(
    () => (isLocked ? lookingCommands(actions) : labelerCommands(actions)),
    [actions, isLocked],
  )
  useCommands('canvas', commands)

  const objectAt = ({ x, y }: { x: number; y: number }): number => {
    if (!session) return 0
    const { width, height, ids } = session.doc.map
    const [column, row] = [Math.floor(x), Math.floor(y)]
    return column >= 0 && row >= 0 && column < width && row < height ? ids[row * width + column]! : 0
  }
  const failure =
    error ?? (document.kind === 'failed' && document.sampleId === sampleId ? document.error : null)
  return (
    <div className={styles.screen}>
      <LabelerBar
        sample={sample}
        position={position}
        session={session}
        labeling={labeling}
        viewing={viewing}
        cleanup={cleanup}
        onClose={onClose}
      />
      <div className={styles.work}>
        {!isLocked && <ToolRail labeling={labeling} />}
        <div className={styles.middle}>
          <LabelNotices documents={documents} session={session} readOnly={readOnly} />
          <div className={styles.canvas} data-locked={isLocked || undefined}>
            <Stage
              ports={ports}
              label={text.canvas}
              describedBy={description}
              controller={controller}
              onReady={setCanvas}
            />
            <CanvasDescription
              id={description}
              sample={sample}
              session={session}
              labeling={labeling}
              categories={list}
            />
            {failure && (
              <div className={styles.failure}>
                <EmptyState title={sample?.name ?? ''}>
                  <ErrorText error={failure} />
                </EmptyState>
              </div>
            )}
            {!failure && canvas && <CanvasAids canvas={canvas} labeling={labeling} viewing={viewing} />}
            {!failure && <HiddenChip actions={actions} session={session} categories={list} />}
            {!failure && frame?.overlay(canvas, objectAt, session)}
            {!failure && !isLocked && <ToolHint labeling={labeling} />}
            {!isLocked && (
              <CleanupPanel actions={actions} session={readOnly ? null : session} sampleId={sampleId} />
            )}
            {!failure && !isLocked && <CoachMark labeling={labeling} session={session} />}
          </div>
          {frame?.below?.(canvas, session)}
        </div>
        {isLocked ? (
          frame?.side(<LookedAt actions={actions} session={session} />)
        ) : (
          <SidePanel actions={actions} session={session} readOnly={readOnly} />
        )}
      </div>
      <StatusBar labeling={labeling} viewing={viewing} sample={sample} session={session} categories={list} />
      <ShortcomingsDialog actions={actions} />
      <CategoryPicker
        at={picker}
        onClose={() => setPicker(null)}
        actions={actions}
        session={isLocked || readOnly ? null : session}
        categories={list}
      />
      <CanvasMenu at={menu} onClose={() => setMenu(null)} actions={actions} session={session} />
    </div>
  )
}

/** What is said of the object that was clicked and of the image, while nothing of it may be changed. */
function LookedAt({
  actions,
  session,
}: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
}) {
  const revision = useSessionView(session)?.revision ?? 0
  return <AttributesPanel actions={actions} session={session} readOnly locked revision={revision} />
}
