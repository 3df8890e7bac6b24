import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowDownToLine from 'lucide-react/icons/arrow-down-to-line'
import ArrowUp from 'lucide-react/icons/arrow-up'
import ArrowUpToLine from 'lucide-react/icons/arrow-up-to-line'
import Ellipsis from 'lucide-react/icons/ellipsis'
import GripVertical from 'lucide-react/icons/grip-vertical'
import Merge from 'lucide-react/icons/merge'
import Pencil from 'lucide-react/icons/pencil'
import Plus from 'lucide-react/icons/plus'
import Trash2 from 'lucide-react/icons/trash-2'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type Category, type Task, tasks } from '../../../shared/label/ontology.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Swatch } from '../../ui/category-list.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextInput } from '../../ui/field.tsx'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './categories.module.css'
import { JobList } from './job-list.tsx'
import { sayUndoable } from './say-undoable.ts'
import { StartFrom } from './start-from.tsx'
import { text } from './text.ts'

const here = { kind: 'categories' } as const

/** All categories at once: order, attributes, merging, import and export; when the dialogs store asks for it. */
export function CategoriesDialog() {
  const { dialogs } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'categories')
  return isOpen ? <CategoriesManager /> : null
}

function CategoriesManager() {
  const stores = useStores()
  const { dialogs, categories, categoryJob, notices } = stores
  const list = useStore(categories, (state) => state.own)
  const task = useStore(categories, (state) => state.rules.task)
  const [words, setWords] = useState('')
  useEffect(() => {
    categoryJob.refresh().catch(() => {})
  }, [categoryJob])
  const found = list.filter((category) => matches(category, words))

  const change = async (said: string, work: () => Promise<void>) => {
    try {
      const { undo } = await categories.undoable(work)
      sayUndoable(stores, said, undo)
    } catch (error) {
      notices.report('categories.change', error)
    }
  }
  return (
    <Dialog
      open
      size="large"
      onOpenChange={() => dialogs.close()}
      title={text.manage}
      footer={
        <Button kind="primary" onClick={() => dialogs.close()}>
          {text.close}
        </Button>
      }
    >
      <div className={styles.tools}>
        <TextInput
          type="search"
          value={words}
          aria-label={text.search}
          placeholder={text.search}
          onChange={(event) => setWords(event.target.value)}
        />
        <Button
          icon={<Plus size={14} />}
          onClick={() => dialogs.show({ kind: 'category', id: null, back: here })}
        >
          {text.add}
        </Button>
        <StartFrom back={here} />
        <CommandTextButton id="categories.import">{text.importFile}</CommandTextButton>
        <CommandTextButton id="categories.export">{text.exportFile}</CommandTextButton>
      </div>
      <div className={styles.tools}>
        <Select
          label={text.task}
          value={task}
          options={tasks.map((value) => ({ value, label: text.tasks[value] }))}
          onChange={(next: Task) =>
            void change(text.taskChanged(next), () => categories.setRules({ task: next }))
          }
        />
        <Button onClick={() => dialogs.show({ kind: 'image-attributes', back: here })}>
          {text.imageAttributes}…
        </Button>
      </div>
      <JobList />
      {list.length === 0 && <p className={styles.empty}>{text.empty}</p>}
      {list.length > 0 && found.length === 0 && <p className={styles.empty}>{text.noneFound(words)}</p>}
      {found.length > 0 && (
        <>
          <p className={styles.hint}>{text.listHelp}</p>
          <Rows
            list={list}
            found={found}
            onOrder={(ids) => void change(text.reordered, () => categories.order(ids))}
          />
        </>
      )}
    </Dialog>
  )
}

const matches = ({ name, description = '' }: Category, words: string): boolean =>
  `${name} ${description}`.toLowerCase().includes(words.trim().toLowerCase())

