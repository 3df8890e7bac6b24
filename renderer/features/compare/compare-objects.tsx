import ChevronDown from 'lucide-react/icons/chevron-down'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Undo2 from 'lucide-react/icons/undo-2'
import { Fragment, useState } from 'react'
import { useStore } from 'zustand'
import { hasOtherLabel } from '../../../shared/host/comparison-file.ts'
import { type DiffedObject, diffKinds } from '../../../shared/label/diff.ts'
import { ChangeSwatch } from '../../canvas/change-swatch.tsx'
import type { ComparedSample, CompareStore } from '../../stores/comparison.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import styles from './compare.module.css'
import type { SampleDifference } from './compare-labels.ts'
import { useNames } from './compare-summary.tsx'
import { LabelOrigin } from './label-origin.tsx'
import { text } from './text.ts'

const mostRows = 200

/** Beside the image: what the patterns mean, with exact counts, and what became of each object. */
export function CompareObjects(props: {
  readonly compare: CompareStore
  readonly sample: ComparedSample
  readonly made: SampleDifference | null
  readonly active: number | null
  onGo(index: number): void
  /** Null: nothing can be changed. */
  readonly onRestore: ((object: DiffedObject) => void) | null
}) {
  const { compare, sample, made, active, onGo, onRestore } = props
  const hidden = useStore(compare, (state) => state.hidden)
  const comparison = useStore(compare, (state) => state.comparison)
  const names = useNames(comparison)
  const toggle = (kind: number) => {
    const next = new Set(hidden)
    if (!next.delete(kind)) next.add(kind)
    compare.setState({ hidden: next })
  }
  const nameOf = ({ before, after, categoryBefore, categoryAfter }: DiffedObject) =>
    text.objectName(names(after === null ? categoryBefore : categoryAfter).name, (after ?? before)!)
  const objects = made?.diff.objects ?? []
  const shown = objects.slice(0, mostRows)
  // They come after the others.
  const firstTouchUp = shown.findIndex(({ isTouchUp }) => isTouchUp)
  const touchUps = objects.filter(({ isTouchUp }) => isTouchUp)
  const [wantsTouchUps, setWantsTouchUps] = useState(false)
  const isAtTouchUp = active !== null && objects[active]?.isTouchUp === true
  const areTouchUpsOpen = wantsTouchUps || isAtTouchUp
  const changed = made && diffKinds.some((kind) => made.diff.pixels[kind] > 0)
  return (
    <aside className={styles.objects}>
      <Panel title={text.labels}>
        <LabelOrigin sample={sample} />
      </Panel>
      <Panel title={text.legend}>
        <ul className={styles.filters}>
          {diffKinds.map((kind, i) => (
            <li key={kind}>
              <button
                type="button"
                className={styles.filter}
                aria-pressed={!hidden.has(i)}
                title={text.legendHelp}
                onClick={() => toggle(i)}
              >
                <ChangeSwatch kind={i} />
                <span>{text.pixelKinds[kind]}</span>
                <span className={styles.number}>{made ? text.pixelCount(made.diff.pixels[kind]) : '…'}</span>
              </button>
            </li>
          ))}
        </ul>
        {!hasOtherLabel(sample) && <p className={styles.muted}>{text.cardOnly}</p>}
        {hasOtherLabel(sample) && made && !changed && <p className={styles.muted}>{text.samePixels}</p>}
      </Panel>
      <Panel title={text.changedObjects} className={styles.grown ?? ''}>
        <ul className={styles.objectList} aria-label={text.changedObjects}>
          {shown.map((object, i) => (
            <Fragment key={`${object.before} ${object.after}`}>
              {i === firstTouchUp && (
                <li className={styles.objectRow}>
                  <button
                    type="button"
                    className={styles.object}
                    aria-expanded={areTouchUpsOpen}
                    title={text.touchUpsHelp}
                    onClick={() => setWantsTouchUps(!areTouchUpsOpen)}
                  >
                    {areTouchUpsOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
                    {text.touchUps(
                      touchUps.length,
                      touchUps.reduce((sum, { gained, lost }) => sum + gained + lost, 0),
                    )}
                  </button>
                </li>
              )}
              {(!object.isTouchUp || areTouchUpsOpen) && (
                <li className={styles.objectRow}>
                  <button
                    type="button"
                    className={styles.object}
                    aria-current={i === active || undefined}
                    onClick={() => onGo(i)}
                  >
                    <b data-kind={kindOf(object)}>{text.signs[kindOf(object)]}</b>
                    {whatBecame(object, (id) => names(id).name)}
                  </button>
                  {onRestore && (
                    <IconButton
                      label={text.restoreObject(nameOf(object))}
                      help={text.restoreObjectHelp}
                      icon={<Undo2 size={14} />}
                      side="left"
                      onClick={() => onRestore(object)}
                    />
                  )}
                </li>
              )}
            </Fragment>
          ))}
        </ul>
        {objects.length > mostRows && <p className={styles.muted}>{text.more(objects.length - mostRows)}</p>}
      </Panel>
    </aside>
  )
}

function kindOf({ before, after, categoryBefore, categoryAfter }: DiffedObject) {
  if (before === null) return 'added'
  if (after === null) return 'removed'
  return categoryBefore === categoryAfter ? 'object' : 'category'
}

function whatBecame(object: DiffedObject, nameOf: (id: number | null) => string): string {
  const { before, after, categoryBefore, categoryAfter, gained, lost } = object
  const [was, is] = [`${nameOf(categoryBefore)} ${before}`, `${nameOf(categoryAfter)} ${after}`]
  if (before === null) return text.objectAdded(is, gained)
  if (after === null) return text.objectRemoved(was, lost)
  return categoryBefore === categoryAfter ? text.objectReshaped(is, gained, lost) : text.objectBecame(was, is)
}
