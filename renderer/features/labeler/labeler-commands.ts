import type { RefObject } from 'react'
import { changeCategory, deleteObject } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { nameOf } from '../../canvas/stroke-target.ts'
import { type Command, defineCommands } from '../../commands/command.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore, ToolName } from '../../stores/labeling.ts'
import { text } from './text.ts'

export type LabelerActions = {
  readonly labeling: LabelingStore
  readonly canvas: RefObject<CanvasController | null>
  /** Null until a label is open that may be changed. */
  session(): LabelSession | null
  categories(): readonly Category[]
  step(delta: 1 | -1): void
  markAndNext(): void
  saveNow(): void
}

/** What the keys of the labeling screen do; menus, tooltips and the shortcut sheet are made from this list. */
export function labelerCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, canvas } = actions
  const use = (tool: ToolName) => () => labeling.setState({ tool })
  let beforeErase: ToolName = 'brush'
  const set = labeling.setState
  const opacityBy = (step: number) => () =>
    set({ opacity: Math.min(1, Math.max(0, Math.round((labeling.getState().opacity + step) * 10) / 10)) })
  const hold = (shows: 'image' | 'labels') => ({
    start: () => set({ shows }),
    end: () => set({ shows: 'both' }),
  })
  const pan = (x: -1 | 0 | 1, y: -1 | 0 | 1, key: string): Command[] => [
    {
      id: `canvas.pan.${key}`,
      title: text.pan,
      group: text.groupView,
      keys: [key],
      inPalette: false,
      inSheet: false,
      repeats: true,
      run: () => {
        if (labeling.getState().keyPointer) canvas.current?.moveKeyPointer({ dx: x, dy: y })
        else canvas.current?.panStep(x, y, false)
      },
    },
    {
      id: `canvas.pan.always.${key}`,
      title: text.pan,
      group: text.groupView,
      keys: [`Mod+${key}`],
      inPalette: false,
      inSheet: false,
      repeats: true,
      run: () => canvas.current?.panStep(x, y, false),
    },
    {
      id: `canvas.pan.far.${key}`,
      title: text.pan,
      group: text.groupView,
      keys: [`Shift+${key}`],
      inPalette: false,
      inSheet: false,
      repeats: true,
      run: () => canvas.current?.panStep(x, y, true),
    },
  ]

  return defineCommands([
    tool('select', ['V'], use('select')),
    tool('superpixel', ['S'], use('superpixel')),
    tool('brush', ['B'], use('brush')),
    {
      id: 'canvas.tool.eraser',
      title: text.tools.eraser.name,
      help: text.tools.eraser.help,
      group: text.groupTools,
      keys: ['E'],
      hold: {
        start: () => canvas.current?.setErase(true),
        end({ tap }) {
          canvas.current?.setErase(false)
          if (!tap) return
          const { tool: current } = labeling.getState()
          if (current !== 'eraser') beforeErase = current
          set({ tool: current === 'eraser' ? beforeErase : 'eraser' })
        },
      },
      run: use('eraser'),
    },
    {
      id: 'canvas.hand',
      title: text.pan,
      group: text.groupView,
      keys: ['Space'],
      inPalette: false,
      hold: {
        start: () => canvas.current?.setSpace(true),
        end: () => canvas.current?.setSpace(false),
      },
    },
    {
      id: 'canvas.undo',
      title: text.undo(null),
      group: text.groupLabel,
      keys: ['Mod+Z'],
      repeats: true,
      enabled: () => actions.session() !== null,
      run: () => {
        // Undo in mid-stroke takes back the stroke, not the step before it.
        if (canvas.current?.cancelStroke()) return
        const session = actions.session()
        const edit = session?.undo()
        if (session && edit) canvas.current?.stepped(session, edit)
      },
    },
    {
      id: 'canvas.redo',
      title: text.redo(null),
      group: text.groupLabel,
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      repeats: true,
      enabled: () => actions.session() !== null,
      run: () => {
        if (canvas.current?.isDrawing) return
        const session = actions.session()
        const edit = session?.redo()
        if (session && edit) canvas.current?.stepped(session, edit)
      },
    },
    {
      id: 'canvas.smaller',
      title: text.smaller,
      group: text.groupTools,
      keys: ['['],
      repeats: true,
      run: () => canvas.current?.stepSize(false, false),
    },
    {
      id: 'canvas.larger',
      title: text.larger,
      group: text.groupTools,
      keys: [']'],
      repeats: true,
      run: () => canvas.current?.stepSize(true, false),
    },
    {
      id: 'canvas.finish',
      title: text.finish,
      help: text.finishHelp,
      group: text.groupLabel,
      keys: ['N', 'Enter'],
      run: (event) => {
        // With a pointer of their own, Enter is the keys' mouse button.
        if (event?.key === 'Enter' && labeling.getState().keyPointer) canvas.current?.pressKeyPointer()
        else canvas.current?.choose(null)
      },
    },
    {
      id: 'canvas.keyPointer',
      title: text.keyPointer,
      help: text.keyPointerHelp,
      group: text.groupTools,
      keys: ['J'],
      enabled: () => actions.session() !== null,
      run: () => canvas.current?.setKeyPointer(!labeling.getState().keyPointer),
    },
    {
      id: 'canvas.pick',
      title: text.pick,
      group: text.groupLabel,
      keys: ['P'],
      inPalette: false,
      run: () => canvas.current?.pick(),
    },
    {
      id: 'canvas.swap',
      title: text.swap,
      group: text.groupLabel,
      keys: ['X'],
      run: () => {
        const last = labeling.getState().lastCategoryId
        chooseCategory(
          actions,
          actions.categories().find(({ id }) => id === last),
        )
      },
    },
    {
      id: 'canvas.protect',
      title: text.protect,
      help: text.protectHelp,
      group: text.groupLabel,
      keys: ['R'],
      run: () => set({ protects: !labeling.getState().protects }),
    },
    {
      id: 'canvas.delete',
      title: text.deleteObject,
      group: text.groupLabel,
      keys: ['Delete', 'Backspace'],
      enabled: () => labeling.getState().objectId !== null && actions.session() !== null,
      run: () => removeObject(actions, labeling.getState().objectId),
    },
    {
      id: 'canvas.object.next',
      title: text.nextObject,
      group: text.groupLabel,
      keys: ['.'],
      repeats: true,
      run: () => stepObject(actions, 1),
    },
    {
      id: 'canvas.object.previous',
      title: text.previousObject,
      group: text.groupLabel,
      keys: [','],
      repeats: true,
      run: () => stepObject(actions, -1),
    },
    {
      id: 'canvas.escape',
      title: text.escape,
      group: text.groupLabel,
      keys: ['Escape'],
      inPalette: false,
      run: () => {
        const state = labeling.getState()
        if (canvas.current?.cancelStroke()) return
        if (state.keyPointer) canvas.current?.setKeyPointer(false)
        else if (state.objectId !== null) canvas.current?.choose(null)
        else if (state.tool !== 'select') set({ tool: 'select' })
      },
    },
    {
      id: 'canvas.previous',
      title: text.previous,
      group: text.groupLabel,
      keys: ['A', 'PageUp'],
      repeats: true,
      run: () => actions.step(-1),
    },
    {
      id: 'canvas.next',
      title: text.next,
      group: text.groupLabel,
      keys: ['D', 'PageDown'],
      repeats: true,
      run: () => actions.step(1),
    },
    {
      id: 'canvas.mark',
      title: text.markNext,
      group: text.groupLabel,
      keys: ['Mod+Enter'],
      enabled: () => actions.session() !== null,
      run: actions.markAndNext,
    },
    { id: 'canvas.save', title: text.save, group: text.groupLabel, keys: ['Mod+S'], run: actions.saveNow },
    {
      id: 'canvas.fit',
      title: text.fit,
      group: text.groupView,
      keys: ['F'],
      run: () => canvas.current?.view.fit(),
    },
    {
      id: 'canvas.actual',
      title: text.actual,
      group: text.groupView,
      keys: ['Mod+0'],
      run: () => canvas.current?.zoomTo(1),
    },
    {
      id: 'canvas.zoomIn',
      title: text.zoomIn,
      group: text.groupView,
      keys: ['Mod++', 'Mod+='],
      repeats: true,
      run: () => canvas.current?.zoom(1),
    },
    {
      id: 'canvas.zoomOut',
      title: text.zoomOut,
      group: text.groupView,
      keys: ['Mod+-'],
      repeats: true,
      run: () => canvas.current?.zoom(-1),
    },
    {
      id: 'canvas.outlines',
      title: text.outlines,
      help: text.outlinesHelp,
      group: text.groupView,
      keys: ['Shift+S'],
      run: () => set({ outlines: !labeling.getState().outlines }),
    },
    {
      id: 'canvas.opacity.down',
      title: text.opacityDown,
      group: text.groupView,
      keys: ['Shift+['],
      repeats: true,
      run: opacityBy(-0.1),
    },
    {
      id: 'canvas.opacity.up',
      title: text.opacityUp,
      group: text.groupView,
      keys: ['Shift+]'],
      repeats: true,
      run: opacityBy(0.1),
    },
    {
      id: 'canvas.imageOnly',
      title: text.imageOnly,
      group: text.groupView,
      keys: ['I'],
      inPalette: false,
      hold: hold('image'),
    },
    {
      id: 'canvas.labelsOnly',
      title: text.labelsOnly,
      group: text.groupView,
      keys: ['L'],
      inPalette: false,
      hold: hold('labels'),
    },
    ...pan(-1, 0, 'ArrowLeft'),
    ...pan(1, 0, 'ArrowRight'),
    ...pan(0, -1, 'ArrowUp'),
    ...pan(0, 1, 'ArrowDown'),
    ...Array.from({ length: 20 }, (_, index): Command => {
      const digit = (index + 1) % 10
      return {
        id: `canvas.category.${index + 1}`,
        title: text.category(index + 1),
        group: text.groupLabel,
        keys: [index < 10 ? `${digit}` : `Shift+${digit}`],
        inPalette: false,
        inSheet: false,
        run: () => chooseCategory(actions, actions.categories()[index]),
      }
    }),
  ])
}

