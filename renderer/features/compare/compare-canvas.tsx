import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { ImagePoint } from '../../canvas/camera.ts'
import type { LinkedViews } from '../../canvas/linked-views.ts'
import { useHost } from '../../host/use-host.ts'
import type { ComparedSample, CompareStore } from '../../stores/comparison.ts'
import { ErrorText } from '../../ui/error-text.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './compare.module.css'
import { compareSample, type SampleDifference } from './compare-labels.ts'
import { useNames } from './compare-summary.tsx'
import { LabelPane } from './label-pane.tsx'
import { PointedAt } from './pointed-at.tsx'
import { text } from './text.ts'
import { usePicture } from './use-picture.ts'

/** Half a second each way is one change to and fro a second: never more than three flashes (WCAG 2.3.1). */
const halfMs = 500

/** Both labels of one sample over its photograph. `onMade` hears what differs, null while that is not known. */
export function CompareCanvas(props: {
  readonly compare: CompareStore
  readonly sample: ComparedSample
  readonly views: LinkedViews
  /** What differs in `sample`. */
  readonly made: SampleDifference | null
  onMade(made: SampleDifference | null): void
}) {
  const { compare, sample, views, made, onMade } = props
  const host = useHost()
  const described = useId()
  const [failed, setFailed] = useState<ErrorInfo | null>(null)
  const [fraction, setFraction] = useState<number | null>(null)
  const [at, setAt] = useState<ImagePoint | null>(null)
  const mode = useStore(compare, (state) => state.mode)
  const swipe = useStore(compare, (state) => state.swipe)
  const hidden = useStore(compare, (state) => state.hidden)
  const comparison = useStore(compare, (state) => state.comparison)
  const names = useNames(comparison)
  const { picture, error: unread } = usePicture(sample)
  const { id, image, name } = sample
  const [before, after] = [sample.before?.revision ?? null, sample.after?.revision ?? null]
  const [width, height] = [picture?.size.width, picture?.size.height]

  useEffect(() => {
    if (!width || !height) return
    const stop = new AbortController()
    const { signal } = stop
    onMade(null)
    setFailed(null)
    setFraction(0)
    compareSample(
      host,
      id,
      { image, before, after },
      { width, height },
      { signal, onStep: setFraction },
    ).then(
      (difference) => {
        setFraction(null)
        onMade(difference)
      },
      (reason: unknown) => {
        if (signal.aborted) return
        setFraction(null)
        setFailed(toAppError(reason).toInfo())
      },
    )
    return () => stop.abort()
  }, [host, id, image, before, after, width, height, onMade])

  const blinking = useBlink(mode === 'blink')
  const shown = made?.image === image ? made : null
  const pixels = shown?.diff.pixels
  const changed = pixels ? text.told(pixels.added, pixels.removed, pixels.category) : text.comparing
  const common = {
    views,
    picture,
    before: shown?.before ?? null,
    after: shown?.after ?? null,
    changes: shown?.pyramid ?? null,
    hidden,
    swipe,
    names,
    describedBy: described,
    onSwipe: (share: number) => compare.setState({ swipe: share }),
    onPoint: setAt,
  }
  const isBeside = mode === 'side'
  const first = mode === 'blink' ? blinking : isBeside ? 'before' : mode
  const error = failed ?? unread
  return (
    <div className={styles.canvas}>
      <div className={styles.panes} data-count={isBeside ? 2 : 1}>
        <LabelPane
          {...common}
          mode={first}
          label={isBeside ? text.besideCanvas(text.before) : text.canvas}
          corner={mode === 'changes' ? null : first === 'swipe' ? text.before : text.modes[first]}
          otherCorner={mode === 'swipe' ? text.after : null}
          takesFocus
        />
        {isBeside && (
          <LabelPane
            {...common}
            mode="after"
            label={text.besideCanvas(text.after)}
            corner={text.modes.after}
          />
        )}
      </div>
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
      {shown && at && <PointedAt difference={shown} at={at} names={names} />}
      {fraction !== null && !error && (
        <div className={styles.working}>
          <Progress label={text.comparing} value={fraction} total={1} />
        </div>
      )}
      {id === null && shown && <p className={styles.notHere}>{text.notHere}</p>}
      {error && (
        <div className={styles.over}>
          <ErrorText error={error} />
        </div>
      )}
    </div>
  )
}

/** One side and then the other, while `isOn`. */
function useBlink(isOn: boolean): 'before' | 'after' {
  const [side, setSide] = useState<'before' | 'after'>('before')
  useEffect(() => {
    if (!isOn) return
    const timer = setInterval(() => setSide((last) => (last === 'before' ? 'after' : 'before')), halfMs)
    return () => clearInterval(timer)
  }, [isOn])
  return side
}
