import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react'
import type { SegmentsPlan } from '../../../shared/host/segments-methods.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Roving } from '../../ui/roving.tsx'
import { formatNumber } from '../../ui/text.ts'
import { countGroups, type Group, groups, matching } from './fate-group.ts'
import { GroupIcon, PlanList } from './plan-list.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'

/** What differs between both sides: how much of each kind, and which samples. */
export function PlanView(props: {
  readonly plan: SegmentsPlan
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly searchField: RefObject<HTMLInputElement | null>
  onOpen(sampleId: string): void
}) {
  const { plan, scroller, searchField, onOpen } = props
  const [chosen, setChosen] = useState<Group | 'all'>('all')
  const [query, setQuery] = useState('')
  const [cursor, setCursor] = useState(0)
  const counts = useMemo(() => countGroups(plan), [plan])
  // What is no more has no button to leave it by.
  const group = chosen !== 'all' && counts[chosen] === 0 ? 'all' : chosen
  const items = useMemo(() => matching(plan.items, group, query), [plan, group, query])
  const all = plan.items.length + plan.left
  const same = plan.counts.unchanged ?? 0
  if (all === 0)
    return (
      <EmptyState title={text.noneTitle}>
        <p>{text.noneBody}</p>
        {same > 0 && <p>{text.same(same)}.</p>}
      </EmptyState>
    )
  const choose = (next: Group | 'all') => {
    setChosen(next)
    setCursor(0)
  }
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      scroller.current?.focus()
    } else if (event.key === 'Escape' && query !== '') {
      event.stopPropagation()
      setQuery('')
    }
  }
  return (
    <>
      <div className={styles.kinds}>
        <Roving role="toolbar" label={text.kinds} orientation="horizontal" className={styles.chips}>
          <button type="button" aria-pressed={group === 'all'} onClick={() => choose('all')}>
            <strong>{formatNumber(all)}</strong> {text.all}
          </button>
          {groups
            .filter((each) => counts[each] > 0 || each === 'send' || each === 'get' || each === 'both')
            .map((each) => (
              <button
                key={each}
                type="button"
                disabled={counts[each] === 0}
                aria-pressed={group === each}
                onClick={() => choose(each)}
              >
                <GroupIcon group={each} size={14} />
                <strong>{formatNumber(counts[each])}</strong> {text.groups[each]}
              </button>
            ))}
        </Roving>
        <TextInput
          ref={searchField}
          type="search"
          className={styles.search}
          aria-label={text.search}
          placeholder={text.search}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setCursor(0)
          }}
          onKeyDown={onSearchKey}
        />
      </div>
      {items.length > 0 ? (
        <PlanList scroller={scroller} items={items} cursor={cursor} onCursor={setCursor} onOpen={onOpen} />
      ) : (
        <p className={styles.note} role="status">
          {text.noneOfKind}
        </p>
      )}
      <p className={styles.foot}>
        {plan.left > 0 && `${text.leftOut(plan.left)} `}
        {same > 0 && `${text.same(same)}.`}
      </p>
    </>
  )
}
