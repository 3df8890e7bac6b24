import { useId } from 'react'
import { useStore } from 'zustand'
import { MOST_TOLERANCE } from '../../../shared/tools/fill-tool.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import styles from './labeler.module.css'
import { text } from './text.ts'

/** How much the colours of a fill may differ. */
export function FillTolerance({ labeling }: { readonly labeling: LabelingStore }) {
  const tolerance = useStore(labeling, (state) => state.fillTolerance)
  const id = useId()
  return (
    <span className={styles.tolerance}>
      <label htmlFor={id}>{text.tolerance}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={MOST_TOLERANCE}
        value={tolerance}
        onChange={(event) => labeling.setState({ fillTolerance: Number(event.target.value) })}
      />
      <output htmlFor={id}>{tolerance}</output>
    </span>
  )
}
