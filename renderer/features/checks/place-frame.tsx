import { useLayoutEffect, useRef } from 'react'
import type { Rect } from '../../../shared/label/label-map.ts'
import { toScreen } from '../../canvas/camera.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import styles from './checks.module.css'

/** CSS pixels around a place, and the least that the frame is wide. */
const margin = 6
const least = 28

/** A frame around a place of the image, over the canvas; it moves with the image. */
export function PlaceFrame({ canvas, where }: { readonly canvas: CanvasController; readonly where: Rect }) {
  const frame = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { view } = canvas
    const place = () => {
      const from = toScreen(view.camera, { x: where.x0, y: where.y0 })
      const to = toScreen(view.camera, { x: where.x1, y: where.y1 })
      const [width, height] = [(to.x - from.x) / view.ratio, (to.y - from.y) / view.ratio]
      const [w, h] = [Math.max(least, width + 2 * margin), Math.max(least, height + 2 * margin)]
      const [x, y] = [(from.x + to.x) / 2 / view.ratio - w / 2, (from.y + to.y) / 2 / view.ratio - h / 2]
      const style = frame.current?.style
      if (!style) return
      style.transform = `translate(${x}px, ${y}px)`
      style.width = `${w}px`
      style.height = `${h}px`
    }
    place()
    return view.onMove(place)
  }, [canvas, where])
  return (
    <div className={styles.over} aria-hidden="true">
      <div ref={frame} className={styles.frame} />
    </div>
  )
}
