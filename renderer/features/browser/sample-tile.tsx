import GitFork from 'lucide-react/icons/git-fork'
import ImageOff from 'lucide-react/icons/image-off'
import { memo, useEffect, useState } from 'react'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { thumbPath } from '../../../shared/host/data-plane.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import { useLink } from '../../host/use-host.ts'
import { Badge } from '../../ui/badge.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import styles from './browser.module.css'
import { text } from './text.ts'

type SampleTileProps = {
  readonly sample: Sample
  /** Its name without what tells nothing apart. */
  readonly shownName: string
  readonly index: number
  readonly column: number
  readonly isSelected: boolean
  readonly isActive: boolean
  /** CSS pixels. */
  readonly pictureHeight: number
}

/** One image of the grid. The grid itself handles its clicks and keys. */
export const SampleTile = memo(function SampleTile(props: SampleTileProps) {
  const { sample, shownName, index, column, isSelected, isActive, pictureHeight } = props
  const [hasNoThumb, setHasNoThumb] = useState(false)
  const isConnected = useLink().kind === 'ready'
  // What could not be had while the host was away is asked for again.
  useEffect(() => {
    if (isConnected) setHasNoThumb(false)
  }, [isConnected])
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
    <div
      id={`tile-${index}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={[sample.name, statusText[sample.status], text.objects(sample.objectCount)]
        .filter(Boolean)
        .join(', ')}
      data-index={index}
      data-active={isActive || undefined}
      className={styles.tile}
    >
      <div className={styles.picture} style={{ height: pictureHeight }}>
        {hasNoThumb ? (
          <ImageOff size={22} aria-label={text.noThumb} />
        ) : (
          <img
            src={thumbPath(sample.id as SampleId, sample.imageDigest as BlobDigest)}
            alt=""
            decoding="async"
            draggable={false}
            onError={() => setHasNoThumb(true)}
          />
        )}
        {sample.hasSiblings && (
          <span className={styles.flag} title={text.siblings}>
            <Badge tone="warning" icon={<GitFork size={12} aria-label={text.siblings} />}>
              2+
            </Badge>
          </span>
        )}
      </div>
      <div className={styles.caption}>
        <span className={styles.name} title={sample.name}>
          {shownName}
        </span>
        <span className={styles.facts}>
          <StatusDot status={sample.status} />
          <span>{statusText[sample.status]}</span>
          <span>{text.objects(sample.objectCount)}</span>
        </span>
      </div>
    </div>
  )
})
