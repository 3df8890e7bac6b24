import { type Command, defineCommands } from '../../commands/command.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { lookCommands } from './look-commands.ts'
import { pictureCommands } from './picture-commands.ts'
import { text } from './text.ts'

/** Zooming, panning and what of the picture is shown; none of them changes a label. */
export function viewCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, canvas } = actions
  const set = labeling.setState
  const opacityBy = (step: number) => () =>
    set({ opacity: Math.min(1, Math.max(0, Math.round((labeling.getState().opacity + step) * 10) / 10)) })
  const pan = (x: -1 | 0 | 1, y: -1 | 0 | 1, key: string): Command[] => [
    {
      id: `canvas.pan.${key}`,
      title: text.panTo(key),
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
      title: text.panAlways(key),
      group: text.groupView,
      keys: [`Mod+${key}`],
      inPalette: false,
      inSheet: false,
      repeats: true,
      run: () => canvas.current?.panStep(x, y, false),
    },
    {
      id: `canvas.pan.far.${key}`,
      title: text.panFar(key),
      group: text.groupView,
      keys: [`Shift+${key}`],
      inPalette: false,
      inSheet: false,
      repeats: true,
      run: () => canvas.current?.panStep(x, y, true),
    },
  ]

  return defineCommands([
    {
      id: 'canvas.hand',
      title: text.pan,
      group: text.groupView,
      keys: ['Space'],
      inPalette: false,
      hold: {
        start() {
          // With a pointer of their own, it is the keys' mouse button.
          if (labeling.getState().keyPointer) canvas.current?.pressKeyPointer()
          else canvas.current?.setSpace(true)
        },
        end: () => canvas.current?.setSpace(false),
        acts: () => labeling.getState().keyPointer,
      },
    },
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
    ...lookCommands(actions),
    ...pictureCommands(actions),
    ...pan(-1, 0, 'ArrowLeft'),
    ...pan(1, 0, 'ArrowRight'),
    ...pan(0, -1, 'ArrowUp'),
    ...pan(0, 1, 'ArrowDown'),
  ])
}
