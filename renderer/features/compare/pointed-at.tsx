import type { ImagePoint } from '../../canvas/camera.ts'
import styles from './compare.module.css'
import type { SampleDifference } from './compare-labels.ts'
import type { Names } from './compare-summary.tsx'
import type { PaneLabel } from './label-pane.tsx'
import { text } from './text.ts'

/** What the pixel under the pointer was and is. Readers have the list of objects instead. */
export function PointedAt(props: {
  readonly difference: Pick<SampleDifference, 'before' | 'after'>
  readonly at: ImagePoint
  readonly names: Names
}) {
  const { difference, at, names } = props
  const [was, is] = [objectAt(difference.before, at), objectAt(difference.after, at)]
  if (was === undefined || is === undefined) return null
  const isSame = was?.id === is?.id && was?.categoryId === is?.categoryId
  const said = (object: typeof was) => {
    if (!object) return <span className={styles.muted}>{text.unlabeled}</span>
    const { name, color } = names(object.categoryId)
    return (
      <>
        <span className={styles.dot} style={{ background: color }} />
        {text.objectName(name, object.id)}
      </>
    )
  }
  return (
    <p className={styles.pointedAt} aria-hidden>
      {isSame ? (
        <>
          {said(is)} <span className={styles.muted}>{text.same}</span>
        </>
      ) : (
        <>
          <span className={styles.muted}>{text.was}</span> {said(was)}
          <span className={styles.muted}>{text.now}</span> {said(is)}
        </>
      )}
    </p>
  )
}

/** Null: unlabeled; undefined: not on the image. */
function objectAt({ map, objects }: PaneLabel, { x, y }: ImagePoint) {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  if (column < 0 || row < 0 || column >= map.width || row >= map.height) return undefined
  return objects.get(map.ids[row * map.width + column]!) ?? null
}
