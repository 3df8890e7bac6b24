import { useEffect, useRef, useState } from 'react'
import type { LabelMap } from '../../../shared/label/label-map.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import type { ImagePoint, Size } from '../../canvas/camera.ts'
import { type CompareMode, CompareView, listenToCompare } from '../../canvas/compare-view.ts'
import type { KindPyramid } from '../../canvas/layers/kind-pyramid.ts'
import type { LinkedViews } from '../../canvas/linked-views.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import type { Photo } from '../../canvas/photo.ts'
import styles from './compare.module.css'
import type { Names } from './compare-summary.tsx'

const fillAlpha = 165
/** Shares of the width that an arrow key moves the image by. */
const [smallStep, largeStep] = [0.1, 0.5]

export type PaneLabel = { readonly map: LabelMap; readonly objects: ReadonlyMap<number, LabelObject> }
export type PanePicture = {
  /** Another image has another one. */
  readonly key: string
  readonly size: Size
  readonly thumb: ImageBitmap | null
  readonly photo: Photo | null
}

/** One view of an image with one label, two of them, or what differs. Several beside each other move as one. */
export function LabelPane(props: {
  readonly views: LinkedViews
  readonly picture: PanePicture | null
  readonly before: PaneLabel | null
  readonly after: PaneLabel | null
  readonly changes: KindPyramid | null
  readonly hidden: ReadonlySet<number>
  readonly mode: CompareMode
  readonly swipe: number
  readonly names: Names
  /** What it is, for readers; with `describedBy` for what it shows. */
  readonly label: string
  readonly describedBy: string
  /** Stands in the corners of the pane. */
  readonly corner?: string | null
  readonly otherCorner?: string | null
  readonly takesFocus?: boolean
  onSwipe(share: number): void
  onPoint?(at: ImagePoint | null): void
}) {
  const { views, picture, before, after, changes, hidden, mode, swipe, names } = props
  const frame = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<CompareView | null>(null)
  const now = useRef(props)
  now.current = props

  useEffect(() => {
    const box = frame.current!
    const made = new CompareView(box)
    const resize = () => made.resize(box.clientWidth, box.clientHeight, window.devicePixelRatio)
    resize()
    const observer = new ResizeObserver(resize)
    observer.observe(box)
    const stop = listenToCompare(box, made, {
      isSwiping: () => now.current.mode === 'swipe',
      swipe: (share) => now.current.onSwipe(Math.min(1, Math.max(0, share))),
      point(at) {
        now.current.views.point(at, made)
        now.current.onPoint?.(at)
      },
    })
    setView(made)
    if (now.current.takesFocus) box.focus({ preventScroll: true })
    return () => {
      stop()
      observer.disconnect()
      made.destroy()
    }
  }, [])
  const [width, height] = [picture?.size.width, picture?.size.height]
  const photo = picture?.photo ?? null
  const thumb = picture?.thumb ?? null
  const key = picture?.key
  // biome-ignore lint/correctness/useExhaustiveDependencies: two images of one size are two images
  useEffect(() => {
    view?.open(width && height ? { width, height } : null)
  }, [view, key, width, height])
  // After it was opened, so that it looks where the others look and not the other way round.
  useEffect(() => (view ? views.join(view) : undefined), [view, views])
  useEffect(() => {
    if (view && key && thumb) view.showThumb(thumb)
    if (view && key && photo) view.showPhoto(photo)
  }, [view, key, thumb, photo])
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are what the list of categories makes them
  useEffect(() => {
    if (!view || !key) return
    const paletteOf = (objects: PaneLabel['objects']) => (each: number) => {
      const object = objects.get(each)
      if (!object) return 0
      const { color, hasInstances } = names(object.categoryId)
      return packed(objectChannels(object, color, hasInstances), fillAlpha)
    }
    if (before) view.showLabel('before', before.map, paletteOf(before.objects))
    if (after) view.showLabel('after', after.map, paletteOf(after.objects))
  }, [view, key, before, after])
  useEffect(() => {
    if (view && key && changes) view.showChanges(changes, hidden)
  }, [view, key, changes, hidden])
  useEffect(() => view?.show(mode, swipe), [view, mode, swipe])

  return (
    <div className={styles.pane}>
      <div
        ref={frame}
        className={styles.surface}
        data-mode={mode}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is where arrows, the wheel and the pointer act
        tabIndex={0}
        role="application"
        aria-label={props.label}
        aria-describedby={props.describedBy}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return
          const step = event.shiftKey ? largeStep : smallStep
          const moves: Record<string, readonly [number, number]> = {
            ArrowLeft: [step, 0],
            ArrowRight: [-step, 0],
            ArrowUp: [0, step],
            ArrowDown: [0, -step],
          }
          const move = moves[event.key]
          if (!move) return
          event.preventDefault()
          views.pan(...move)
        }}
      />
      {props.corner && (
        <span className={styles.sideName} data-side="before">
          {props.corner}
        </span>
      )}
      {props.otherCorner && (
        <span className={styles.sideName} data-side="after">
          {props.otherCorner}
        </span>
      )}
    </div>
  )
}
