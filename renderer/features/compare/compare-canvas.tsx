import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { CompareView, listenToCompare } from '../../canvas/compare-view.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import { closePhoto, type Photo } from '../../canvas/photo.ts'
import { useHost } from '../../host/use-host.ts'
import type { ComparedSample, CompareStore } from '../../stores/comparison.ts'
import { ErrorText } from '../../ui/error-text.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './compare.module.css'
import { compareSample, readPhoto, readThumb, type SampleDifference } from './compare-labels.ts'
import { useNames } from './compare-summary.tsx'
import { text } from './text.ts'

const fillAlpha = 165
/** Half a second each way is one change to and fro a second: never more than three flashes (WCAG 2.3.1). */
const halfMs = 500

/** Both labels of one sample over its photograph. `onMade` hears what differs, null while that is not known. */
export function CompareCanvas(props: {
  readonly compare: CompareStore
  readonly sample: ComparedSample
  readonly view: RefObject<CompareView | null>
  readonly made: SampleDifference | null
  onMade(made: SampleDifference | null): void
}) {
  const { compare, sample, view, made, onMade } = props
  const host = useHost()
  const frame = useRef<HTMLDivElement>(null)
  const described = useId()
  const [ready, setReady] = useState<CompareView | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [fraction, setFraction] = useState<number | null>(null)
  const mode = useStore(compare, (state) => state.mode)
  const swipe = useStore(compare, (state) => state.swipe)
  const hidden = useStore(compare, (state) => state.hidden)
  const comparison = useStore(compare, (state) => state.comparison)
  const names = useNames(comparison)
  const { id, image, name } = sample
  const [before, after] = [sample.before?.revision ?? null, sample.after?.revision ?? null]

  useEffect(() => {
    const box = frame.current!
    const made = new CompareView(box)
    view.current = made
    const resize = () => made.resize(box.clientWidth, box.clientHeight, window.devicePixelRatio)
    resize()
    const observer = new ResizeObserver(resize)
    observer.observe(box)
    const stop = listenToCompare(box, made, {
      isSwiping: () => compare.getState().mode === 'swipe',
      swipe: (share) => compare.setState({ swipe: Math.min(1, Math.max(0, share)) }),
    })
    setReady(made)
    box.focus({ preventScroll: true })
    return () => {
      stop()
      observer.disconnect()
      view.current = null
      made.destroy()
    }
  }, [compare, view])

  useEffect(() => {
    if (!ready || id === null) return
    const stop = new AbortController()
    const { signal } = stop
    let photo: Photo | null = null
    onMade(null)
    setError(null)
    setFraction(0)
    const load = async () => {
      const found = await host.call('samples.get', { id }, signal)
      const size = { width: found.width, height: found.height }
      const picture = { id, imageDigest: image, name }
      ready.open(size)
      readThumb(host, picture, signal).then(
        (thumb) => !signal.aborted && !photo && ready.showThumb(thumb),
        () => {},
      )
      const [decoded, difference] = await Promise.all([
        readPhoto(host, picture, signal),
        compareSample(host, id, { before, after }, size, { signal, onStep: setFraction }),
      ])
      if (signal.aborted) return closePhoto(decoded)
      photo = decoded
      ready.showPhoto(decoded)
      setFraction(null)
      onMade(difference)
    }
    load().catch((reason: unknown) => {
      if (signal.aborted) return
      setFraction(null)
      setError(toAppError(reason).toInfo())
    })
    return () => {
      stop.abort()
      ready.open(null)
      if (photo) closePhoto(photo)
    }
  }, [ready, host, id, image, name, before, after, onMade])

  // biome-ignore lint/correctness/useExhaustiveDependencies: names are what the list of categories makes them
  useEffect(() => {
    if (!ready || !made) return
    const paletteOf = (objects: ReadonlyMap<number, LabelObject>) => (each: number) => {
      const object = objects.get(each)
      if (!object) return 0
      const { color, hasInstances } = names(object.categoryId)
      return packed(objectChannels(object, color, hasInstances), fillAlpha)
    }
    ready.showLabel('before', made.before.map, paletteOf(made.before.objects))
    ready.showLabel('after', made.after.map, paletteOf(made.after.objects))
  }, [ready, made])
  useEffect(() => {
    if (ready && made) ready.showChanges(made.pyramid, hidden)
  }, [ready, made, hidden])
  useEffect(() => {
    if (!ready) return
    if (mode !== 'blink') return ready.show(mode, swipe)
    let shows: 'before' | 'after' = 'before'
    ready.show(shows, swipe)
    const timer = setInterval(() => {
      shows = shows === 'before' ? 'after' : 'before'
      ready.show(shows, swipe)
      if (frame.current) frame.current.dataset.side = shows
    }, halfMs)
    return () => clearInterval(timer)
  }, [ready, mode, swipe])

  const pixels = made?.diff.pixels
  const changed = pixels ? text.told(pixels.added, pixels.removed, pixels.category) : text.comparing
  return (
    <div className={styles.canvas}>
      <div
        ref={frame}
        className={styles.surface}
        data-mode={mode}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is where arrows and the wheel act
        tabIndex={0}
        role="application"
        aria-label={text.canvas}
        aria-describedby={described}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || !view.current) return
          const step = (event.shiftKey ? 0.5 : 0.1) * view.current.size.width
          const moves: Record<string, readonly [number, number]> = {
            ArrowLeft: [step, 0],
            ArrowRight: [-step, 0],
            ArrowUp: [0, step],
            ArrowDown: [0, -step],
          }
          const move = moves[event.key]
          if (!move) return
          event.preventDefault()
          view.current.pan(...move)
        }}
      />
      <ForReaders id={described} role="status">
        {text.describe(name, text.modes[mode], changed)}
      </ForReaders>
      {mode === 'swipe' && (
        <input
          type="range"
          className={styles.line}
          aria-label={text.swipeLine}
          min={0}
          max={1}
          step={0.01}
          value={swipe}
          onChange={(event) => compare.setState({ swipe: Number(event.target.value) })}
        />
      )}
      {mode === 'swipe' && (
        <>
          <span className={styles.sideName} data-side="before">
            {text.before}
          </span>
          <span className={styles.sideName} data-side="after">
            {text.after}
          </span>
        </>
      )}
      {(mode === 'before' || mode === 'after') && (
        <span className={styles.sideName} data-side="before">
          {text.modes[mode]}
        </span>
      )}
      {fraction !== null && (
        <div className={styles.working}>
          <Progress label={text.comparing} value={fraction} total={1} />
        </div>
      )}
      {id === null && <p className={styles.over}>{text.notHere}</p>}
      {error && (
        <div className={styles.over}>
          <ErrorText error={error} />
        </div>
      )}
    </div>
  )
}
