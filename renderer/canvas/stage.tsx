import { type RefObject, useEffect, useRef } from 'react'
import { CanvasController, type CanvasPorts } from './canvas-controller.ts'
import styles from './stage.module.css'

/**
 * The place of the canvas on the page: sizes it to the window times its pixel ratio and gives it to the owner.
 * `onReady` gets null when the canvas goes. `ports` must stay the same object.
 */
export function Stage(props: {
  readonly ports: CanvasPorts
  readonly label: string
  /** Id of the element that says what is on the canvas. */
  readonly describedBy: string
  /** Where the canvas is as long as it lives. */
  readonly controller: RefObject<CanvasController | null>
  onReady(controller: CanvasController | null): void
}) {
  const { ports, label, describedBy, controller, onReady } = props
  const frame = useRef<HTMLDivElement>(null)
  const surface = useRef<HTMLDivElement>(null)
  const badge = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const made = new CanvasController(surface.current!, badge.current!, ports)
    controller.current = made
    const box = frame.current!
    const resize = () => made.view.resize(box.clientWidth, box.clientHeight, window.devicePixelRatio)
    resize()
    const observer = new ResizeObserver(resize)
    observer.observe(box)
    // Another monitor may have another ratio though the window keeps its size.
    let ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    const ratioChanged = () => {
      resize()
      ratio.removeEventListener('change', ratioChanged)
      ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
      ratio.addEventListener('change', ratioChanged)
    }
    ratio.addEventListener('change', ratioChanged)
    onReady(made)
    return () => {
      observer.disconnect()
      ratio.removeEventListener('change', ratioChanged)
      controller.current = null
      onReady(null)
      made.destroy()
    }
  }, [ports, controller, onReady])

  return (
    <div ref={frame} className={styles.frame}>
      <div
        ref={surface}
        className={styles.surface}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is where the tools' keys act.
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby={describedBy}
      />
      <div ref={badge} className={styles.badge} aria-hidden />
    </div>
  )
}
