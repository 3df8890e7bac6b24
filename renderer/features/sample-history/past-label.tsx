import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { RevisionId } from '../../../shared/dataset/digest.ts'
import { labelPixelsPath } from '../../../shared/host/data-plane.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { paintLabel } from '../../canvas/layers/diff-paint.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import styles from './sample-history.module.css'

const fillAlpha = 150

/** The label as it was, in place of the one on the canvas, which is only hidden. */
export function PastLabel(props: {
  readonly canvas: CanvasController
  readonly sampleId: string
  readonly revision: string
}) {
  const { canvas, sampleId, revision } = props
  const host = useHost()
  const { categories, notices } = useStores()
  const list = useStore(categories, (state) => state.list)
  const element = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    canvas.view.setVisible({ image: true, labels: false, outlines: false })
    return () => canvas.view.setVisible({ image: true, labels: true, outlines: true })
  }, [canvas])
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const { view } = canvas
    const { image } = view
    const target = element.current
    if (!image || !target) return
    let frame = 0
    let stopMoving = () => {}
    const show = async () => {
      const [blob, { objects }] = await Promise.all([
        host.fetchData(labelPixelsPath(revision as RevisionId), { signal }),
        host.call('label.objects', { sampleId, revision }, signal),
      ])
      const ids = decodeIds(new Uint8Array(await blob.arrayBuffer()), image.width * image.height)
      if (signal.aborted) return
      const colors = new Map(
        objects.map((object) => {
          const category = list.find(({ id }) => id === object.categoryId)
          const shown = objectChannels(object, category?.color ?? '#999999', category?.hasInstances ?? false)
          return [object.id, packed(shown, fillAlpha)]
        }),
      )
      const draw = () => {
        frame = 0
        const { size, camera } = view
        target.width = size.width
        target.height = size.height
        const painted = paintLabel(ids, image, (id) => colors.get(id) ?? 0, camera, size)
        const pixels = new ImageData(new Uint8ClampedArray(painted.buffer), size.width, size.height)
        target.getContext('2d')!.putImageData(pixels, 0, 0)
      }
      draw()
      stopMoving = view.onMove(() => {
        if (frame === 0) frame = requestAnimationFrame(draw)
      })
    }
    show().catch((error: unknown) => !signal.aborted && notices.report('image.past', error))
    return () => {
      stop.abort()
      stopMoving()
      cancelAnimationFrame(frame)
    }
  }, [canvas, host, sampleId, revision, list, notices])
  return <canvas ref={element} className={styles.past} />
}
