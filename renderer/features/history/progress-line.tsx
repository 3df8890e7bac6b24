import type { Version } from '../../../shared/host/host-api.ts'
import styles from './history.module.css'
import { text } from './text.ts'

/** Most versions that one line has. */
const mostPoints = 16
/** CSS pixels. */
const [width, height] = [56, 18]

/** The shares of images with a label, 0 to 1, of a version and of what it came from, oldest first. */
export function labeledShares(version: Version, byId: ReadonlyMap<string, Version>): number[] {
  const shares: number[] = []
  for (
    let at: Version | undefined = version;
    at && shares.length < mostPoints;
    at = byId.get(at.parents[0]!)
  ) {
    const { labeled, samples } = at.counts
    shares.unshift(samples === 0 ? 0 : labeled / samples)
  }
  return shares
}

/** How labeling went on until a version: the upper edge is every image. */
export function ProgressLine(props: { readonly version: Version; readonly shares: readonly number[] }) {
  const { version, shares } = props
  const { labeled, samples } = version.counts
  const x = (i: number) => (shares.length === 1 ? width - 3 : 3 + (i * (width - 6)) / (shares.length - 1))
  const y = (share: number) => height - 3 - share * (height - 6)
  const points = shares.map((share, i) => `${x(i).toFixed(1)},${y(share).toFixed(1)}`)
  return (
    <svg
      className={styles.progressLine}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={text.labeledOf(labeled, samples)}
    >
      <title>{text.labeledOf(labeled, samples)}</title>
      <path d={`M3 ${height - 2.5}H${width - 3}`} />
      {points.length > 1 && <polyline points={points.join(' ')} />}
      <circle cx={x(shares.length - 1)} cy={y(shares.at(-1)!)} r={2.5} />
    </svg>
  )
}