function Rows(props: {
  readonly list: readonly Category[]
  readonly found: readonly Category[]
  onOrder(ids: number[]): void
}) {
  const { list, found, onOrder } = props
  const { dialogs } = useStores()
  const [dragged, setDragged] = useState<number | null>(null)
  const rows = useRef<HTMLUListElement>(null)
  /** Puts a category at a place of the whole list, and leaves the focus on it. */
  const moveTo = (id: number, to: number) => {
    const ids = list.map((category) => category.id)
    const at = ids.indexOf(id)
    const place = Math.max(0, Math.min(ids.length - 1, to))
    if (at === -1 || at === place) return
    ids.splice(at, 1)
    ids.splice(place, 0, id)
    onOrder(ids)
  }
  const onKeys = (event: KeyboardEvent, id: number) => {
    const at = list.findIndex((category) => category.id === id)
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      event.stopPropagation()
      moveTo(id, at + (event.key === 'ArrowUp' ? -1 : 1))
      return
    }
    if (event.altKey || !['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return
    event.preventDefault()
    const all = [...(rows.current?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])]
    const from = all.indexOf(event.currentTarget as HTMLButtonElement)
    const next = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: all.length - 1 }[event.key] ?? from
    all[Math.max(0, Math.min(all.length - 1, next))]?.focus()
  }
  return (
    <ul ref={rows} className={styles.rows} aria-label={text.title}>
      {found.map((category) => {
        const { id, name, color, hasInstances, isVoid, attributes, description } = category
        const at = list.indexOf(category)
        const edit = () => dialogs.show({ kind: 'category', id, back: here })
        const facts = [
          ...(isVoid ? [text.void] : []),
          ...(attributes ? [text.attributeCount(attributes.length)] : []),
          ...(description ? [description] : []),
        ]
        return (
          <li
            key={id}
            draggable
            data-dragged={id === dragged || undefined}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move'
              event.dataTransfer.setData('application/x-tessera-category', String(id))
              setDragged(id)
            }}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => {
              if (dragged === null) return
              event.preventDefault()
              event.dataTransfer.dropEffect = 'move'
            }}
            onDrop={(event) => {
              if (dragged === null) return
              event.preventDefault()
              event.stopPropagation()
              moveTo(dragged, at)
              setDragged(null)
            }}
          >
            <GripVertical size={14} aria-hidden className={styles.grip} />
            <button
              type="button"
              data-row={id}
              className={styles.row}
              onClick={edit}
              onKeyDown={(event) => onKeys(event, id)}
            >
              <Swatch color={color} isStuff={!hasInstances} isVoid={isVoid === true} />
              <span className={styles.rowName}>{name}</span>
              <span className={styles.facts}>{facts.join(' · ')}</span>
            </button>
            <Menu trigger={<IconButton label={text.more(name)} icon={<Ellipsis size={15} />} side="left" />}>
              <MenuItem icon={<Pencil size={14} />} onSelect={edit}>
                {text.edit}
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={<ArrowUpToLine size={14} />} disabled={at === 0} onSelect={() => moveTo(id, 0)}>
                {text.first}
              </MenuItem>
              <MenuItem icon={<ArrowUp size={14} />} disabled={at === 0} onSelect={() => moveTo(id, at - 1)}>
                {text.up}
              </MenuItem>
              <MenuItem
                icon={<ArrowDown size={14} />}
                disabled={at === list.length - 1}
                onSelect={() => moveTo(id, at + 1)}
              >
                {text.down}
              </MenuItem>
              <MenuItem
                icon={<ArrowDownToLine size={14} />}
                disabled={at === list.length - 1}
                onSelect={() => moveTo(id, list.length - 1)}
              >
                {text.last}
              </MenuItem>
              <MenuSeparator />
              <MenuItem
                icon={<Merge size={14} />}
                disabled={list.length < 2}
                onSelect={() =>
                  dialogs.show({ kind: 'category-move', purpose: 'merge', from: id, back: here })
                }
              >
                {text.merge}
              </MenuItem>
              <MenuItem
                icon={<Trash2 size={14} />}
                onSelect={() =>
                  dialogs.show({ kind: 'category-move', purpose: 'delete', from: id, back: here })
                }
              >
                {text.remove}
              </MenuItem>
            </Menu>
          </li>
        )
      })}
    </ul>
  )
}
