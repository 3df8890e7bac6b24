import MessageSquare from 'lucide-react/icons/message-square'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type Issue, openIssues } from '../../../shared/dataset/card.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves } from '../../stores/autosave.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toasts.tsx'
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
  overlay(canvas: CanvasController | null, objectAt: (at: { x: number; y: number }) => number): ReactNode
} {
  const { sampleId, isReview, onNext } = options
  const host = useHost()
  const { cards, samples, notices } = useStores()
  const [review] = useState(createReviewStore)
  const edits = useStore(review, (state) => state.edits)
  const canvas = useRef<CanvasController | null>(null)

  useEffect(() => {
    cards.show(sampleId)
    review.setState({ active: null, placing: false, draft: null, rejecting: false, edits: false })
  }, [cards, review, sampleId])
  useEffect(() => () => cards.show(null), [cards])

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
      }),
    [review, cards, judge, go, onNext],
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
        onGo={go}
        onReject={(reason, kinds) => void judge('rejected', { text: reason, kinds })}
      />
    ) : null,
    overlay(current, objectAt) {
      canvas.current = current
      return (
        <>
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
