import Flag from 'lucide-react/icons/flag'
import { memo, useEffect, useMemo, useRef } from 'react'
import type { ReviewedObject } from '../../stores/object-review.ts'
import { type CropPictures, cropBox } from './crop-pictures.ts'
import { drawOutline, maskSides } from './mask-outline.ts'
import styles from './objects.module.css'
import { text } from './text.ts'

/** One object as it lies in its image. The grid itself handles its clicks and keys. */
export const ObjectTile = memo(function ObjectTile(props: {
  readonly object: ReviewedObject
  readonly index: number
  readonly column: number
  readonly isMarked: boolean
  readonly isActive: boolean
  /** CSS pixels. */
  readonly side: number
  readonly pictures: CropPictures
}) {
  const { object, index, column, isMarked, isActive, side, pictures } = props
  const element = useRef<HTMLCanvasElement>(null)
  const sides = useMemo(() => maskSides(object), [object])
  useEffect(() => {
    const canvas = element.current!
    const ratio = window.devicePixelRatio
    const device = Math.round(side * ratio)
    canvas.width = device
    canvas.height = device
    const context = canvas.getContext('2d')!
    const box = cropBox(object)
    const draw = (picture: ImageBitmap | null) => {
      context.clearRect(0, 0, device, device)
      if (picture) context.drawImage(picture, 0, 0)
      drawOutline(context, sides, box, device, ratio)
    }
    draw(null)
    return pictures.want(object, device, draw)
  }, [object, side, sides, pictures])
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
    <div
      id={`object-${index}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isMarked}
      aria-label={text.tile(object)}
      data-index={index}
      data-active={isActive || undefined}
      className={styles.tile}
    >
      <canvas ref={element} className={styles.crop} style={{ width: side, height: side }} />
      {isMarked && (
        <span className={styles.mark}>
          <Flag size={13} aria-hidden /> {text.wrong}
        </span>
      )}
      <span className={styles.caption}>{text.why(object)}</span>
    </div>
  )
})
