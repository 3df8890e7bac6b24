import Box from 'lucide-react/icons/box'
import BrainCircuit from 'lucide-react/icons/brain-circuit'
import GitCommitHorizontal from 'lucide-react/icons/git-commit-horizontal'
import Landmark from 'lucide-react/icons/landmark'
import Package from 'lucide-react/icons/package'
import Play from 'lucide-react/icons/play'
import Timer from 'lucide-react/icons/timer'
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { arrowPath, edgePath, nodeLines } from '../../../shared/lineage/export.ts'
import {
  isRemoteNode,
  type Lineage,
  type LineageNode,
  type ShownKind,
  shownKind,
} from '../../../shared/lineage/graph.ts'
import { drawing, type Layout } from '../../../shared/lineage/layout.ts'
import type { LineageIndex } from '../../../shared/lineage/reach.ts'
import { type Way, walk } from '../../../shared/lineage/walk.ts'
import styles from './lineage.module.css'
import { spoken, text } from './text.ts'

const [leastScale, mostScale] = [0.15, 2]
/** Up to here all of a graph is in the page; beyond, what is in sight and some around it. */
const mostDrawn = 250
const panStep = 80

export type GraphView = { fit(): void; zoom(steps: number): void }
type Camera = { readonly x: number; readonly y: number; readonly scale: number }

const icons: Record<ShownKind, typeof Box> = {
  version: GitCommitHorizontal,
  data: Box,
  model: BrainCircuit,
  run: Play,
  release: Package,
}
export function KindIcon({ kind, size = 14 }: { readonly kind: ShownKind; readonly size?: number }) {
  const Icon = icons[kind]
  return <Icon size={size} aria-hidden className={styles.kindIcon} data-kind={kind} />
}

