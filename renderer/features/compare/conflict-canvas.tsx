import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabelMap } from '../../../shared/label/label-map.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { CompareView, listenToCompare } from '../../canvas/compare-view.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import { closePhoto, type Photo } from '../../canvas/photo.ts'
import { useHost } from '../../host/use-host.ts'
import { ForReaders } from '../../ui/for-readers.tsx'
import styles from './compare.module.css'
import { readPhoto, readThumb } from './compare-labels.ts'
import { useNames } from './compare-summary.tsx'
import { type ConflictStore, idsOf, type OpenConflict } from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'

const fillAlpha = 165
const nothingHidden: ReadonlySet<number> = new Set()

/** The photograph with my label, theirs, both, or what the answers make of them. */
export function ConflictCanvas(props: {
  readonly conflicts: ConflictStore
  readonly conflict: OpenConflict
  readonly view: RefObject<CompareView | null>
}) {
  const { conflicts, conflict, view } = props
  const host = useHost()
  const frame = useRef<HTMLDivElement>(null)
  const described = useId()
  const [ready, setReady] = useState<CompareView | null>(null)
  const sides = useStore(conflicts, (state) => state.sides)
  const result = useStore(conflicts, (state) => state.result)
  const mode = useStore(conflicts, (state) => state.mode)
  const swipe = useStore(conflicts, (state) => state.swipe)
  const answers = useStore(conflicts, (state) => state.answers)
  const names = useNames(null)
  const { sampleId, image, name, width, height } = conflict

  useEffect(() => {
    const box = frame.current!
    const made = new CompareView(box)
    view.current = made
    const resize = () => made.resize(box.clientWidth, box.clientHeight, window.devicePixelRatio)
    resize()
    const observer = new ResizeObserver(resize)
    observer.observe(box)
    const stop = listenToCompare(box, made, {
      isSwiping: () => conflicts.getState().mode === 'swipe',
      swipe: (share) => conflicts.setState({ swipe: Math.min(1, Math.max(0, share)) }),
    })
    setReady(made)
    return () => {
      stop()
      observer.disconnect()
      view.current = null
      made.destroy()
    }
  }, [conflicts, view])
  useEffect(() => {
    if (!ready) return
    const stop = new AbortController()
    const { signal } = stop
    let photo: Photo | null = null
    ready.open({ width, height })
    const picture = { id: sampleId, imageDigest: image, name }
    readThumb(host, picture, signal).then(
      (thumb) => !signal.aborted && !photo && ready.showThumb(thumb),
      () => {},
    )
    readPhoto(host, picture, signal).then(
      (decoded) => {
        if (signal.aborted) return closePhoto(decoded)
        photo = decoded
        ready.showPhoto(decoded)
      },
      // The labels can be judged without the photograph; the thumbnail stays.
      () => {},
    )
    return () => {
      stop.abort()
      ready.open(null)
      if (photo) closePhoto(photo)
    }
  }, [ready, host, sampleId, image, name, width, height])
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are what the list of categories makes them
  useEffect(() => {
    if (!ready || !sides || !result) return
    const show = (side: 'before' | 'after', map: LabelMap, objects: ReadonlyMap<number, LabelObject>) =>
      ready.showLabel(side, map, (each) => {
        const object = objects.get(each)
        if (!object) return 0
        const { color, hasInstances } = names(object.categoryId)
        return packed(objectChannels(object, color, hasInstances), fillAlpha)
      })
    if (mode === 'result') {
      const ids = idsOf(result, width * height)
      show('after', { width, height, ids }, new Map(result.objects.map((object) => [object.id, object])))
      return ready.show('after', swipe)
    }
    show('before', sides.mine.map, sides.mine.objects)
    show('after', sides.theirs.map, sides.theirs.objects)
    ready.showChanges(sides.pyramid, nothingHidden)
  }, [ready, sides, result, mode])
  useEffect(() => {
    const shown = {
      result: 'after',
      mine: 'before',
      theirs: 'after',
      difference: 'changes',
      swipe: 'swipe',
    } as const
    ready?.show(shown[mode], swipe)
  }, [ready, mode, swipe])

  return (
    <div className={styles.canvas}>
      <div
        ref={frame}
        className={styles.surface}
        data-mode={mode}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is where the wheel and the pointer act
        tabIndex={0}
        role="application"
        aria-label={text.canvas}
        aria-describedby={described}
      />
      <ForReaders id={described}>
        {text.describe(name, text.modes[mode], text.answered(answers.size, result?.groups.length ?? 0))}
      </ForReaders>
      <span className={styles.sideName} data-side="before">
        {mode === 'swipe' ? text.mine : text.modes[mode]}
      </span>
      {mode === 'swipe' && (
        <>
          <span className={styles.sideName} data-side="after">
            {text.theirs}
          </span>
          <input
            type="range"
            className={styles.line}
            aria-label={text.modes.swipe}
            min={0}
            max={1}
            step={0.01}
            value={swipe}
            onChange={(event) => conflicts.setState({ swipe: Number(event.target.value) })}
          />
        </>
      )}
    </div>
  )
}
