import { Menu as Base } from '@base-ui/react/menu'
import { isEnabled, titleNow } from '../../commands/command.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import styles from '../../ui/menu.module.css'
import { MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { showAll } from './look-commands.ts'
import { ObjectMenuItems } from './object-menu.tsx'
import { text } from './text.ts'
import { viewText } from './view-text.ts'

/** Window position of a still right click, and the object it hit; 0 for none. */
export type MenuAt = { readonly x: number; readonly y: number; readonly objectId: number }

/** What can be done where a still right click went down. */
export function CanvasMenu(props: {
  readonly at: MenuAt | null
  onClose(): void
  readonly actions: LabelerActions
  readonly session: LabelSession | null
}) {
  const { at, onClose, actions, session } = props
  const object = at ? session?.doc.objects.get(at.objectId) : undefined
  const anchor = at && { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }
  return (
    <Base.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Base.Portal>
        <Base.Positioner className={styles.layer} anchor={anchor} align="start" sideOffset={2}>
          <Base.Popup className={styles.popup}>
            {object && session && (
              <>
                <ObjectMenuItems actions={actions} session={session} objectId={object.id} />
                <MenuSeparator />
              </>
            )}
            <StepItem id="canvas.undo" />
            <StepItem id="canvas.redo" />
            <MenuSeparator />
            <MenuItem command="canvas.finish" onSelect={() => actions.canvas.current?.choose(null)}>
              {text.newObject}
            </MenuItem>
            <MenuItem command="canvas.showAll" onSelect={() => showAll(actions)}>
              {viewText.showAll}
            </MenuItem>
            <MenuItem command="canvas.fit" onSelect={() => actions.canvas.current?.view.fit()}>
              {text.fit}
            </MenuItem>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Undo or redo by the name of its step. */
function StepItem({ id }: { readonly id: string }) {
  const command = useCommand(id)
  if (!command) return null
  return (
    <MenuItem command={id} disabled={!isEnabled(command)} onSelect={() => command.run?.()}>
      {titleNow(command)}
    </MenuItem>
  )
}
