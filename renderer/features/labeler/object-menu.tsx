import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import Crosshair from 'lucide-react/icons/crosshair'
import Ellipsis from 'lucide-react/icons/ellipsis'
import EyeOff from 'lucide-react/icons/eye-off'
import Lock from 'lucide-react/icons/lock'
import LockOpen from 'lucide-react/icons/lock-open'
import Merge from 'lucide-react/icons/merge'
import Split from 'lucide-react/icons/split'
import Trash2 from 'lucide-react/icons/trash-2'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { nameOfAll } from '../../../shared/label/many-objects.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import { isEnabled } from '../../commands/command.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { selectObjects } from '../../stores/selection.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator, Submenu } from '../../ui/menu.tsx'
import { CategorySwatch } from './category-swatch.tsx'
import { cleanupKinds } from './cleanup-store.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { goToObject, lockObjects, recategorize, removeObjects, withSelection } from './object-edits.ts'
import { objectText } from './object-text.ts'
import { text } from './text.ts'

/** What can be done with an object, and with all that are selected where it is one of them. */
export function ObjectMenuItems(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly objectId: number
}) {
  const { actions, session, objectId } = props
  const selected = useStore(actions.labeling, (state) => state.selected)
  const active = useStore(actions.labeling, (state) => state.objectId)
  const object = session.doc.objects.get(objectId)
  if (!object) return null
  const categories = actions.categories()
  const ids = withSelection(actions, objectId)
  const objects = ids.flatMap((id) => session.doc.objects.get(id) ?? [])
  const locks = objects.some(({ locked }) => !locked)
  const mayEdit = actions.session() !== null
  /** Commands work on the selection. */
  const meant = () => {
    if (!selected.includes(objectId)) selectObjects(actions.labeling, session.doc, [objectId])
  }
  const into = objects.find(({ id }) => id === active) ?? object
  return (
    <>
      <MenuLabel>{nameOfAll(objects, categories)}</MenuLabel>
      <MenuItem icon={<Crosshair size={14} />} onSelect={() => goToObject(actions, objectId)}>
        {text.tools.select.name}
      </MenuItem>
      <MenuItem
        icon={<Trash2 size={14} />}
        command="canvas.delete"
        disabled={!mayEdit}
        onSelect={() => removeObjects(actions, ids)}
      >
        {text.deleteObject}
      </MenuItem>
      <MenuItem
        icon={locks ? <Lock size={14} /> : <LockOpen size={14} />}
        command="canvas.lock"
        disabled={!mayEdit}
        onSelect={() => lockObjects(actions, ids)}
      >
        {locks ? text.lockIt : text.unlockIt}
      </MenuItem>
      <CommandItem id="canvas.hide" icon={<EyeOff size={14} />} before={meant} isEnabled />
      <CommandItem id="canvas.solo" before={meant} isEnabled />
      {ids.length > 1 && (
        <CommandItem id="canvas.merge" icon={<Merge size={14} />} before={meant}>
          {objectText.mergeInto(nameOf(into, categories))}
        </CommandItem>
      )}
      <CommandItem id="canvas.split" icon={<Split size={14} />} before={meant} isEnabled={mayEdit} />
      <Submenu label={objectText.cleanUp}>
        <Cleanups before={meant} />
      </Submenu>
      <CommandItem id="canvas.copy" icon={<Copy size={14} />} before={meant} isEnabled={mayEdit} />
      <CommandItem id="canvas.duplicateNext" before={meant} />
      <MenuSeparator />
      <MenuLabel>{text.changeCategory}</MenuLabel>
      {categories.map((category) => (
        <MenuItem
          key={category.id}
          icon={
            objects.every(({ categoryId }) => categoryId === category.id) ? <Check size={14} /> : undefined
          }
          disabled={!mayEdit}
          onSelect={() => recategorize(actions, ids, category)}
        >
          <CategorySwatch actions={actions} category={category} />
          {category.name}
        </MenuItem>
      ))}
    </>
  )
}

/** All that is done with objects, behind one button of their list. */
export function ObjectsMenu() {
  return (
    <Menu trigger={<IconButton label={objectText.menu} icon={<Ellipsis size={15} />} side="left" />}>
      <CommandItem id="canvas.selectAll" />
      <CommandItem id="canvas.merge" icon={<Merge size={14} />} />
      <CommandItem id="canvas.split" icon={<Split size={14} />} />
      <MenuSeparator />
      <Cleanups />
      <MenuSeparator />
      <CommandItem id="canvas.copy" icon={<Copy size={14} />} />
      <CommandItem id="canvas.paste" />
      <CommandItem id="canvas.pastePrevious" />
      <CommandItem id="canvas.duplicateNext" />
      <ShapeItems />
    </Menu>
  )
}

/** Only where the image has shapes: elsewhere they would be two lines that never can be chosen. */
function ShapeItems() {
  const list = useCommand('canvas.shapes.list')
  if (!list || !isEnabled(list)) return null
  return (
    <>
      <MenuSeparator />
      <CommandItem id="canvas.shape.mask" />
      <CommandItem id="canvas.shapes.masks" />
    </>
  )
}

function Cleanups({ before }: { before?(): void }) {
  return cleanupKinds
    .filter((kind) => kind !== 'split')
    .map((kind) => <CommandItem key={kind} id={`canvas.cleanup.${kind}`} {...(before && { before })} />)
}

/** A menu item made from a registered command. `before` comes first; `isEnabled` says so in its place. */
function CommandItem(props: {
  readonly id: string
  readonly icon?: ReactNode
  readonly isEnabled?: boolean
  before?(): void
  readonly children?: ReactNode
}) {
  const { id, icon, before, children } = props
  const command = useCommand(id)
  if (!command) return null
  return (
    <MenuItem
      icon={icon}
      command={id}
      disabled={!(props.isEnabled ?? isEnabled(command))}
      onSelect={() => {
        before?.()
        command.run?.()
      }}
    >
      {children ?? command.title}
    </MenuItem>
  )
}
