import ArrowDownUp from 'lucide-react/icons/arrow-down-up'
import FileOutput from 'lucide-react/icons/file-output'
import Images from 'lucide-react/icons/images'
import LayoutGrid from 'lucide-react/icons/layout-grid'
import ListIcon from 'lucide-react/icons/list'
import PanelRight from 'lucide-react/icons/panel-right'
import Plus from 'lucide-react/icons/plus'
import Search from 'lucide-react/icons/search'
import Shapes from 'lucide-react/icons/shapes'
import X from 'lucide-react/icons/x'
import { type ReactNode, type RefObject, useRef } from 'react'
import { useStore } from 'zustand'
import { splits } from '../../../shared/dataset/card.ts'
import { type Mistake, printTerm } from '../../../shared/dataset/filter-text.ts'
import { type Condition, sortKeys } from '../../../shared/dataset/sample-filter.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { CommandButton, IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem, MenuLabel } from '../../ui/menu.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './browser.module.css'
import type { GridViewStore } from './grid-view.ts'
import { text } from './text.ts'
import { ViewsMenu } from './views-menu.tsx'

const sortOptions = sortKeys.map((value) => ({ value, label: text.sorts[value] }))

export function FilterBar(props: {
  readonly searchRef: RefObject<HTMLInputElement | null>
  readonly view: GridViewStore
  readonly children: ReactNode
}) {
  const { view } = props
  const { samples } = useStores()
  const sort = useStore(samples, (state) => state.sort)
  const size = useStore(view, (state) => state.size)
  const layout = useStore(view, (state) => state.layout)
  const overlay = useStore(view, (state) => state.overlay)
  const info = useStore(view, (state) => state.info)
  return (
    <div className={styles.bars}>
      <div className={styles.bar}>
        <SearchField inputRef={props.searchRef} />
        <Select
          label={text.sort}
          value={sort.by}
          options={sortOptions}
          onChange={(by) => samples.setSort({ by, reversed: false })}
          className={styles.sort!}
        />
        <IconButton
          label={text.reverse}
          icon={<ArrowDownUp size={15} />}
          pressed={sort.reversed}
          onClick={() => samples.setSort({ ...sort, reversed: !sort.reversed })}
        />
        <span className={styles.grow} />
        {props.children}
      </div>
      <div className={styles.bar}>
        <ViewsMenu view={view} />
        <Chips />
        <span className={styles.layout}>
          <label className={styles.size}>
            <Images size={15} aria-hidden />
            <input
              className={styles.slider}
              type="range"
              min={120}
              max={360}
              step={20}
              value={size}
              disabled={layout === 'list'}
              aria-label={text.size}
              onChange={(event) => view.setState({ size: event.target.valueAsNumber })}
            />
          </label>
          <CommandButton id="grid.overlay" icon={<Shapes size={15} />} pressed={overlay} />
          <CommandButton
            id="grid.layout"
            icon={layout === 'grid' ? <ListIcon size={15} /> : <LayoutGrid size={15} />}
          />
          <CommandButton id="exchange.export" icon={<FileOutput size={15} />} />
          <CommandButton id="grid.info" icon={<PanelRight size={15} />} pressed={info} />
        </span>
      </div>
    </div>
  )
}

/** The filter as text. What means nothing is underlined, with what would be right under the field. */
function SearchField({ inputRef }: { readonly inputRef: RefObject<HTMLInputElement | null> }) {
  const { samples } = useStores()
  const words = useStore(samples, (state) => state.text)
  const mistakes = useStore(samples, (state) => state.mistakes)
  const marks = useRef<HTMLDivElement>(null)
  const [mistake] = mistakes
  return (
    <div className={styles.search}>
      <Search size={14} aria-hidden />
      <TextInput
        ref={inputRef}
        type="search"
        aria-label={text.search}
        placeholder={text.searchHint}
        title={text.searchHelp}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={mistake !== undefined || undefined}
        aria-describedby={mistake ? 'search-hint' : undefined}
        value={words}
        onChange={(event) => samples.setText(event.target.value)}
        onScroll={(event) => {
          if (marks.current) marks.current.scrollLeft = event.currentTarget.scrollLeft
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return
          event.preventDefault()
          if (event.key === 'Escape') samples.setText('')
          event.currentTarget.blur()
          document.querySelector<HTMLElement>('[role=grid]')?.focus()
        }}
      />
      {mistake && (
        <>
          <div ref={marks} className={styles.marks} aria-hidden="true">
            {marked(words, mistakes)}
          </div>
          <p id="search-hint" role="status" className={styles.mistake}>
            {mistake.hint}
          </p>
        </>
      )}
    </div>
  )
}

