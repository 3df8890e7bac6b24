import { Menu as Base } from '@base-ui/react/menu'
import Check from 'lucide-react/icons/check'
import Lock from 'lucide-react/icons/lock'
import LockOpen from 'lucide-react/icons/lock-open'
import Trash2 from 'lucide-react/icons/trash-2'
import { nameOf } from '../../../shared/label/objects.ts'
import { isEnabled, titleNow } from '../../commands/command.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { Swatch } from '../../ui/category-list.tsx'
import styles from '../../ui/menu.module.css'
import { MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { lockObject, recategorize, removeObject } from './object-edits.ts'
import { text } from './text.ts'

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
  const categories = actions.categories()
  const anchor = at && { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }
  return (
    <Base.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Base.Portal>
        <Base.Positioner className={styles.layer} anchor={anchor} align="start" sideOffset={2}>
          <Base.Popup className={styles.popup}>
            {object && (
              <>
                <MenuLabel>{nameOf(object, categories)}</MenuLabel>
                <MenuItem onSelect={() => actions.canvas.current?.choose(object.id)}>
                  {text.tools.select.name}
                </MenuItem>
                <MenuItem
                  icon={<Trash2 size={14} />}
                  command="canvas.delete"
                  disabled={actions.session() === null}
                  onSelect={() => removeObject(actions, object.id)}
                >
                  {text.deleteObject}
                </MenuItem>
                <MenuItem
                  icon={object.locked ? <LockOpen size={14} /> : <Lock size={14} />}
                  keys="Shift+L"
                  disabled={actions.session() === null}
                  onSelect={() => lockObject(actions, object.id)}
                >
                  {object.locked ? text.unlockIt : text.lockIt}
                </MenuItem>
                <MenuSeparator />
                <MenuLabel>{text.changeCategory}</MenuLabel>
                {categories.map((category) => (
                  <MenuItem
                    key={category.id}
                    icon={category.id === object.categoryId ? <Check size={14} /> : undefined}
                    disabled={actions.session() === null}
                    onSelect={() => recategorize(actions, object.id, category)}
                  >
                    <Swatch color={category.color} isStuff={!category.hasInstances} />
                    {category.name}
                  </MenuItem>
                ))}
                <MenuSeparator />
              </>
            )}
            <StepItem id="canvas.undo" />
            <StepItem id="canvas.redo" />
            <MenuSeparator />
            <MenuItem command="canvas.finish" onSelect={() => actions.canvas.current?.choose(null)}>
              {text.newObject}
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
