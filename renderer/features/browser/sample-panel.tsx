import Plus from 'lucide-react/icons/plus'
import Trash2 from 'lucide-react/icons/trash-2'
import X from 'lucide-react/icons/x'
import { type FormEvent, type RefObject, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import {
  type CardChange,
  type MetadataValue,
  splits,
  tagSchema,
  typedValue,
} from '../../../shared/dataset/card.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import { countOf } from '../../stores/sample-selection.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { TextInput } from '../../ui/field.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { formatBytes, formatDateTime } from '../../ui/text.ts'
import styles from './browser.module.css'
import { changeSelected } from './bulk.ts'
import { text } from './text.ts'

/** What is said of the image under the cursor; of several, what is changed here is changed on all of them. */
export function SamplePanel({ tagRef }: { readonly tagRef: RefObject<HTMLInputElement | null> }) {
  const { samples, cards, work, notices } = useStores()
  const selection = useStore(samples, (state) => state.selection)
  const activeId = useStore(samples, (state) => state.active.id)
  const sample = useStore(samples, (state) => (activeId === null ? undefined : state.byId.get(activeId)))
  const card = useStore(cards, (state) => state.card)
  const loading = useStore(cards, (state) => state.loading)
  const words = useStore(cards, (state) => state.words)
  const count = countOf(selection)
  const isMany = count > 1
  useEffect(() => {
    cards.show(activeId)
  }, [cards, activeId])
  useEffect(() => {
    cards.refreshWords().catch(() => {})
  }, [cards])

  const change = (next: CardChange) => {
    if (isMany) return void changeSelected({ samples, work, notices }, { kind: 'card', change: next })
    cards.change(next).catch((error: unknown) => notices.report('cards.change', error))
  }
  if (!sample && !isMany) return <p className={styles.none}>{text.noneSelected}</p>
  return (
    <div className={styles.panels}>
      {isMany && <p className={styles.many}>{text.manySelected(count)}</p>}
      {loading.kind === 'failed' && <ErrorText error={loading.error} />}
      <datalist id="known-tags">
        {words.tags.map(({ tag }) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <datalist id="known-keys">
        {words.keys.map(({ key }) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <Panel title={text.tags}>
        <div className={styles.tags}>
          {(card?.tags ?? []).map((tag) => (
            <span key={tag} className={styles.chip}>
              {tag}
              <button
                type="button"
                aria-label={text.removeTagNamed(tag)}
                onClick={() => change({ kind: 'tags', add: [], remove: [tag] })}
              >
                <X size={12} />
              </button>
            </span>
          ))}
          <TagForm inputRef={tagRef} onAdd={(tags) => change({ kind: 'tags', add: tags, remove: [] })} />
        </div>
        <div className={styles.pair}>
          <span>{text.split}</span>
          <Select
            label={text.split}
            value={card?.split ?? 'none'}
            options={[...splits, 'none' as const].map((value) => ({
              value,
              label: value === 'none' ? text.none : value,
            }))}
            onChange={(value) => change({ kind: 'split', split: value === 'none' ? null : value })}
          />
          <span>{text.priority}</span>
          <Priority
            value={card?.priority ?? 0}
            onChange={(priority) => change({ kind: 'priority', priority })}
          />
        </div>
      </Panel>
      <Panel title={text.metadata}>
        <Metadata
          values={card?.metadata ?? {}}
          onSet={(key, value) => change({ kind: 'metadata', set: { [key]: value }, remove: [] })}
          onRemove={(key) => change({ kind: 'metadata', set: {}, remove: [key] })}
        />
      </Panel>
      {!isMany && sample && <Facts sample={sample} />}
      {!isMany && card && card.issues.length > 0 && (
        <Panel title={text.issueList}>
          <ul className={styles.issues}>
            {card.issues.map((issue) => (
              <li key={issue.id} data-resolved={issue.resolved !== null || undefined}>
                {issue.text}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}

function TagForm(props: {
  readonly inputRef: RefObject<HTMLInputElement | null>
  onAdd(tags: string[]): void
}) {
  const [value, setValue] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    const tags = value.split(',').flatMap((each) => {
      const tag = tagSchema.safeParse(each)
      return tag.success ? [tag.data] : []
    })
    if (tags.length > 0) props.onAdd(tags)
    setValue('')
  }
  return (
    <form onSubmit={add} className={styles.tagForm}>
      <TextInput
        ref={props.inputRef}
        list="known-tags"
        maxLength={100}
        aria-label={text.newTag}
        placeholder={text.newTag}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
    </form>
  )
}

function Priority({ value, onChange }: { readonly value: number; onChange(value: number): void }) {
  const [typed, setTyped] = useState(String(value))
  useEffect(() => setTyped(String(value)), [value])
  const keep = () => {
    const number = Math.round(Number(typed))
    if (typed.trim() === '' || !Number.isFinite(number)) return setTyped(String(value))
    const next = Math.min(1000, Math.max(-1000, number))
    if (next !== value) onChange(next)
    setTyped(String(next))
  }
  return (
    <TextInput
      type="number"
      min={-1000}
      max={1000}
      aria-label={text.priority}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === 'Enter' && keep()}
    />
  )
}

function Metadata(props: {
  readonly values: Readonly<Record<string, MetadataValue>>
  onSet(key: string, value: MetadataValue): void
  onRemove(key: string): void
}) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (key.trim() === '' || value.trim() === '') return
    props.onSet(key.trim(), typedValue(value))
    setKey('')
    setValue('')
  }
  const entries = Object.entries(props.values).sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <form className={styles.metadata} onSubmit={add}>
      {entries.map(([name, current]) => (
        <Entry
          key={name}
          name={name}
          value={String(current)}
          onSet={(next) => props.onSet(name, next)}
          onRemove={() => props.onRemove(name)}
        />
      ))}
      <TextInput
        list="known-keys"
        maxLength={200}
        aria-label={text.key}
        placeholder={text.key}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <TextInput
        maxLength={4000}
        aria-label={text.value}
        placeholder={text.value}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" kind="quiet" aria-label={text.add} disabled={!key.trim() || !value.trim()}>
        <Plus size={14} />
      </Button>
    </form>
  )
}

function Entry(props: {
  readonly name: string
  readonly value: string
  onSet(value: MetadataValue): void
  onRemove(): void
}) {
  const [typed, setTyped] = useState(props.value)
  useEffect(() => setTyped(props.value), [props.value])
  const keep = () => {
    if (typed.trim() === '') setTyped(props.value)
    else if (typed !== props.value) props.onSet(typedValue(typed))
  }
  return (
    <>
      <span className={styles.name} title={props.name}>
        {props.name}
      </span>
      <TextInput
        aria-label={props.name}
        maxLength={4000}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          keep()
        }}
      />
      <IconButton
        label={text.removeKey(props.name)}
        icon={<Trash2 size={13} />}
        side="left"
        onClick={props.onRemove}
      />
    </>
  )
}

function Facts({ sample }: { readonly sample: Sample }) {
  return (
    <Panel title={text.facts}>
      <dl className={styles.factList}>
        <dt>{sample.name}</dt>
        <dd>
          {sample.width} × {sample.height} · {sample.format.toUpperCase()} · {formatBytes(sample.bytes)}
        </dd>
        {sample.savedAt !== null && (
          <dd>{text.savedBy(sample.savedBy ?? '', formatDateTime(sample.savedAt))}</dd>
        )}
      </dl>
    </Panel>
  )
}
