import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { paintChanges, paintLabel } from '../../canvas/layers/diff-paint.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import { useStores } from '../../stores/stores.ts'
import type { CompareStore, Comparison } from './compare-store.ts'
import styles from './review.module.css'

const fillAlpha = 150

/** Over the canvas: what changed since the last review, or the label as it was then. */
export function DiffOverlay({
  compare,
  canvas,
}: {
  readonly compare: CompareStore
  readonly canvas: CanvasController | null
}) {
  const { categories } = useStores()
  const shows = useStore(compare, (state) => state.shows)
  const made = useStore(compare, (state) => state.made)
  const blinks = useStore(compare, (state) => state.blinks)
  const list = useStore(categories, (state) => state.list)
  const element = useRef<HTMLCanvasElement>(null)
  const isOn = made !== null && (shows !== 'off' || blinks)

  useEffect(() => {
    if (!canvas || !isOn) return
    const { view } = canvas
    // The label as it is would show through what it was.
    view.setVisible({ image: true, labels: shows === 'off', outlines: false })
    return () => view.setVisible({ image: true, labels: true, outlines: true })
  }, [canvas, isOn, shows])

  useEffect(() => {
    const target = element.current
    if (!canvas || !made || shows === 'off' || !target) return
    const { view } = canvas
    const colorOf = colorsBefore(made, list)
    let frame = 0
    const draw = () => {
      frame = 0
      const { size, camera, ratio } = view
      if (target.width !== size.width || target.height !== size.height) {
        target.width = size.width
        target.height = size.height
      }
      const colors =
        shows === 'changes'
          ? paintChanges(made.pyramid, camera, size, ratio)
          : paintLabel(made.before.map.ids, made.before.map, colorOf, camera, size)
      const pixels = new ImageData(new Uint8ClampedArray(colors.buffer), size.width, size.height)
      target.getContext('2d')!.putImageData(pixels, 0, 0)
    }
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(draw)
    }
    soon()
    const stop = view.onMove(soon)
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [canvas, made, shows, list])

  if (!isOn || shows === 'off') return null
  return <canvas ref={element} className={styles.diff} data-shows={shows} />
}

function colorsBefore(
  { before, session }: Comparison,
  categories: readonly { id: number; color: string; hasInstances: boolean }[],
): (id: number) => number {
  const colors = new Map<number, number>()
  for (const [id, { categoryId }] of before.objects) {
    const category = categories.find((each) => each.id === categoryId)
    const object = session.doc.objects.get(id) ?? { id, categoryId, attributes: {} }
    const shown = objectChannels(object, category?.color ?? '#999999', category?.hasInstances ?? false)
    colors.set(id, packed(shown, fillAlpha))
  }
  return (id) => colors.get(id) ?? 0
}