function marked(words: string, mistakes: readonly Mistake[]): ReactNode[] {
  const parts: ReactNode[] = []
  let at = 0
  for (const { from, to } of mistakes) {
    parts.push(words.slice(at, from), <u key={from}>{words.slice(from, to)}</u>)
    at = to
  }
  parts.push(words.slice(at))
  return parts
}

/** As the host's calendar writes it. */
function dayBefore(days: number): string {
  const day = new Date()
  day.setDate(day.getDate() - days)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** Each condition by itself, to take away; and a menu of more. */
function Chips() {
  const { samples, categories, cards, versions } = useStores()
  const filter = useStore(samples, (state) => state.filter)
  const list = useStore(categories, (state) => state.list)
  const tags = useStore(cards, (state) => state.words.tags)
  const keys = useStore(cards, (state) => state.words.keys)
  const newest = useStore(versions, (state) => state.list[0]?.number)
  const names = list.map(({ name }) => name)
  const add = (condition: Condition) => () => samples.setFilter([...filter, { negated: false, condition }])
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing here is sent as a form
    <div className={styles.chips} role="group" aria-label={text.filters}>
      <Menu
        trigger={
          <Button kind="quiet" onClick={() => void cards.refreshWords().catch(() => {})}>
            <Plus size={14} aria-hidden /> {text.addFilter}
          </Button>
        }
      >
        {tags.length > 0 && <MenuLabel>{text.filterTags}</MenuLabel>}
        {tags.slice(0, 6).map(({ tag }) => (
          <MenuItem key={tag} onSelect={add({ kind: 'tag', any: [tag] })}>
            {tag}
          </MenuItem>
        ))}
        {list.length > 0 && <MenuLabel>{text.filterCategories}</MenuLabel>}
        {list.slice(0, 6).map(({ id, name }) => (
          <MenuItem key={id} onSelect={add({ kind: 'category', name, comparison: '>=', count: 1 })}>
            {name}
          </MenuItem>
        ))}
        <MenuLabel>{text.filterSplit}</MenuLabel>
        {splits.map((split) => (
          <MenuItem key={split} onSelect={add({ kind: 'split', any: [split] })}>
            {split}
          </MenuItem>
        ))}
        <MenuItem onSelect={add({ kind: 'split', any: ['none'] })}>{text.noSplit}</MenuItem>
        <MenuLabel>{text.filterIssues}</MenuLabel>
        <MenuItem onSelect={add({ kind: 'issues', state: 'open' })}>{text.openIssues}</MenuItem>
        <MenuItem onSelect={add({ kind: 'issues', state: 'none' })}>{text.noIssues}</MenuItem>
        {newest !== undefined && (
          <>
            <MenuLabel>{text.filterChanged}</MenuLabel>
            <MenuItem onSelect={add({ kind: 'changed', since: null })}>{text.changedSinceLast}</MenuItem>
            {newest > 1 && (
              <MenuItem onSelect={add({ kind: 'changed', since: newest - 1 })}>
                {text.changedSince(newest - 1)}
              </MenuItem>
            )}
          </>
        )}
        <MenuLabel>{text.filterAdded}</MenuLabel>
        {([0, 7] as const).map((days) => (
          <MenuItem key={days} onSelect={add({ kind: 'added', comparison: '>=', day: dayBefore(days) })}>
            {text.addedWithin(days)}
          </MenuItem>
        ))}
        <MenuLabel>{text.filterSize}</MenuLabel>
        {([1920, 3840] as const).map((pixels) => (
          <MenuItem key={pixels} onSelect={add({ kind: 'size', side: 'width', comparison: '>=', pixels })}>
            {text.atLeastWide(pixels)}
          </MenuItem>
        ))}
        {keys.length > 0 && <MenuLabel>{text.filterHas}</MenuLabel>}
        {keys.slice(0, 5).map(({ key }) => (
          <MenuItem key={key} onSelect={add({ kind: 'has', key })}>
            {key}
          </MenuItem>
        ))}
      </Menu>
      {filter.map((term, i) => {
        const shown = printTerm(term, names)
        return (
          <span key={shown} className={styles.chip}>
            {shown}
            <button
              type="button"
              aria-label={text.removeFilter(shown)}
              onClick={() => samples.setFilter(filter.filter((_, other) => other !== i))}
            >
              <X size={12} />
            </button>
          </span>
        )
      })}
      {filter.length > 1 && (
        <Button kind="quiet" onClick={() => samples.setFilter([])}>
          {text.clear}
        </Button>
      )}
    </div>
  )
}
