import { Autocomplete } from '@base-ui/react/autocomplete'
import { Popover } from '@base-ui/react/popover'
import Check from 'lucide-react/icons/check'
import { type RefObject, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { nameOfAll } from '../../../shared/label/many-objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { fuzzyMatch } from '../../commands/fuzzy.ts'
import { useCommandRegistry } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { Kbd } from '../../ui/kbd.tsx'
import styles from './category-picker.module.css'
import { CategorySwatch } from './category-swatch.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { chooseCategory, recategorize } from './object-edits.ts'
import { text } from './text.ts'

/** Window position, and the objects that the category is for; none: for what is drawn next. */
export type PickerAt = { readonly x: number; readonly y: number; readonly ids: readonly number[] }

/** All categories at the pointer, found by typing. */
export function CategoryPicker(props: {
  readonly at: PickerAt | null
  onClose(): void
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly categories: readonly Category[]
}) {
  const { at, onClose, actions, session, categories } = props
  const input = useRef<HTMLInputElement>(null)
  const anchor = at && { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }
  const objects = (at?.ids ?? []).flatMap((id) => session?.doc.objects.get(id) ?? [])
  const title = objects.length > 0 ? text.pickerOf(nameOfAll(objects, categories)) : text.pickerNext
  const isNow = ({ id }: Category) =>
    objects.length > 0
      ? objects.every(({ categoryId }) => categoryId === id)
      : actions.labeling.getState().categoryId === id
  return (
    <Popover.Root open={at !== null && session !== null} onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner className={styles.layer} anchor={anchor} align="start" sideOffset={2}>
          <Popover.Popup
            className={styles.popup}
            initialFocus={input}
            finalFocus={() => document.querySelector<HTMLElement>('[role=application]')}
          >
            <Popover.Title className={styles.title}>{title}</Popover.Title>
            <List
              input={input}
              actions={actions}
              categories={categories}
              isNow={isNow}
              onChoose={(category) => {
                if (at && at.ids.length > 0) recategorize(actions, at.ids, category)
                else chooseCategory(actions, category)
                onClose()
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function List(props: {
  readonly input: RefObject<HTMLInputElement | null>
  readonly actions: LabelerActions
  readonly categories: readonly Category[]
  isNow(category: Category): boolean
  onChoose(category: Category): void
}) {
  const { input, actions, categories, isNow, onChoose } = props
  const [query, setQuery] = useState('')
  const commands = useStore(useCommandRegistry().store)
  const chosen = useRef(false)
  const items = useMemo(() => foundCategories(categories, query), [categories, query])
  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      items={items}
      value={query}
      onValueChange={(next, details) => details.reason !== 'item-press' && setQuery(next)}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(item: Category) => item.name}
    >
      <Autocomplete.Input
        ref={input}
        className={styles.input}
        placeholder={text.pickerPlaceholder}
        aria-label={text.pickerPlaceholder}
      />
      <Autocomplete.Empty className={styles.empty}>{text.pickerNone}</Autocomplete.Empty>
      <Autocomplete.List className={styles.list} aria-label={text.categories}>
        {(category: Category) => {
          const number = categories.indexOf(category) + 1
          const key = commands.find(({ id }) => id === `canvas.category.${number}`)?.keys?.[0]
          return (
            <Autocomplete.Item
              key={category.id}
              value={category}
              className={styles.item}
              onClick={() => {
                if (chosen.current) return
                chosen.current = true
                onChoose(category)
              }}
            >
              <CategorySwatch actions={actions} category={category} />
              <span className={styles.name}>{category.name}</span>
              {isNow(category) && <Check size={14} aria-label={text.pickerNow} />}
              {key && <Kbd keys={key} />}
            </Autocomplete.Item>
          )
        }}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}

/** Best first; in the order of the list while nothing is typed. */
export function foundCategories(categories: readonly Category[], query: string): readonly Category[] {
  return categories
    .flatMap((category) => {
      const match = fuzzyMatch(query, category.name)
      return match ? [{ category, score: match.score }] : []
    })
    .sort((a, b) => b.score - a.score)
    .map(({ category }) => category)
}
