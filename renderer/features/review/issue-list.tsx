import Check from 'lucide-react/icons/check'
import MapPin from 'lucide-react/icons/map-pin'
import RotateCcw from 'lucide-react/icons/rotate-ccw'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Issue } from '../../../shared/dataset/card.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './review.module.css'
import type { ReviewState, ReviewStore } from './review-store.ts'
import { text } from './text.ts'

const filters: readonly ReviewState['filter'][] = ['open', 'all', 'resolved']

/** What people said about the image: a list to choose from, and the chosen one with its replies. */
export function IssueList({ review, onGo }: { readonly review: ReviewStore; onGo(issue: Issue): void }) {
  const { cards } = useStores()
  const card = useStore(cards, (state) => state.card)
  const filter = useStore(review, (state) => state.filter)
  const active = useStore(review, (state) => state.active)
  const issues = card?.issues ?? []
  const shown = issues.filter(
    ({ resolved }) => filter === 'all' || (resolved === null) === (filter === 'open'),
  )
  if (issues.length === 0) return <p className={styles.none}>{text.noIssues}</p>
  return (
    <>
      <Select
        label={text.show}
        value={filter}
        options={filters.map((value) => ({ value, label: text.filter[value] }))}
        onChange={(value) => review.setState({ filter: value })}
      />
      {shown.length === 0 && <p className={styles.none}>{text.noneShown}</p>}
      <ul className={styles.issues}>
        {shown.map((issue) => {
          const number = issues.indexOf(issue) + 1
          return (
            <li key={issue.id} className={styles.issue} data-active={issue.id === active || undefined}>
              <button
                type="button"
                className={styles.head}
                aria-expanded={issue.id === active}
                aria-label={(issue.resolved ? text.resolvedIssue : text.issue)(number, issue.text)}
                onClick={() => {
                  review.setState({ active: issue.id === active ? null : issue.id })
                  if (issue.id !== active) onGo(issue)
                }}
              >
                <span className={styles.number} data-resolved={issue.resolved !== null || undefined}>
                  {issue.resolved ? <Check size={12} /> : number}
                </span>
                <span className={styles.words}>{issue.text}</span>
                <span className={styles.meta}>
                  {text.savedBy(issue.author, formatWhen(issue.createdAt))}
                  {issue.replies.length > 0 && ` · ${text.replies(issue.replies.length)}`}
                </span>
              </button>
              {issue.id === active && <IssueDetail issue={issue} number={number} />}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function IssueDetail({ issue, number }: { readonly issue: Issue; readonly number: number }) {
  const { cards, notices } = useStores()
  const [words, setWords] = useState('')
  const report = (error: unknown) => notices.report('review.issue', error)
  const reply = (event: FormEvent) => {
    event.preventDefault()
    const said = words.trim()
    if (said === '') return
    cards
      .change({ kind: 'reply', issue: issue.id, id: crypto.randomUUID(), text: said })
      .then(() => setWords(''), report)
  }
  const resolved = issue.resolved === null
  return (
    <div className={styles.detail}>
      <p className={styles.meta}>
        <MapPin size={12} aria-hidden /> {issue.at ? text.place(issue.at.x, issue.at.y) : text.wholeImage}
        {issue.objectId !== null && ` ${text.onObject(issue.objectId)}`}
      </p>
      {issue.tags.length > 0 && (
        <p className={styles.kinds}>
          {issue.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
      )}
      {issue.replies.map(({ id, author, createdAt, text: said }) => (
        <p key={id} className={styles.reply}>
          {said}
          <span className={styles.meta}>{text.savedBy(author, formatWhen(createdAt))}</span>
        </p>
      ))}
      {issue.resolved && (
        <p className={styles.meta}>{text.resolvedBy(issue.resolved.by, formatWhen(issue.resolved.at))}</p>
      )}
      <form className={styles.replyForm} onSubmit={reply}>
        <TextInput
          aria-label={text.replyTo(number)}
          placeholder={text.reply}
          maxLength={4000}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Button
          kind="quiet"
          icon={resolved ? <Check size={14} /> : <RotateCcw size={14} />}
          onClick={() => cards.change({ kind: 'resolve', issue: issue.id, resolved }).catch(report)}
        >
          {resolved ? text.resolve : text.reopen}
        </Button>
      </form>
    </div>
  )
}

/** Words and kinds of a new issue, once its place is known. */
export function IssueForm({ review }: { readonly review: ReviewStore }) {
  const { cards, notices } = useStores()
  const draft = useStore(review, (state) => state.draft)
  const [words, setWords] = useState('')
  const [kinds, setKinds] = useState<readonly string[]>([])
  const field = useRef<HTMLInputElement>(null)
  const place = draft && `${draft.at?.x} ${draft.at?.y}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is another issue
  useEffect(() => field.current?.focus(), [place])
  if (!draft) return null
  const leave = () => {
    setWords('')
    setKinds([])
    review.setState({ draft: null })
  }
  const add = (event: FormEvent) => {
    event.preventDefault()
    // A kind says enough by itself.
    const said = words.trim() || kinds.join(', ')
    if (said === '') return
    const id = crypto.randomUUID()
    cards
      .change({ kind: 'issue', id, at: draft.at, objectId: draft.objectId, text: said, tags: [...kinds] })
      .then(
        () => {
          leave()
          review.setState({ active: id, filter: 'open' })
        },
        (error: unknown) => notices.report('review.issue', error),
      )
  }
  return (
    <form
      className={styles.form}
      aria-label={text.addIssue}
      onSubmit={add}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        leave()
      }}
    >
      <p className={styles.meta}>{draft.at ? text.place(draft.at.x, draft.at.y) : text.wholeImage}</p>
      <TextInput
        ref={field}
        aria-label={text.what}
        placeholder={text.what}
        maxLength={4000}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Kinds chosen={kinds} onChange={setKinds} />
      <div className={styles.buttons}>
        <Button kind="quiet" onClick={leave}>
          {text.cancel}
        </Button>
        <Button type="submit" kind="primary" disabled={words.trim() === '' && kinds.length === 0}>
          {text.add}
        </Button>
      </div>
    </form>
  )
}

export function Kinds(props: {
  readonly chosen: readonly string[]
  onChange(kinds: readonly string[]): void
}) {
  const { chosen, onChange } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons that stay down
    <div className={styles.kinds} role="group" aria-label={text.kind}>
      {text.kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          className={styles.kind}
          aria-pressed={chosen.includes(kind)}
          onClick={() =>
            onChange(chosen.includes(kind) ? chosen.filter((other) => other !== kind) : [...chosen, kind])
          }
        >
          {kind}
        </button>
      ))}
    </div>
  )
}