function tool(name: Exclude<ToolName, 'eraser'>, keys: string[], run: () => void): Command {
  const { name: title, help } = text.tools[name]
  return { id: `canvas.tool.${name}`, title, help, group: text.groupTools, keys, run }
}

/** In Select the chosen object changes its category; while drawing, the next stroke starts an object of it. */
export function chooseCategory(actions: LabelerActions, category: Category | undefined): void {
  if (!category) return
  const { tool: current, objectId, categoryId } = actions.labeling.getState()
  if (current === 'select' && objectId !== null) {
    recategorize(actions, objectId, category)
    return
  }
  if (category.id === categoryId) return
  actions.labeling.setState({ categoryId: category.id, objectId: null })
}

export function recategorize(actions: LabelerActions, objectId: number, category: Category): void {
  const session = actions.session()
  const edit = session && changeCategory(session.doc, session.index, objectId, category)
  if (!session || !edit) return
  session.apply(edit)
  const isThere = session.doc.objects.has(objectId)
  actions.labeling.setState({ categoryId: category.id, objectId: isThere ? objectId : null })
}

export function removeObject(actions: LabelerActions, objectId: number | null): void {
  const session = actions.session()
  const object = objectId === null ? undefined : session?.doc.objects.get(objectId)
  if (!session || !object) return
  session.apply(deleteObject(session.doc, session.index, object.id, nameOf(object, actions.categories())))
  if (actions.labeling.getState().objectId === object.id) actions.canvas.current?.choose(null)
}

function stepObject(actions: LabelerActions, delta: 1 | -1): void {
  const session = actions.session()
  if (!session || session.doc.objects.size === 0) return
  const ids = [...session.doc.objects.keys()].sort((a, b) => a - b)
  const { objectId } = actions.labeling.getState()
  const at = objectId === null ? (delta > 0 ? -1 : 0) : ids.indexOf(objectId)
  const next = ids[(at + delta + ids.length) % ids.length]!
  actions.canvas.current?.choose(next)
  const bounds = session.index.get(next)?.bounds
  if (bounds) actions.canvas.current?.view.reveal(bounds)
}