/** The graph to look at: pointer and wheel move it, arrow keys go along its edges. Nodes are buttons. */
export function LineageGraph(props: {
  readonly graph: Lineage
  readonly index: LineageIndex
  readonly layout: Layout
  readonly selected: string | null
  readonly center: string | null
  readonly marked: string | null
  /** Null: nobody searches, and nothing is dimmed. */
  readonly matches: ReadonlySet<string> | null
  readonly ref: Ref<GraphView>
  onSelect(id: string): void
  onOpen(id: string): void
}) {
  const { graph, index, layout, selected, center, marked, matches, ref, onSelect, onOpen } = props
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [camera, setCamera] = useState<Camera>({ x: 0, y: 0, scale: 1 })
  const byId = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph])
  const placeOf = useMemo(() => new Map(layout.nodes.map((node) => [node.id, node])), [layout])
  const stop = selected !== null && placeOf.has(selected) ? selected : (layout.nodes[0]?.id ?? null)

  useLayoutEffect(() => {
    const element = box.current!
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const fit = () => setCamera(fitted(layout, size))
  const zoomAt = (by: number, x: number, y: number) =>
    setCamera((now) => {
      const scale = Math.min(mostScale, Math.max(leastScale, now.scale * by))
      const real = scale / now.scale
      return { scale, x: x - (x - now.x) * real, y: y - (y - now.y) * real }
    })
  useImperativeHandle(ref, () => ({
    fit,
    zoom: (steps) => zoomAt(1.2 ** steps, size.width / 2, size.height / 2),
  }))

  // Another drawing, or another window: all of it where it can be read, else the node in the middle.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen moves the view by itself, below
  useLayoutEffect(() => {
    if (size.width === 0) return
    const whole = fitted(layout, size)
    const at = placeOf.get(selected ?? '') ?? placeOf.get(center ?? '')
    if (whole.scale >= 0.6 || !at) return setCamera(whole)
    const scale = 0.85
    // In the middle, but beyond the edge of the drawing there is nothing to see.
    const into = (middle: number, whole: number, room: number) =>
      whole * scale <= room
        ? (room - whole * scale) / 2
        : Math.min(0, Math.max(room - whole * scale, room / 2 - middle * scale))
    setCamera({
      scale,
      x: into(at.x + drawing.width / 2, layout.width, size.width),
      y: into(at.y + drawing.height / 2, layout.height, size.height),
    })
  }, [layout, size])

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a choice moves the view, not a look around
  useEffect(() => {
    const at = selected === null ? undefined : placeOf.get(selected)
    if (at) setCamera((now) => shown(now, at, size))
  }, [selected])

  useEffect(() => {
    const element = box.current!
    // React's own listener is passive, and cannot keep the page from zooming.
    const onWheel = (event: globalThis.WheelEvent) => {
      event.preventDefault()
      const rect = element.getBoundingClientRect()
      const unit = event.deltaMode === 1 ? 16 : 1
      if (event.ctrlKey || event.metaKey)
        return zoomAt(
          Math.exp((-event.deltaY * unit) / 300),
          event.clientX - rect.left,
          event.clientY - rect.top,
        )
      const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY]
      setCamera((now) => ({ ...now, x: now.x - dx * unit, y: now.y - dy * unit }))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  })

  const drag = useRef<{ x: number; y: number; id: number } | null>(null)
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const isNode = event.target instanceof Element && event.target.closest('button') !== null
    if (event.button > 1 || (isNode && event.button === 0)) return
    event.preventDefault()
    drag.current = { x: event.clientX, y: event.clientY, id: event.pointerId }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = ({ clientX, clientY, pointerId }: PointerEvent<HTMLDivElement>) => {
    const from = drag.current
    if (from?.id !== pointerId) return
    drag.current = { x: clientX, y: clientY, id: pointerId }
    setCamera((now) => ({ ...now, x: now.x + clientX - from.x, y: now.y + clientY - from.y }))
  }
  const onPointerEnd = () => {
    drag.current = null
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const ways: Record<string, Way> = {
      ArrowLeft: 'left',
      ArrowRight: 'right',
      ArrowUp: 'up',
      ArrowDown: 'down',
      Home: 'first',
      End: 'last',
    }
    const way = ways[event.key]
    if (way) {
      event.preventDefault()
      event.stopPropagation()
      if (event.shiftKey) {
        const [dx, dy] = {
          left: [1, 0],
          right: [-1, 0],
          up: [0, 1],
          down: [0, -1],
          first: [0, 0],
          last: [0, 0],
        }[way]
        return setCamera((now) => ({ ...now, x: now.x + dx! * panStep, y: now.y + dy! * panStep }))
      }
      const next = walk(layout, index, stop, way)
      if (next === null) return
      onSelect(next)
      // What comes into sight with it is in the page a moment later.
      requestAnimationFrame(() => buttonOf(box.current, next)?.focus({ preventScroll: true }))
    } else if (event.key === 'Enter' && stop !== null) {
      event.preventDefault()
      event.stopPropagation()
      onOpen(stop)
    }
  }

  const drawn = inSight(layout, camera, size)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a set of form fields it is not
    <div
      ref={box}
      role="group"
      className={styles.canvas}
      aria-label={text.graph}
      aria-description={text.graphHelp}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onKeyDown={onKeyDown}
    >
      <div
        className={styles.world}
        style={{ transform: `translate(${camera.x}px, ${camera.y}px) scale(${camera.scale})` }}
      >
        <Edges layout={layout} drawn={drawn} selected={selected} />
        {layout.nodes.map(({ id, x, y }) => {
          const node = byId.get(id)
          if (!node || (drawn && !drawn.has(id) && id !== stop)) return null
          return (
            <NodeButton
              key={id}
              node={node}
              x={x}
              y={y}
              from={index.before(id).length}
              to={index.after(id).length}
              isStop={id === stop}
              isSelected={id === selected}
              isCenter={id === center}
              isMarked={id === marked}
              isDim={matches !== null && !matches.has(id)}
              onSelect={onSelect}
              onOpen={onOpen}
            />
          )
        })}
      </div>
    </div>
  )
}

const buttonOf = (box: HTMLElement | null, id: string) =>
  box?.querySelector<HTMLButtonElement>(`button[data-node="${CSS.escape(id)}"]`)

