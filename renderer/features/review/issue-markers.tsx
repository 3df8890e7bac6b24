import Check from 'lucide-react/icons/check'
import { type MouseEvent, useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { Issue } from '../../../shared/dataset/card.ts'
import { toScreen } from '../../canvas/camera.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useStores } from '../../stores/stores.ts'
import styles from './review.module.css'
import type { Place, ReviewStore } from './review-store.ts'
import { text } from './text.ts'

/** Pins over the canvas, one for each issue that has a place; they move with the image. */
export function IssueMarkers(props: {
  readonly review: ReviewStore
  readonly canvas: CanvasController | null
  onChoose(issue: Issue): void
  onPlace(place: Place): void
}) {
  const { review, canvas, onChoose, onPlace } = props
  const { cards } = useStores()
  const card = useStore(cards, (state) => state.card)
  const { active, filter, placing, draft } = useStore(review)
  const layer = useRef<HTMLDivElement>(null)
  const issues = card?.issues ?? []

  useEffect(() => {
    if (!canvas) return
    const { view } = canvas
    const place = () => {
      for (const pin of layer.current?.querySelectorAll<HTMLElement>('[data-x]') ?? []) {
        const at = toScreen(view.camera, { x: Number(pin.dataset.x), y: Number(pin.dataset.y) })
        const [x, y] = [at.x / view.ratio, at.y / view.ratio]
        const isIn =
          x >= 0 && y >= 0 && x <= view.size.width / view.ratio && y <= view.size.height / view.ratio
        pin.hidden = !isIn
        pin.style.transform = `translate(${x}px, ${y}px)`
      }
    }
    place()
    return view.onMove(place)
  })

  // Not by the keymap: while a place is asked for, these two keys mean nothing else.
  useEffect(() => {
    if (!placing || !canvas) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' && event.key !== 'Enter') return
      event.preventDefault()
      event.stopPropagation()
      if (event.key === 'Escape') return review.setState({ placing: false })
      const { size, ratio } = canvas.view
      onPlace(placeAt(canvas, size.width / 2 / ratio, size.height / 2 / ratio))
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [placing, canvas, review, onPlace])

  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!canvas) return
    const box = event.currentTarget.getBoundingClientRect()
    onPlace(placeAt(canvas, event.clientX - box.left, event.clientY - box.top))
  }
  return (
    <div ref={layer} className={styles.markers}>
      {placing && (
        <button type="button" className={styles.placing} aria-label={text.placing} onClick={onClick}>
          <span role="status">{text.placing}</span>
        </button>
      )}
      {issues.map((issue, i) => {
        const isShown = filter === 'all' || (issue.resolved === null) === (filter === 'open')
        if (!issue.at || (!isShown && issue.id !== active)) return null
        return (
          <button
            key={issue.id}
            type="button"
            className={styles.pin}
            data-x={issue.at.x}
            data-y={issue.at.y}
            data-active={issue.id === active || undefined}
            data-resolved={issue.resolved !== null || undefined}
            aria-label={(issue.resolved ? text.resolvedIssue : text.issue)(i + 1, issue.text)}
            title={issue.text}
            onClick={() => onChoose(issue)}
          >
            <span>{issue.resolved ? <Check size={12} /> : i + 1}</span>
          </button>
        )
      })}
      {draft?.at && (
        <span className={styles.pin} data-x={draft.at.x} data-y={draft.at.y} data-active aria-hidden="true">
          <span>+</span>
        </span>
      )}
    </div>
  )
}

/** CSS pixels of the canvas to a place in the image, within its bounds. */
function placeAt(canvas: CanvasController, x: number, y: number): Place {
  const { view } = canvas
  const at = view.toImage({ x: x * view.ratio, y: y * view.ratio })
  return {
    at: { x: Math.max(0, Math.round(at.x * 10) / 10), y: Math.max(0, Math.round(at.y * 10) / 10) },
    objectId: null,
  }
}
