import { type Command, defineCommands } from '../../commands/command.ts'
import type { ShownMode } from '../../stores/comparison.ts'
import { text } from './text.ts'

const modeKeys: Record<ShownMode, string> = {
  changes: '1',
  before: '2',
  after: '3',
  swipe: '4',
  side: '5',
  blink: 'B',
}

/** All that can be done with a comparison. */
export function compareCommands(actions: {
  isViewing(): boolean
  mayBlink(): boolean
  canSwap(): boolean
  back(): void
  step(delta: 1 | -1): void
  stepChange(delta: 1 | -1): void
  show(mode: ShownMode): void
  moveLine(by: number): void
  fit(): void
  zoom(steps: 1 | -1): void
  swap(): void
  copy(): void
  isRead(): boolean
  toggleMatrix(): void
  toggleTiles(): void
  save(kind: 'csv' | 'json'): void
  openSample(): void
  restore(): void
  hasObject(): boolean
  restoreObject(): void
}): readonly Command[] {
  const { group } = text
  const viewing = { group, enabled: actions.isViewing, whyNot: text.whyNotOpen }
  return defineCommands([
    {
      id: 'compare.back',
      title: text.back,
      help: text.backHelp,
      group,
      keys: ['Escape'],
      fixed: true,
      run: actions.back,
    },
    {
      id: 'compare.next',
      title: text.next,
      ...viewing,
      keys: ['D'],
      repeats: true,
      run: () => actions.step(1),
    },
    {
      id: 'compare.previous',
      title: text.previous,
      ...viewing,
      keys: ['A'],
      repeats: true,
      run: () => actions.step(-1),
    },
    {
      id: 'compare.nextChange',
      title: text.nextChange,
      ...viewing,
      keys: ['.'],
      repeats: true,
      run: () => actions.stepChange(1),
    },
    {
      id: 'compare.previousChange',
      title: text.previousChange,
      ...viewing,
      keys: [','],
      repeats: true,
      run: () => actions.stepChange(-1),
    },
    ...(['changes', 'before', 'after', 'swipe', 'side'] as const).map(
      (mode): Command => ({
        id: `compare.${mode}`,
        title: `${text.mode}: ${text.modes[mode]}`,
        ...viewing,
        keys: [modeKeys[mode]],
        ...(mode === 'swipe' && { help: text.swipeHelp }),
        ...(mode === 'side' && { help: text.sideHelp }),
        run: () => actions.show(mode),
      }),
    ),
    {
      id: 'compare.blink',
      title: `${text.mode}: ${text.modes.blink}`,
      help: text.blinkHelp,
      group,
      keys: [modeKeys.blink],
      enabled: () => actions.isViewing() && actions.mayBlink(),
      whyNot: text.whyNoBlink,
      run: () => actions.show('blink'),
    },
    {
      id: 'compare.lineLeft',
      title: text.swipeLeft,
      ...viewing,
      keys: ['['],
      repeats: true,
      run: () => actions.moveLine(-0.05),
    },
    {
      id: 'compare.lineRight',
      title: text.swipeRight,
      ...viewing,
      keys: [']'],
      repeats: true,
      run: () => actions.moveLine(0.05),
    },
    { id: 'compare.fit', title: text.fit, ...viewing, keys: ['F'], run: actions.fit },
    {
      id: 'compare.zoomIn',
      title: text.zoomIn,
      ...viewing,
      keys: ['Mod++', 'Mod+='],
      repeats: true,
      run: () => actions.zoom(1),
    },
    {
      id: 'compare.zoomOut',
      title: text.zoomOut,
      ...viewing,
      keys: ['Mod+-'],
      repeats: true,
      run: () => actions.zoom(-1),
    },
    {
      id: 'compare.swap',
      title: text.swap,
      group,
      keys: ['X'],
      enabled: actions.canSwap,
      whyNot: text.whyNoSwap,
      run: actions.swap,
    },
    { id: 'compare.matrix', title: text.showMatrix, group, keys: ['M'], run: actions.toggleMatrix },
    {
      id: 'compare.tiles',
      title: text.tiles,
      help: text.tilesHelp,
      group,
      keys: ['H'],
      run: actions.toggleTiles,
    },
    ...(['csv', 'json'] as const).map(
      (kind): Command => ({
        id: `compare.${kind}`,
        title: kind === 'csv' ? text.exportCsv : text.exportJson,
        group,
        enabled: actions.isRead,
        whyNot: text.whyNotRead,
        run: () => actions.save(kind),
      }),
    ),
    { id: 'compare.copy', title: text.copy, group, keys: ['C'], run: actions.copy },
    {
      id: 'compare.open',
      title: text.open,
      help: text.openHelp,
      ...viewing,
      keys: ['E'],
      run: actions.openSample,
    },
    {
      id: 'compare.restoreObject',
      title: text.restoreObjectShort,
      help: text.restoreObjectHelp,
      group,
      keys: ['Shift+R'],
      enabled: actions.hasObject,
      whyNot: text.whyNoObject,
      run: actions.restoreObject,
    },
    {
      id: 'compare.restore',
      title: text.restore,
      help: text.restoreHelp,
      ...viewing,
      keys: ['R'],
      run: actions.restore,
    },
  ])
}