const NodeButton = memo(function NodeButton(props: {
  readonly node: LineageNode
  readonly x: number
  readonly y: number
  readonly from: number
  readonly to: number
  readonly isStop: boolean
  readonly isSelected: boolean
  readonly isCenter: boolean
  readonly isMarked: boolean
  readonly isDim: boolean
  onSelect(id: string): void
  onOpen(id: string): void
}) {
  const { node, x, y, from, to, isStop, isSelected, isCenter, isMarked, isDim, onSelect, onOpen } = props
  const [small, name, more] = nodeLines(node)
  const links = node.kind === 'artifact' ? node.links.length : 0
  const ends = node.kind === 'artifact' && node.ttl?.seconds != null
  return (
    <button
      type="button"
      className={styles.node}
      data-node={node.id}
      data-kind={shownKind(node)}
      data-center={isCenter || undefined}
      data-dim={isDim || undefined}
      data-ghost={(isRemoteNode(node) && node.lookedAt === null && !node.isFromHere) || undefined}
      aria-pressed={isSelected}
      aria-label={spoken(node, [small, name, more], from, to)}
      tabIndex={isStop ? 0 : -1}
      style={{ transform: `translate(${x}px, ${y}px)`, width: drawing.width, height: drawing.height }}
      onClick={() => onSelect(node.id)}
      onFocus={() => onSelect(node.id)}
      onDoubleClick={() => onOpen(node.id)}
    >
      <span className={styles.small}>
        <KindIcon kind={shownKind(node)} size={12} />
        {small}
        {isMarked && <b>{text.marked}</b>}
        {links > 0 && <Landmark size={12} aria-hidden />}
        {ends && <Timer size={12} aria-hidden />}
      </span>
      <span className={styles.name}>{name}</span>
      <span className={styles.small}>{more}</span>
    </button>
  )
})

function Edges(props: {
  readonly layout: Layout
  readonly drawn: ReadonlySet<string> | null
  readonly selected: string | null
}) {
  const { layout, drawn, selected } = props
  return (
    <svg className={styles.edges} width={layout.width} height={layout.height} aria-hidden="true">
      {layout.edges.map((edge) => {
        const { from, to, points, isBack } = edge
        if (drawn && !drawn.has(from) && !drawn.has(to)) return null
        return (
          <g
            key={`${from} ${to}`}
            data-back={isBack || undefined}
            data-near={from === selected || to === selected || undefined}
          >
            <path d={edgePath(points)} />
            <path className={styles.arrow} d={arrowPath(points.at(-1)!, isBack)} />
          </g>
        )
      })}
    </svg>
  )
}

/** Ids of nodes in sight, and a screen around it; null: all of them are drawn. */
function inSight(
  layout: Layout,
  { x, y, scale }: Camera,
  { width, height }: { width: number; height: number },
) {
  if (layout.nodes.length <= mostDrawn) return null
  const [left, top] = [(-x - width / 2) / scale, (-y - height / 2) / scale]
  const [right, bottom] = [left + (2 * width) / scale, top + (2 * height) / scale]
  const found = new Set<string>()
  for (const node of layout.nodes) {
    const isOut =
      node.x > right || node.x + drawing.width < left || node.y > bottom || node.y + drawing.height < top
    if (!isOut) found.add(node.id)
  }
  return found
}

function fitted(layout: Layout, { width, height }: { width: number; height: number }): Camera {
  const scale = Math.min(1, width / Math.max(1, layout.width), height / Math.max(1, layout.height))
  const bounded = Math.max(leastScale, scale)
  return {
    scale: bounded,
    x: (width - layout.width * bounded) / 2,
    y: (height - layout.height * bounded) / 2,
  }
}

/** The camera moved as little as brings a node into sight. */
function shown(
  now: Camera,
  at: { x: number; y: number },
  { width, height }: { width: number; height: number },
): Camera {
  const room = 16
  const [left, top] = [at.x * now.scale + now.x, at.y * now.scale + now.y]
  const [right, bottom] = [left + drawing.width * now.scale, top + drawing.height * now.scale]
  const into = (start: number, end: number, size: number) =>
    start < room ? room - start : end > size - room ? Math.max(size - room - end, room - start) : 0
  const [dx, dy] = [into(left, right, width), into(top, bottom, height)]
  return dx === 0 && dy === 0 ? now : { ...now, x: now.x + dx, y: now.y + dy }
}
