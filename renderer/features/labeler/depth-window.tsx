import { useId } from 'react'
import { useStore } from 'zustand'
import { DEEPEST, type DepthWindow, fullRange } from '../../../shared/image/deep-samples.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import styles from './view.module.css'
import { viewText as text } from './view-text.ts'

/** Which of the 65,536 values of a 16-bit picture are shown from black to white. */
export function DepthWindowFields({ viewing }: { readonly viewing: ViewingStore }) {
  const deep = useStore(viewing, (state) => state.deep)
  const error = useStore(viewing, (state) => state.deepError)
  if (error) return <ErrorText error={error} />
  if (!deep) return null
  const set = (window: DepthWindow) => setWindow(viewing, window)
  return (
    <fieldset className={styles.depth}>
      <legend>{text.depth}</legend>
      <div className={styles.sliders}>
        <Bound label={text.low} value={deep.low} onChange={(low) => set({ low, high: deep.high })} />
        <Bound label={text.high} value={deep.high} onChange={(high) => set({ low: deep.low, high })} />
      </div>
      <div className={styles.commands}>
        <Button kind="quiet" onClick={() => set(deep.auto)}>
          {text.depthAuto}
        </Button>
        <Button kind="quiet" onClick={() => set(deep.occurring)}>
          {text.depthOccurring}
        </Button>
        <Button kind="quiet" onClick={() => set(fullRange)}>
          {text.depthFull}
        </Button>
      </div>
    </fieldset>
  )
}

/** Keeps black below white, whichever of them was moved. */
export function setWindow(viewing: ViewingStore, { low, high }: DepthWindow): void {
  const { deep } = viewing.getState()
  if (!deep) return
  const isLowMoved = low !== deep.low
  const bounded = isLowMoved ? { low: Math.min(low, high - 1), high } : { low, high: Math.max(high, low + 1) }
  viewing.setState({ deep: { ...deep, ...bounded } })
}

function Bound(props: { readonly label: string; readonly value: number; onChange(value: number): void }) {
  const id = useId()
  const change = (text: string) => {
    const value = Math.round(Number(text))
    if (Number.isFinite(value)) props.onChange(Math.min(DEEPEST, Math.max(0, value)))
  }
  return (
    <>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={DEEPEST}
        step={64}
        value={props.value}
        aria-valuetext={String(props.value)}
        onChange={(event) => change(event.target.value)}
      />
      <input
        type="number"
        aria-label={text.depthValue(props.label)}
        min={0}
        max={DEEPEST}
        value={props.value}
        onChange={(event) => change(event.target.value)}
      />
    </>
  )
}
