import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react'
import { nodeLines } from '../../../shared/lineage/export.ts'
import { type Lineage, type LineageNode, nodeTitle, shownKind } from '../../../shared/lineage/graph.ts'
import type { LineageIndex } from '../../../shared/lineage/reach.ts'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { formatWhen } from '../../ui/text.ts'
import styles from './lineage.module.css'
import { KindIcon } from './lineage-graph.tsx'
import { text } from './text.ts'

const rowHeight = 40
/** Of the heading, which stays in sight above the rows. */
const headHeight = 32
const kindOrder = { version: 0, release: 1, data: 2, run: 3, model: 4 }

/** The same nodes as rows, by kind and time, newest first. */
export function LineageList(props: {
  readonly graph: Lineage
  readonly index: LineageIndex
  readonly selected: string | null
  readonly matches: ReadonlySet<string> | null
  onSelect(id: string): void
  onOpen(id: string): void
}) {
  const { graph, index, selected, matches, onSelect, onOpen } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const nodes = useMemo(
    () =>
      graph.nodes
        .filter((node) => matches === null || matches.has(node.id))
        .sort(
          (a, b) =>
            kindOrder[shownKind(a)] - kindOrder[shownKind(b)] ||
            (b.at ?? 0) - (a.at ?? 0) ||
            (a.id < b.id ? -1 : 1),
        ),
    [graph, matches],
  )
  const rows = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  })
  const at = Math.max(
    0,
    nodes.findIndex((node) => node.id === selected),
  )
  useEffect(() => scroller.current?.focus({ preventScroll: true }), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to what is chosen, whoever chose it
  useEffect(() => {
    if (nodes.length > 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at, nodes.length])
  const titles = (ids: readonly string[]) => {
    if (ids.length === 0) return text.nil
    const few = ids.slice(0, 3).map((one) => nodeTitle(index.node(one)!))
    return ids.length > few.length
      ? `${few.join(', ')} ${text.more(ids.length - few.length)}`
      : few.join(', ')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    if (event.key === 'Enter' && nodes[at]) {
      event.preventDefault()
      return onOpen(nodes[at].id)
    }
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') return
    const next = moveInGrid(event.key, at, nodes.length, 1, page)
    if (next === null || !nodes[next]) return
    event.preventDefault()
    event.stopPropagation()
    onSelect(nodes[next].id)
  }
  const cells = (node: LineageNode) => [
    <span key="kind" className={styles.kindCell}>
      <KindIcon kind={shownKind(node)} />
      {text.kinds[shownKind(node)]}
    </span>,
    nodeTitle(node),
    node.at === null ? text.nil : formatWhen(node.at),
    nodeLines(node)[2] || text.nil,
    titles(index.before(node.id)),
    titles(index.after(node.id)),
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      role="grid"
      className={styles.rows}
      aria-label={text.list}
      aria-rowcount={nodes.length + 1}
      aria-colcount={6}
      aria-activedescendant={nodes.length > 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as its grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it */}
      <div role="row" aria-rowindex={1} className={styles.rowHead} style={{ height: headHeight }}>
        {Object.values(text.columns).map((name) => (
          // biome-ignore lint/a11y/useSemanticElements: as its grid
          // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index: row, start }) => {
          const node = nodes[row]!
          return (
            // biome-ignore lint/a11y/useSemanticElements: as its grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={node.id}
              id={`${id}-${row}`}
              role="row"
              aria-rowindex={row + 2}
              aria-selected={row === at}
              className={styles.row}
              style={{ transform: `translateY(${start - headHeight}px)`, height: rowHeight }}
              onClick={() => onSelect(node.id)}
              onDoubleClick={() => onOpen(node.id)}
            >
              {cells(node).map((cell, column) => (
                // biome-ignore lint/a11y/useSemanticElements: as its grid
                // biome-ignore lint/a11y/useFocusableInteractive: as its row
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never change
                <span key={column} role="gridcell" title={typeof cell === 'string' ? cell : undefined}>
                  {cell}
                </span>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}
