import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { mapSize, placeOnImage, seenPart } from '../../canvas/minimap.ts'
import { rulerTicks } from '../../canvas/ruler-ticks.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { formatNumber } from '../../ui/text.ts'
import { pointerValue } from './pointer-value.ts'
import styles from './view.module.css'

type Props = {
  readonly canvas: CanvasController
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
}

/** From this zoom the value under the pointer is shown beside it. */
const VALUE_SCALE = 16
/** CSS pixels. */
const LARGEST_MAP = { width: 190, height: 150 }

/**
 * Over the canvas, to help the eye. Readers of screens have the same from the status bar and from the keys that pan.
 */
export function CanvasAids({ canvas, labeling, viewing }: Props) {
  const aids = useStore(viewing, (state) => state.aids)
  const ready = useStore(labeling, (state) => state.ready)
  if (!ready) return null
  const props = { canvas, labeling, viewing }
  return (
    <div className={styles.aids} aria-hidden>
      {aids.crosshair && <Crosshair {...props} />}
      <PointerValue {...props} />
      {aids.minimap && <Minimap {...props} />}
      {aids.rulers && (
        <>
          <Ruler {...props} axis="x" />
          <Ruler {...props} axis="y" />
          <span className={styles.rulerCorner} />
        </>
      )}
    </div>
  )
}

/** Calls `show` now, whenever the image moves, and whenever something else is under the pointer. */
function useFollow({ canvas, labeling }: Props, show: () => void): void {
  const latest = useRef(show)
  latest.current = show
  useEffect(() => {
    const follow = () => latest.current()
    follow()
    const ends = [
      canvas.view.onMove(follow),
      labeling.subscribe((state, before) => {
        if (state.pointer !== before.pointer) follow()
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [canvas, labeling])
}

/** The middle of the pixel under the pointer, in CSS pixels of the canvas. */
function pointedAt({ canvas, labeling }: Props): { x: number; y: number } | null {
  const { pointer } = labeling.getState()
  if (!pointer) return null
  const { camera, ratio } = canvas.view
  return {
    x: Math.round((pointer.x + 0.5) * camera.scale + camera.x) / ratio,
    y: Math.round((pointer.y + 0.5) * camera.scale + camera.y) / ratio,
  }
}

function Crosshair(props: Props) {
  const across = useRef<HTMLDivElement>(null)
  const down = useRef<HTMLDivElement>(null)
  useFollow(props, () => {
    const at = pointedAt(props)
    for (const [line, place] of [
      [across.current, at && `translateY(${at.y}px)`],
      [down.current, at && `translateX(${at.x}px)`],
    ] as const) {
      if (!line) continue
      line.hidden = place === null
      if (place) line.style.transform = place
    }
  })
  const thin = { '--thin': `${1 / props.canvas.view.ratio}px` } as CSSProperties
  return (
    <>
      <div ref={across} className={styles.across} style={thin} />
      <div ref={down} className={styles.down} style={thin} />
    </>
  )
}

function PointerValue(props: Props) {
  const badge = useRef<HTMLDivElement>(null)
  useFollow(props, () => {
    const box = badge.current
    if (!box) return
    const { pointer } = props.labeling.getState()
    const at = pointedAt(props)
    const { camera, ratio } = props.canvas.view
    const value = pointer && camera.scale >= VALUE_SCALE ? pointerValue(pointer) : null
    box.hidden = value === null || at === null
    if (value === null || !at) return
    box.textContent = value
    const beside = camera.scale / 2 / ratio + 6
    box.style.transform = `translate(${at.x + beside}px, ${at.y + beside}px)`
  })
  return <div ref={badge} className={styles.value} data-value />
}

function Minimap(props: Props) {
  const { canvas, viewing } = props
  const picture = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [isShown, setShown] = useState(false)
  const adjustments = useStore(viewing, (state) => state.adjustments)
  const deep = useStore(viewing, (state) => state.deep)
  const { image } = canvas.view
  useFollow(props, () => {
    const { view } = canvas
    const part = view.image && seenPart(view.camera, view.size, view.image)
    setShown(part !== null)
    if (!part || !frame.current) return
    Object.assign(frame.current.style, {
      left: `${100 * part.x}%`,
      top: `${100 * part.y}%`,
      width: `${100 * part.width}%`,
      height: `${100 * part.height}%`,
    })
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: adjustments and window change what the overview looks like.
  useEffect(() => {
    const box = picture.current
    const small = canvas.view.overview
    if (!box || !small || !image) return
    const size = mapSize(image, LARGEST_MAP)
    box.width = size.width * canvas.view.ratio
    box.height = size.height * canvas.view.ratio
    const context = box.getContext('2d')!
    context.imageSmoothingQuality = 'medium'
    context.drawImage(small, 0, 0, box.width, box.height)
  }, [canvas, image, isShown, adjustments, deep])
  if (!image) return null
  const size = mapSize(image, LARGEST_MAP)
  const go = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
    canvas.view.centre(placeOnImage(x, y, image))
  }
  return (
    <div
      className={styles.map}
      hidden={!isShown}
      data-minimap
      style={size}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={go}
    >
      <canvas ref={picture} />
      <div ref={frame} className={styles.mapFrame} />
    </div>
  )
}

function Ruler(props: Props & { readonly axis: 'x' | 'y' }) {
  const { canvas, labeling, axis } = props
  const surface = useRef<HTMLCanvasElement>(null)
  useFollow(props, () => {
    const { view } = canvas
    const { camera, size, ratio, image } = view
    const box = surface.current
    if (!box || !image) return
    const isAcross = axis === 'x'
    const length = isAcross ? size.width : size.height
    const thickness = Math.round((isAcross ? box.clientHeight : box.clientWidth) * ratio)
    const [width, height] = isAcross ? [length, thickness] : [thickness, length]
    if (box.width !== width || box.height !== height) Object.assign(box, { width, height })
    const context = box.getContext('2d')!
    const { color, fontSize, fontFamily } = getComputedStyle(box)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.fillStyle = color
    context.font = `${Number.parseFloat(fontSize) * ratio}px ${fontFamily}`
    context.textBaseline = 'top'
    const thin = Math.max(1, Math.round(ratio))
    const along = isAcross
      ? { offset: camera.x, scale: camera.scale, pixels: image.width }
      : { offset: camera.y, scale: camera.scale, pixels: image.height }
    for (const { at, value } of rulerTicks(along, length, ratio)) {
      const tall = value === null ? thickness * 0.3 : thickness * 0.6
      if (isAcross) context.fillRect(at, thickness - tall, thin, tall)
      else context.fillRect(thickness - tall, at, tall, thin)
      if (value === null) continue
      context.save()
      context.translate(isAcross ? at + 3 * ratio : ratio, isAcross ? ratio : at + 3 * ratio)
      if (!isAcross) {
        // Read from below, and ending beside its line.
        context.rotate(-Math.PI / 2)
        context.textAlign = 'right'
      }
      context.fillText(formatNumber(value), 0, 0)
      context.restore()
    }
    const { pointer } = labeling.getState()
    if (!pointer) return
    const at = isAcross ? pointer.x : pointer.y
    context.globalAlpha = 0.35
    const from = Math.round(along.offset + at * along.scale)
    const wide = Math.max(thin, Math.round(along.scale))
    if (isAcross) context.fillRect(from, 0, wide, thickness)
    else context.fillRect(0, from, thickness, wide)
    context.globalAlpha = 1
  })
  return <canvas ref={surface} className={axis === 'x' ? styles.rulerX : styles.rulerY} data-ruler={axis} />
}
