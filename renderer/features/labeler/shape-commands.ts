import { type Shape, shapeBounds } from '../../../shared/label/shape.ts'
import { masksOfShapes } from '../../../shared/label/shape-masks.ts'
import { type Command, defineCommands } from '../../commands/command.ts'
import { selectObjects } from '../../stores/selection.ts'
import { toast } from '../../ui/toasts.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { sayDone } from './object-edits.ts'
import { shapeText as text } from './shape-text.ts'

/** Found by `focusShapes`. */
export const shapeListMark = 'data-shape-list'
/** The chosen shape among the drawings over the canvas. */
const sketchName = 'shape'

/** What is done with the shapes beside the mask: they are looked at, and become masks. */
export function shapeCommands(actions: LabelerActions): readonly Command[] {
  const { group } = text
  const count = () => actions.shown()?.shapes.length ?? 0
  const mayEdit = () => actions.session() !== null && count() > 0
  return defineCommands([
    {
      id: 'canvas.shapes.list',
      title: text.goTo,
      help: text.goToHelp,
      group,
      keys: ['Alt+J'],
      enabled: () => count() > 0,
      whyNot: text.whyNone,
      run: () => document.querySelector<HTMLElement>(`[${shapeListMark}]`)?.focus(),
    },
    {
      id: 'canvas.shape.mask',
      title: text.turn,
      help: text.turnHelp,
      group,
      keys: ['Shift+K'],
      enabled: () => mayEdit() && chosenShape(actions) !== null,
      whyNot: text.whyNoShape,
      run() {
        const shape = chosenShape(actions)
        if (shape) turnIntoMasks(actions, [shape])
      },
    },
    {
      id: 'canvas.shapes.masks',
      title: text.turnAll,
      help: text.turnAllHelp,
      group,
      keys: ['Alt+K'],
      enabled: mayEdit,
      whyNot: text.whyNone,
      run: () => turnIntoMasks(actions, actions.session()?.shapes ?? []),
    },
  ])
}

export function chosenShape(actions: LabelerActions): Shape | null {
  const { shapeAt } = actions.labeling.getState()
  return shapeAt === null ? null : (actions.shown()?.shapes[shapeAt] ?? null)
}

/** Brings a shape into view and marks it; null: none is marked any more. */
export function chooseShape(actions: LabelerActions, at: number | null): void {
  actions.labeling.setState({ shapeAt: at })
  const view = actions.canvas.current?.view
  const shape = chosenShape(actions)
  if (!view) return
  if (!shape) {
    view.showSketch(sketchName, null)
    return
  }
  const points = shape.points.map(([x, y]) => ({ x, y }))
  const { x0, y0, x1, y1 } = shapeBounds(shape)
  const corners = [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ]
  const lines =
    shape.type === 'point'
      ? []
      : [
          {
            points: shape.type === 'bbox' ? corners : points,
            closed: shape.type !== 'polyline',
          },
        ]
  const handles = shape.type === 'bbox' ? corners : points.slice(0, mostHandles)
  view.showSketch(sketchName, { lines, handles: handles.map((place) => ({ at: place })) })
}

/** Of a long outline the first points are enough to tell it. */
const mostHandles = 200

/** Chooses it and brings it into view, at the same zoom. */
export function revealShape(actions: LabelerActions, at: number): void {
  chooseShape(actions, at)
  const shape = chosenShape(actions)
  if (shape) actions.canvas.current?.view.reveal(roomy(shape, 1))
}

/** Shows as much of the surroundings as the shape is large, or of a point what a glance takes in. */
export function zoomToShape(actions: LabelerActions, at: number): void {
  chooseShape(actions, at)
  const shape = chosenShape(actions)
  if (!shape) return
  const { x0, y0, x1, y1 } = shapeBounds(shape)
  actions.canvas.current?.view.zoomToRect(roomy(shape, Math.max(12, (x1 - x0) / 2, (y1 - y0) / 2)))
}

function roomy(shape: Shape, around: number) {
  const { x0, y0, x1, y1 } = shapeBounds(shape)
  return { x0: x0 - around, y0: y0 - around, x1: x1 + around, y1: y1 + around }
}

/** One step of undo, however many there are. */
function turnIntoMasks(actions: LabelerActions, shapes: readonly Shape[]): void {
  const session = actions.session()
  if (!session || shapes.length === 0) return
  const { labeling } = actions
  try {
    const { edit, ids, kept, flat, stray, empty } = masksOfShapes(session.doc, session.index, shapes, {
      categories: actions.categories(),
      protects: labeling.getState().protects,
    })
    const left = [
      flat > 0 && text.flat(flat),
      stray > 0 && text.strays(stray),
      empty > 0 && text.empty(empty),
      kept > 0 && text.keptByOthers(kept),
    ]
    if (!edit) {
      toast([text.nothing, ...left.filter(Boolean)].join(' '))
      return
    }
    session.apply(edit)
    selectObjects(labeling, session.doc, ids)
    sayDone(session, [text.turned(shapes.length - flat - stray - empty), ...left])
  } catch (error) {
    actions.report('labeler.shapes', error)
  }
}
