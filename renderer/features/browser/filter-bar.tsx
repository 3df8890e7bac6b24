import Images from 'lucide-react/icons/images'
import Search from 'lucide-react/icons/search'
import type { ReactNode, RefObject } from 'react'
import { useStore } from 'zustand'
import { sampleSorts } from '../../stores/sample-order.ts'
import { useStores } from '../../stores/stores.ts'
import { TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './browser.module.css'
import { text } from './text.ts'

const sortOptions = sampleSorts.map((value) => ({ value, label: text.sorts[value] }))

export function FilterBar(props: {
  readonly searchRef: RefObject<HTMLInputElement | null>
  /** Width of a tile, CSS pixels. */
  readonly size: number
  onSize(size: number): void
  readonly children: ReactNode
}) {
  const { samples } = useStores()
  const words = useStore(samples, (state) => state.filter.text)
  const sort = useStore(samples, (state) => state.sort)
  return (
    <div className={styles.bar}>
      <div className={styles.search}>
        <Search size={14} aria-hidden />
        <TextInput
          ref={props.searchRef}
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          value={words}
          onChange={(event) => samples.setFilter({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            samples.setFilter({ text: '' })
            event.currentTarget.blur()
          }}
        />
      </div>
      <Select
        label={text.sort}
        value={sort}
        options={sortOptions}
        onChange={(value) => samples.setSort(value)}
        className={styles.sort!}
      />
      <label className={styles.size}>
        <Images size={15} aria-hidden />
        <input
          className={styles.slider}
          type="range"
          min={120}
          max={360}
          step={20}
          value={props.size}
          aria-label={text.size}
          onChange={(event) => props.onSize(event.target.valueAsNumber)}
        />
      </label>
      <span className={styles.grow} />
      {props.children}
    </div>
  )
}
