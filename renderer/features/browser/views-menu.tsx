import Bookmark from 'lucide-react/icons/bookmark'
import Check from 'lucide-react/icons/check'
import Plus from 'lucide-react/icons/plus'
import Settings2 from 'lucide-react/icons/settings-2'
import Trash2 from 'lucide-react/icons/trash-2'
import { type FormEvent, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { printFilter } from '../../../shared/dataset/filter-text.ts'
import { useStores } from '../../stores/stores.ts'
import type { NamedView } from '../../stores/views.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './browser.module.css'
import type { GridViewStore } from './grid-view.ts'
import { text } from './text.ts'

/** Filter, order and layout under a name: to go to, to save, to rename and to take away. */
export function ViewsMenu({ view }: { readonly view: GridViewStore }) {
  const { views, samples, appInfo } = useStores()
  const library = useStore(appInfo, (state) => state.info?.libraryId)
  const list = useStore(views, (state) => state.list)
  const filter = useStore(samples, (state) => state.filter)
  const sort = useStore(samples, (state) => state.sort)
  const layout = useStore(view, (state) => state.layout)
  const dialog = useStore(view, (state) => state.dialog)
  useEffect(() => {
    if (library !== undefined) views.open(library)
  }, [views, library])
  const shown = list.find((each) => isShown(each, { filter, sort, layout }))
  return (
    <>
      <Menu
        trigger={
          <Button kind="quiet" icon={<Bookmark size={14} />}>
            {shown ? shown.name : text.views}
          </Button>
        }
      >
        {list.length === 0 && <MenuLabel>{text.noViews}</MenuLabel>}
        {list.map((each, i) => (
          <MenuItem
            key={each.name}
            icon={each === shown ? <Check size={14} /> : undefined}
            {...(i < 9 && { command: `grid.view.${i + 1}` })}
            onSelect={() => applyView({ samples, view }, each)}
          >
            {each.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem
          icon={<Plus size={14} />}
          command="grid.saveView"
          onSelect={() => view.setState({ dialog: 'save' })}
        >
          {text.saveView}
        </MenuItem>
        <MenuItem
          icon={<Settings2 size={14} />}
          command="grid.views"
          disabled={list.length === 0}
          onSelect={() => view.setState({ dialog: 'views' })}
        >
          {text.manageViews}
        </MenuItem>
      </Menu>
      {dialog === 'save' && <SaveDialog view={view} shown={shown?.name ?? ''} />}
      {dialog === 'views' && <ViewsDialog view={view} />}
    </>
  )
}

type Look = Pick<NamedView, 'filter' | 'sort' | 'layout'>
const isShown = (view: Look, now: Look) =>
  view.layout === now.layout &&
  view.sort.by === now.sort.by &&
  view.sort.reversed === now.sort.reversed &&
  printFilter(view.filter, []) === printFilter(now.filter, [])

export function applyView(
  parts: { readonly samples: ReturnType<typeof useStores>['samples']; readonly view: GridViewStore },
  { filter, sort, layout }: NamedView,
): void {
  parts.view.setState({ layout })
  parts.samples.setSort(sort)
  parts.samples.setFilter(filter)
}

function SaveDialog({ view, shown }: { readonly view: GridViewStore; readonly shown: string }) {
  const { views, samples, categories } = useStores()
  const { filter, sort } = samples.getState()
  const { layout } = view.getState()
  const [name, setName] = useState(shown)
  const [failed, setFailed] = useState(false)
  const close = () => view.setState({ dialog: 'none' })
  const isThere = views.find(name) !== undefined
  const words = printFilter(
    filter,
    categories.getState().list.map((each) => each.name),
  )
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!views.save({ name: name.trim(), filter: [...filter], sort, layout })) return setFailed(true)
    toast(text.viewSaved(name.trim()))
    close()
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      title={text.saveView}
      description={text.viewHolds(words, text.sorts[sort.by])}
      size="small"
      footer={
        <>
          <Button onClick={close}>{uiText.cancel}</Button>
          <Button kind="primary" type="submit" form="save-view" disabled={name.trim() === ''}>
            {isThere ? text.replaceView : text.save}
          </Button>
        </>
      }
    >
      <form id="save-view" onSubmit={save}>
        <Field
          label={text.viewName}
          help={isThere ? text.viewThere : undefined}
          error={failed ? text.viewFull : null}
        >
          <TextInput value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}

function ViewsDialog({ view }: { readonly view: GridViewStore }) {
  const { views, categories } = useStores()
  const list = useStore(views, (state) => state.list)
  const names = categories.getState().list.map((each) => each.name)
  const close = () => view.setState({ dialog: 'none' })
  return (
    <Dialog open onOpenChange={close} title={text.manageViews} description={text.viewsKept}>
      <ul className={styles.viewList}>
        {list.map((each) => (
          <li key={each.name}>
            <ViewName view={each} />
            <span className={styles.viewFilter}>{printFilter(each.filter, names) || text.all}</span>
            <IconButton
              label={text.removeView(each.name)}
              icon={<Trash2 size={14} />}
              onClick={() => {
                const putBack = views.remove(each.name)
                toast(text.viewRemoved(each.name), { label: text.undo, run: putBack })
              }}
            />
          </li>
        ))}
      </ul>
      {list.length === 0 && <p className={styles.none}>{text.noViews}</p>}
    </Dialog>
  )
}

/** Its name, to be written over. */
function ViewName({ view }: { readonly view: NamedView }) {
  const { views } = useStores()
  const [name, setName] = useState(view.name)
  const rename = () => {
    if (name === view.name) return
    if (!views.rename(view.name, name)) {
      toast(text.viewNameTaken(name.trim()))
      setName(view.name)
    }
  }
  return (
    <TextInput
      aria-label={text.viewNameOf(view.name)}
      value={name}
      maxLength={100}
      onChange={(event) => setName(event.target.value)}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        rename()
      }}
    />
  )
}
