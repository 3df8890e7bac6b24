import ImageOff from 'lucide-react/icons/image-off'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RevisionId } from '../../../shared/dataset/digest.ts'
import { hasOtherLabel } from '../../../shared/host/comparison-file.ts'
import { changesPath, overlayPath } from '../../../shared/host/data-plane.ts'
import type { ComparedSample, CompareState } from '../../stores/comparison.ts'
import styles from './compare.module.css'
import { thumbOf } from './compare-labels.ts'
import { text } from './text.ts'

/** Tiles that fly by while somebody scrolls ask for nothing. */
const flyByMs = 80

/** An image as small as a tile, with where it changed, or with both labels as halves. */
export function TilePicture(props: {
  readonly sample: ComparedSample
  readonly tiles: CompareState['tiles']
  /** Of the categories, for the address of a label. */
  readonly colors: string
}) {
  const { sample, tiles, colors } = props
  const [isDue, setIsDue] = useState(false)
  const [hasNoPicture, setHasNoPicture] = useState(false)
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
  const { id, image } = sample
  const [before, after] = [sample.before?.revision ?? null, sample.after?.revision ?? null] as [
    RevisionId | null,
    RevisionId | null,
  ]
  if (hasNoPicture) return <ImageOff size={22} aria-label={text.noPicture} />
  const isOther = hasOtherLabel(sample)
  return (
    <span ref={frame} className={styles.pictures} data-tiles={isOther ? tiles : undefined}>
      {isDue && (
        <img
          src={thumbOf({ id, imageDigest: image })}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setHasNoPicture(true)}
        />
      )}
      {isDue && isOther && tiles === 'changes' && (
        <Over src={changesPath(before, after)} className={styles.changed!} />
      )}
      {isDue && isOther && tiles === 'labels' && (
        <>
          {before !== null && <Over src={overlayPath(before, colors)} className={styles.leftHalf!} />}
          {after !== null && <Over src={overlayPath(after, colors)} className={styles.rightHalf!} />}
          <span className={styles.halfLine} />
        </>
      )}
    </span>
  )
}

/** Left out when it cannot be made: the image and its numbers are there all the same. */
function Over({ src, className }: { readonly src: string; readonly className: string }) {
  const [failed, setFailed] = useState<string | null>(null)
  if (failed === src) return null
  return (
    <img
      src={src}
      className={className}
      alt=""
      decoding="async"
      draggable={false}
      onError={() => setFailed(src)}
    />
  )
}
