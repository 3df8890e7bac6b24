import Eye from 'lucide-react/icons/eye'
import EyeOff from 'lucide-react/icons/eye-off'
import { useStore } from 'zustand'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { hides } from '../../stores/hidden.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { hideObjects } from './look-commands.ts'
import { viewText as text } from './view-text.ts'

/** Whether an object of the list is shown on the canvas. */
export function EyeButton(props: {
  readonly actions: LabelerActions
  readonly object: LabelObject
  readonly name: string
  readonly tabIndex?: number
}) {
  const { actions, object, name, tabIndex } = props
  const isHidden = useStore(actions.viewing, ({ hidden }) => hides(hidden, object, null))
  return (
    <IconButton
      label={isHidden ? text.showIt(name) : text.hideIt(name)}
      icon={isHidden ? <EyeOff size={13} /> : <Eye size={13} />}
      pressed={isHidden}
      side="left"
      tabIndex={tabIndex}
      onClick={() => hideObjects(actions, [object.id])}
    />
  )
}
