import MessageSquare from 'lucide-react/icons/message-square'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type Issue, openIssues } from '../../../shared/dataset/card.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves } from '../../stores/autosave.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { formatNumber } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { type CompareStore, createCompareStore } from './compare-store.ts'
import { DiffOverlay } from './diff-overlay.tsx'
import { IssueForm, IssueList } from './issue-list.tsx'
import { IssueMarkers } from './issue-markers.tsx'
import styles from './review.module.css'
import { commandsFor, reviewCommands } from './review-commands.ts'
import { ReviewPanel } from './review-panel.tsx'
import { createReviewStore, type Place } from './review-store.ts'
import { text } from './text.ts'

/** Device pixels per image pixel that an issue is looked at with, at least. */
const closeUp = 1.5

/**
 * What a review puts around the canvas. While a label is drawn, that is only the pins of issues and their list; in a
 * review the label is locked until somebody asks to edit it. `onNext` shows the next image at once.
 */
export function useReview(options: {
  readonly sampleId: string
  readonly isReview: boolean
  onNext(): void
}): {
  readonly locked: boolean
  readonly side: ReactNode
  overlay(
    canvas: CanvasController | null,
    objectAt: (at: { x: number; y: number }) => number,
    session: LabelSession | null,
  ): ReactNode
} {
  const { sampleId, isReview, onNext } = options
  const host = useHost()
  const { cards, samples, notices } = useStores()
  const [review] = useState(createReviewStore)
  const edits = useStore(review, (state) => state.edits)
  const [compare] = useState(() => createCompareStore(host))
  const canvas = useRef<CanvasController | null>(null)
  const session = useRef<LabelSession | null>(null)

  useEffect(() => {
    cards.show(sampleId)
    review.setState({ active: null, placing: false, draft: null, rejecting: false, edits: false })
  }, [cards, review, sampleId])
  useEffect(() => () => cards.show(null), [cards])
  useEffect(() => {
    // What is drawn on is compared with nothing: it changes under the comparison.
    if (isReview && !edits) compare.look(sampleId)
    else compare.clear()
    return () => compare.clear()
  }, [compare, sampleId, isReview, edits])

  const judge = useCallback(
    async (status: LabelStatus, reason?: { text: string; kinds: readonly string[] }) => {
      const sample = samples.getState().byId.get(sampleId)
      const name = sample?.name ?? ''
      // The next image comes first; nobody waits for the disk.
      onNext()
      try {
        if (reason) {
          const id = crypto.randomUUID()
          const { text: said, kinds } = reason
          await host.call('cards.change', {
            sampleId,
            change: { kind: 'issue', id, at: null, objectId: null, text: said, tags: [...kinds] },
          })
        }
        // What was drawn in between is part of what is judged.
        await flushSaves()
        await host.call('samples.setStatus', { id: sampleId, status, review: true })
        const before = sample?.status
        toast(status === 'reviewed' ? text.accepted(name) : text.rejected(name), {
          label: text.undo,
          run: () => {
            if (!before) return
            host
              .call('samples.setStatus', { id: sampleId, status: before, review: true })
              .catch((error: unknown) => notices.report('review.undo', error))
          },
        })
      } catch (error) {
        notices.report('review.verdict', error)
      }
    },
    [samples, sampleId, onNext, host, notices],
  )

  const go = useCallback((issue: Issue) => {
    if (issue.at) canvas.current?.view.lookAt(issue.at, closeUp)
  }, [])
  const place = useCallback(
    (next: Place) => review.setState({ placing: false, draft: next, listed: true, filter: 'open' }),
    [review],
  )

  const goChange = useCallback(
    (index: number) => {
      const where = compare.getState().made?.diff.objects[index]?.where
      if (!where) return
      compare.setState({ active: index })
      const { view } = canvas.current ?? {}
      if (!view) return
      const { width, height } = view.size
      const [w, h] = [where.x1 - where.x0, where.y1 - where.y0]
      const scale = Math.min(8, (0.5 * width) / w, (0.5 * height) / h)
      view.zoomTo(scale)
      view.lookAt({ x: where.x0 + w / 2, y: where.y0 + h / 2 }, scale)
    },
    [compare],
  )
  const compareActions = useMemo(
    () => comparing(compare, () => session.current, goChange),
    [compare, goChange],
  )

  const all = useMemo(
    () =>
      reviewCommands({
        hasOpenIssue: () => openIssues(cards.getState().card ?? nothing) > 0,
        addIssue: () => review.setState({ placing: true, draft: null }),
        nextIssue() {
          const open = (cards.getState().card?.issues ?? []).filter(({ resolved }) => resolved === null)
          const at = open.findIndex(({ id }) => id === review.getState().active)
          const next = open[(at + 1) % open.length]
          if (!next) return
          review.setState({ active: next.id, listed: true, filter: 'open' })
          go(next)
        },
        accept: () => void judge('reviewed'),
        reject() {
          // An open issue says why already.
          if (openIssues(cards.getState().card ?? nothing) > 0) void judge('rejected')
          else review.setState({ rejecting: true })
        },
        skip: onNext,
        edit: () => review.setState({ edits: true }),
        backToReview: () => review.setState({ edits: false }),
        compare: compareActions,
      }),
    [review, cards, judge, go, onNext, compareActions],
  )
  const commands = useMemo(
    () => commandsFor(all, isReview ? (edits ? 'edit' : 'review') : 'label'),
    [all, isReview, edits],
  )
  useCommands('review', commands)

  const locked = isReview && !edits
  return {
    locked,
    side: locked ? (
      <ReviewPanel
        sampleId={sampleId}
        review={review}
        compare={compare}
        onGoChange={goChange}
        onGo={go}
        onReject={(reason, kinds) => void judge('rejected', { text: reason, kinds })}
      />
    ) : null,
    overlay(current, objectAt, shown) {
      canvas.current = current
      session.current = shown
      return (
        <>
          {locked && <DiffOverlay compare={compare} canvas={current} />}
          <Told compare={compare} />
          <IssueMarkers
            review={review}
            canvas={current}
            onPlace={({ at }) => place({ at, objectId: (at && objectAt(at)) || null })}
            onChoose={(issue) => {
              review.setState({ active: issue.id, listed: true })
              go(issue)
            }}
          />
          {!locked && (
            <Corner review={review} onGo={go}>
              {isReview && (
                <Button onClick={() => review.setState({ edits: false })}>{text.backToReview}</Button>
              )}
            </Corner>
          )}
        </>
      )
    },
  }
}

