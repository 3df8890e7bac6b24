import type { GraphRow } from '../../../shared/history/graph-layout.ts'
import styles from './history.module.css'

/** CSS pixels of one lane. */
const laneWidth = 14
const mostLanes = 8

const x = (lane: number) => Math.min(lane, mostLanes) * laneWidth + laneWidth / 2 + 2
export const lanesWidth = (lanes: number) => (Math.min(lanes, mostLanes + 1) || 1) * laneWidth + 4

/**
 * One row of the history's graph: what comes from above, the version, and what leads down to the next row. `open`: the
 * working copy, which is no version yet.
 */
export function GraphLanes(props: {
  readonly row: GraphRow | null
  readonly above: GraphRow | null
  readonly width: number
  /** CSS pixels of a row. */
  readonly height: number
  readonly isOpen?: boolean
  readonly isHead?: boolean
}) {
  const { row, above, width, height, isOpen = false, isHead = false } = props
  const middle = height / 2
  const lane = row?.lane ?? 0
  const into = above ? above.lines.map(({ to }) => to) : []
  const reaches = [...new Set(into)]
  return (
    <svg
      className={styles.lanes}
      width={lanesWidth(width)}
      height={height}
      viewBox={`0 0 ${lanesWidth(width)} ${height}`}
      aria-hidden="true"
    >
      {reaches.map((from) => (
        <path key={`in ${from}`} data-lane={from % 4} d={`M${x(from)} 0V${middle}`} />
      ))}
      {row?.lines.map(({ from, to }) => (
        <path
          key={`${from} ${to}`}
          data-lane={Math.max(from, to) % 4}
          d={
            from === to
              ? `M${x(from)} ${middle}V${height}`
              : `M${x(from)} ${middle}C${x(from)} ${height - 8} ${x(to)} ${middle + 8} ${x(to)} ${height}`
          }
        />
      ))}
      {isOpen && <path className={styles.dashed} d={`M${x(0)} ${middle}V${height}`} />}
      <circle
        cx={x(lane)}
        cy={middle}
        r={isHead ? 6 : 4.5}
        data-lane={lane % 4}
        data-open={isOpen || undefined}
      />
    </svg>
  )
}
