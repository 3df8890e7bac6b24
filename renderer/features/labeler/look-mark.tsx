import Contrast from 'lucide-react/icons/contrast'
import { useStore } from 'zustand'
import { isNeutral } from '../../../shared/image/adjustments.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { adjustmentNames } from './picture-commands.ts'
import styles from './view.module.css'
import { adjustmentText, viewText as text } from './view-text.ts'

/** Says in the status bar that the picture is not shown as it is, and how. */
export function LookMark({ viewing }: { readonly viewing: ViewingStore }) {
  const adjustments = useStore(viewing, (state) => state.adjustments)
  const deep = useStore(viewing, (state) => state.deep)
  if (isNeutral(adjustments) && !deep) return null
  const words = adjustmentNames
    .filter((name) => adjustments[name] !== (name === 'gamma' ? 1 : 0))
    .map((name) => `${text.adjustment[name]} ${adjustmentText(name, adjustments[name])}`)
  if (deep) words.unshift(`${deep.low} … ${deep.high}`)
  if (adjustments.channel !== 'rgb') words.push(text.channels[adjustments.channel])
  if (adjustments.equalise) words.push(text.equalise)
  return (
    <span className={styles.adjusted} title={text.adjustments}>
      <Contrast size={13} aria-label={text.adjustments} />
      {words.join(', ')}
    </span>
  )
}
