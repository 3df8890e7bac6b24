import GitFork from 'lucide-react/icons/git-fork'
import ImageOff from 'lucide-react/icons/image-off'
import MessageCircleWarning from 'lucide-react/icons/message-circle-warning'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { overlayPath, thumbPath } from '../../../shared/host/data-plane.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import { useLink } from '../../host/use-host.ts'
import { Badge } from '../../ui/badge.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import styles from './browser.module.css'
import { text } from './text.ts'
import { markText, useVersionMark, VersionMark } from './version-mark.tsx'

export type TileProps = {
  /** Null while it is being read. */
  readonly sample: Sample | null
  /** Its name without what tells nothing apart. */
  readonly shownName: string
  readonly index: number
  readonly column: number
  readonly isSelected: boolean
  readonly isActive: boolean
  /** CSS pixels. */
  readonly pictureHeight: number
  /** What the colours of labels are called; null leaves labels out. */
  readonly colors: string | null
}

/** One image of the grid. The grid itself handles its clicks and keys. */
export const SampleTile = memo(function SampleTile(props: TileProps) {
  const { sample, shownName, index, column, isSelected, isActive, pictureHeight, colors } = props
  const mark = useVersionMark(sample?.id)
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
    <div
      id={`tile-${index}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={sample ? nameFor(sample, mark ? markText(mark) : '') : text.grid}
      data-index={index}
      data-active={isActive || undefined}
      data-waiting={sample === null || undefined}
      className={styles.tile}
    >
      <div className={styles.picture} style={{ height: pictureHeight }}>
        {sample && <Picture sample={sample} colors={colors} />}
        {sample && <Flags sample={sample} />}
      </div>
      <div className={styles.caption}>
        <span className={styles.name} title={sample?.name}>
          {shownName}
        </span>
        <span className={styles.facts}>
          {sample && (
            <>
              <StatusDot status={sample.status} />
              <span>{statusText[sample.status]}</span>
              <span>{text.objects(sample.objectCount)}</span>
            </>
          )}
        </span>
      </div>
    </div>
  )
})

/** What a screen reader says of an image. */
export function nameFor(sample: Sample, mark = ''): string {
  return [
    sample.name,
    statusText[sample.status],
    text.objects(sample.objectCount),
    sample.openIssues > 0 ? text.issues(sample.openIssues) : '',
    mark,
    ...sample.tags,
  ]
    .filter(Boolean)
    .join(', ')
}

const flyByMs = 50

/** The thumbnail with the label over it, which the host has drawn as small. */
export function Picture({ sample, colors }: { readonly sample: Sample; readonly colors: string | null }) {
  const [hasNoThumb, setHasNoThumb] = useState(false)
  const [hasNoLabel, setHasNoLabel] = useState(false)
  const isConnected = useLink().kind === 'ready'
  const { headRevision } = sample
  // What could not be had while the host was away is asked for again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another label is another picture.
  useEffect(() => {
    if (!isConnected) return
    setHasNoThumb(false)
    setHasNoLabel(false)
  }, [isConnected, headRevision])
  // Whoever scrolls past does not want the pictures of all that flies by, and what was asked for is given up.
  const [isDue, setIsDue] = useState(false)
  const frame = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => setIsDue(true), flyByMs)
    return () => clearTimeout(timer)
  }, [])
  // While they are still in the page: Chromium keeps an image whose source changes after it went, and all around it.
  useLayoutEffect(() => {
    const pictures = frame.current
    return () => {
      for (const picture of pictures?.querySelectorAll('img') ?? []) picture.removeAttribute('src')
    }
  }, [])
  if (hasNoThumb) return <ImageOff size={22} aria-label={text.noThumb} />
  return (
    <span ref={frame} className={styles.pictures}>
      {isDue && (
        <img
          src={thumbPath(sample.id as SampleId, sample.imageDigest as BlobDigest)}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setHasNoThumb(true)}
        />
      )}
      {isDue && colors !== null && headRevision !== null && sample.labeledPixels > 0 && !hasNoLabel && (
        <img
          className={styles.overlay}
          src={overlayPath(headRevision as RevisionId, colors)}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setHasNoLabel(true)}
        />
      )}
    </span>
  )
}

function Flags({ sample }: { readonly sample: Sample }) {
  return (
    <span className={styles.flag}>
      <VersionMark sampleId={sample.id} />
      {sample.openIssues > 0 && (
        <span title={text.issues(sample.openIssues)}>
          <Badge
            tone="danger"
            icon={<MessageCircleWarning size={12} aria-label={text.issues(sample.openIssues)} />}
          >
            {sample.openIssues}
          </Badge>
        </span>
      )}
      {sample.hasSiblings && (
        <span title={text.siblings}>
          <Badge tone="warning" icon={<GitFork size={12} aria-label={text.siblings} />}>
            2+
          </Badge>
        </span>
      )}
    </span>
  )
}
