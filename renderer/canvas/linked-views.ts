import type { Rect } from '../../shared/label/label-map.ts'
import { type ImagePoint, type Size, ZOOM_STEP } from './camera.ts'
import type { CompareView } from './compare-view.ts'

/** Views of one image beside each other: what moves one of them moves all, and where the pointer is shows in all. */
export class LinkedViews {
  readonly #views: CompareView[] = []
  #isMoving = false

  /** The newest looks where the others look. Returns what takes it out. */
  join(view: CompareView): () => void {
    const [first] = this.#views
    this.#views.push(view)
    if (first?.image) view.follow(first.camera)
    const stop = view.onMove(() => this.#lead(view))
    return () => {
      stop()
      this.#views.splice(this.#views.indexOf(view), 1)
    }
  }

  fit(): void {
    this.#views[0]?.fit()
  }

  zoomToRect(rect: Rect): void {
    this.#views[0]?.zoomToRect(rect)
  }

  zoom(steps: number): void {
    const [first] = this.#views
    first?.zoomTo(first.camera.scale * ZOOM_STEP ** steps)
  }

  /** Shares of a view's width. */
  pan(right: number, down: number): void {
    const [first] = this.#views
    first?.pan(right * first.size.width, down * first.size.width)
  }

  /** A frame around the change that is being looked at. */
  frame(around: Rect | null): void {
    for (const view of this.#views) view.frame(around)
  }

  /** Where the pointer is over one of them shows in the others. */
  point(at: ImagePoint | null, over: CompareView): void {
    for (const view of this.#views) view.point(view === over ? null : at)
  }

  #lead(leader: CompareView): void {
    if (this.#isMoving) return
    this.#isMoving = true
    // Views beside each other get their new sizes one after the other: one that has its old size yet keeps its place.
    for (const view of this.#views)
      if (view !== leader && (!leader.isResizing || isLike(view.size, leader.size)))
        view.follow(leader.camera)
    this.#isMoving = false
  }
}

/** A row that cannot be divided evenly has views that differ by a pixel. */
const isLike = (a: Size, b: Size) => Math.abs(a.width - b.width) <= 1 && Math.abs(a.height - b.height) <= 1