/** What the commands of comparing do: a held key shows it while it is down, a tapped one keeps it. */
function comparing(
  compare: CompareStore,
  session: () => LabelSession | null,
  go: (index: number) => void,
): Parameters<typeof reviewCommands>[0]['compare'] {
  const isPossible = () => compare.getState().base !== null && session() !== null
  const make = () => {
    const open = session()
    if (open) void compare.make(open)
  }
  const toggle = (shows: 'changes' | 'before') => {
    const { shows: now, blinks } = compare.getState()
    compare.show(now === shows && !blinks ? 'off' : shows)
    make()
  }
  return {
    isPossible,
    mayBlink: () => isPossible() && !matchMedia('(prefers-reduced-motion: reduce)').matches,
    hasChanges: () => (compare.getState().made?.diff.objects.length ?? 0) > 0,
    toggle,
    hold(shows) {
      let wasShown = false
      return {
        start() {
          wasShown = compare.getState().shows === shows && !compare.getState().blinks
          compare.show(shows)
          make()
        },
        end({ tap }) {
          if (!tap || wasShown) compare.show('off')
        },
      }
    },
    blink() {
      compare.blink(!compare.getState().blinks)
      make()
    },
    step(delta) {
      const { active, made } = compare.getState()
      const count = made?.diff.objects.length ?? 0
      if (count > 0) go(active === null ? (delta > 0 ? 0 : count - 1) : (active + delta + count) % count)
    },
  }
}

/** Says in words what the overlay shows. */
function Told({ compare }: { readonly compare: CompareStore }) {
  const made = useStore(compare, (state) => state.made)
  const shows = useStore(compare, (state) => state.shows === 'changes')
  const pixels = made?.diff.pixels
  return (
    <ForReaders role="status">
      {shows &&
        pixels &&
        text.told(formatNumber(pixels.added), formatNumber(pixels.removed), formatNumber(pixels.category))}
    </ForReaders>
  )
}

const nothing = { issues: [] } as unknown as Parameters<typeof openIssues>[0]

/** Beside the tools: how many issues there are, and their list when asked for. */
function Corner(props: {
  readonly review: ReturnType<typeof createReviewStore>
  onGo(issue: Issue): void
  readonly children: ReactNode
}) {
  const { review, onGo, children } = props
  const { cards } = useStores()
  const card = useStore(cards, (state) => state.card)
  const listed = useStore(review, (state) => state.listed)
  const draft = useStore(review, (state) => state.draft)
  const isOpen = listed || draft !== null
  const open = openIssues(card ?? nothing)
  return (
    <div className={styles.corner}>
      <div className={styles.cornerBar}>
        {children}
        <Button
          icon={<MessageSquare size={14} />}
          aria-expanded={isOpen}
          onClick={() => review.setState({ listed: !isOpen, draft: null })}
        >
          {text.issuesCount(open)}
        </Button>
      </div>
      {isOpen && (
        <section className={styles.float} aria-label={text.openIssues}>
          <IssueForm review={review} />
          <IssueList review={review} onGo={onGo} />
        </section>
      )}
    </div>
  )
}
