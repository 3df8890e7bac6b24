import { type Command, defineCommands } from '../../commands/command.ts'
import type { ToolName } from '../../stores/labeling.ts'
import { toast } from '../../ui/toasts.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { objectCommands } from './object-commands.ts'
import { chooseCategory, lockObjects, removeObjects, stepObject } from './object-edits.ts'
import { shapeCommands } from './shape-commands.ts'
import { stepCommands } from './step-commands.ts'
import { text } from './text.ts'
import { viewCommands } from './view-commands.ts'

/** What is left of them while a label is only looked at. */
export function lookingCommands(actions: LabelerActions): readonly Command[] {
  const kept = new Set([
    'canvas.previous',
    'canvas.next',
    'canvas.object.next',
    'canvas.object.previous',
    'canvas.export',
    'canvas.shapes.list',
    ...viewCommands(actions).map(({ id }) => id),
  ])
  return labelerCommands(actions).filter(({ id }) => kept.has(id))
}

/** What the keys of the labeling screen do; menus, tooltips and the shortcut sheet are made from this list. */
export function labelerCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, canvas } = actions
  const use = (tool: ToolName) => () => labeling.setState({ tool })
  let beforeErase: ToolName = 'brush'
  const set = labeling.setState
  return defineCommands([
    tool('select', ['V'], use('select')),
    tool('superpixel', ['S'], use('superpixel')),
    tool('brush', ['B'], use('brush')),
    tool('polygon', ['G'], use('polygon')),
    tool('magic', ['Shift+G'], use('magic')),
    tool('box', ['U'], use('box')),
    tool('fill', ['K'], use('fill')),
    tool('ruler', ['Shift+R'], use('ruler')),
    {
      id: 'canvas.tool.eraser',
      title: text.tools.eraser.name,
      help: text.tools.eraser.help,
      group: text.groupTools,
      keys: ['E'],
      hold: {
        start() {
          set({ erases: true })
          canvas.current?.setErase(true)
        },
        end({ tap }) {
          set({ erases: false })
          canvas.current?.setErase(false)
          if (!tap) return
          const { tool: current } = labeling.getState()
          if (current !== 'eraser') beforeErase = current
          set({ tool: current === 'eraser' ? beforeErase : 'eraser' })
        },
      },
      run: use('eraser'),
    },
    ...stepCommands(actions),
    {
      id: 'canvas.smaller',
      title: text.smaller,
      group: text.groupTools,
      keys: ['['],
      repeats: true,
      run: () => canvas.current?.stepSize(false, 'notch'),
    },
    {
      id: 'canvas.larger',
      title: text.larger,
      group: text.groupTools,
      keys: [']'],
      repeats: true,
      run: () => canvas.current?.stepSize(true, 'notch'),
    },
    {
      id: 'canvas.cell.split',
      title: text.splitCell,
      help: text.splitCellHelp,
      group: text.groupTools,
      keys: ['Z'],
      inPalette: false,
      repeats: true,
      run: () => canvas.current?.stepSize(false, 'cell'),
    },
    {
      id: 'canvas.cell.join',
      title: text.joinCell,
      help: text.joinCellHelp,
      group: text.groupTools,
      keys: ['Shift+Z'],
      inPalette: false,
      repeats: true,
      run: () => canvas.current?.stepSize(true, 'cell'),
    },
    {
      id: 'canvas.superpixelOptions',
      title: text.superpixelOptions,
      help: text.superpixelsHelp,
      group: text.groupTools,
      keys: ['Shift+O'],
      run: () => set({ optionsOpen: !labeling.getState().optionsOpen }),
    },
    {
      id: 'canvas.finish',
      title: text.finish,
      help: text.finishHelp,
      group: text.groupLabel,
      keys: ['N', 'Enter'],
      run: () => {
        if (canvas.current?.shapeKey('finish')) return
        if (actions.mayStartObject()) canvas.current?.choose(null)
        else toast(text.semanticNoNew)
      },
    },
    {
      id: 'canvas.finish.removing',
      title: text.finishRemoving,
      help: text.finishRemovingHelp,
      group: text.groupLabel,
      keys: ['Alt+Enter'],
      inPalette: false,
      run: () => canvas.current?.shapeKey('finish', true),
    },
    {
      id: 'canvas.keyPointer',
      title: text.keyPointer,
      help: text.keyPointerHelp,
      group: text.groupTools,
      keys: ['J'],
      enabled: () => actions.session() !== null,
      whyNot: text.whyNoLabel,
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
      id: 'canvas.category.pick',
      title: text.picker,
      help: text.pickerHelp,
      group: text.groupLabel,
      keys: ['C'],
      enabled: () => actions.session() !== null && actions.categories().length > 0,
      whyNot: text.whyNoLabel,
      run: () => {
        const { tool: current, selected } = labeling.getState()
        actions.pickCategory(current === 'select' ? selected : [])
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
      enabled: () =>
        canvas.current?.hasShape() === true ||
        (labeling.getState().objectId !== null && actions.session() !== null),
      whyNot: text.whyNoObject,
      run: () => {
        if (!canvas.current?.shapeKey('back')) removeObjects(actions, labeling.getState().selected)
      },
    },
    {
      id: 'canvas.lock',
      title: text.lock,
      help: text.lockHelp,
      group: text.groupLabel,
      keys: ['Shift+L'],
      enabled: () => actions.session() !== null,
      whyNot: text.whyNoLabel,
      // Of the active object; while drawing there may be none, and then of the one under the pointer.
      run: () => {
        const { selected, pointer } = labeling.getState()
        lockObjects(actions, selected.length > 0 ? selected : [pointer?.objectId ?? 0])
      },
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
      fixed: true,
      inPalette: false,
      run: () => {
        const state = labeling.getState()
        if (canvas.current?.cancelStroke() || canvas.current?.shapeKey('drop')) return
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
      enabled: () => actions.canStep(-1),
      whyNot: text.whyNoImage,
      run: () => actions.step(-1),
    },
    {
      id: 'canvas.next',
      title: text.next,
      group: text.groupLabel,
      keys: ['D', 'PageDown'],
      repeats: true,
      enabled: () => actions.canStep(1),
      whyNot: text.whyNoImage,
      run: () => actions.step(1),
    },
    {
      id: 'canvas.previousUnlabeled',
      title: text.previousUnlabeled,
      group: text.groupLabel,
      keys: ['Shift+A'],
      enabled: () => actions.canStep(-1),
      whyNot: text.whyNoImage,
      run: () => actions.stepUnlabeled(-1),
    },
    {
      id: 'canvas.nextUnlabeled',
      title: text.nextUnlabeled,
      group: text.groupLabel,
      keys: ['Shift+D'],
      enabled: () => actions.canStep(1),
      whyNot: text.whyNoImage,
      run: () => actions.stepUnlabeled(1),
    },
    {
      id: 'canvas.mark',
      title: text.markNext,
      group: text.groupLabel,
      keys: ['Mod+Enter'],
      enabled: () => actions.session() !== null || actions.isOpening(),
      whyNot: text.whyNoLabel,
      run: actions.markAndNext,
    },
    {
      id: 'canvas.export',
      title: text.exportLabel,
      help: text.exportHelp,
      group: text.groupLabel,
      keys: ['Mod+E'],
      run: actions.exportLabel,
    },
    { id: 'canvas.save', title: text.save, group: text.groupLabel, keys: ['Mod+S'], run: actions.saveNow },
    ...objectCommands(actions),
    ...shapeCommands(actions),
    ...viewCommands(actions),
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
