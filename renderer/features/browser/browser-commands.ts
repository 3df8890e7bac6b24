import type { RefObject } from 'react'
import { type Command, defineCommands } from '../../commands/command.ts'
import type { ViewsStore } from '../../stores/views.ts'
import { type BulkParts, changeSelected } from './bulk.ts'
import type { GridViewStore } from './grid-view.ts'
import { text } from './text.ts'
import { applyView } from './views-menu.tsx'

/** What the keys of the dataset do; menus, tooltips and the shortcut sheet are made from this list. */
export function browserCommands(parts: {
  readonly bulk: BulkParts
  readonly view: GridViewStore
  readonly search: RefObject<HTMLInputElement | null>
  addTag(): void
  assign(): void
  startLabeling(): void
  startReview(): void
  reviewObjects(): void
  readonly views: ViewsStore
}): readonly Command[] {
  const { bulk, view, search } = parts
  const { samples, work } = bulk
  const hasSelection = () => samples.selectedCount() > 0
  const { group } = text
  const { views } = parts
  return defineCommands([
    {
      id: 'grid.search',
      title: text.searchImages,
      help: text.searchHelp,
      group,
      keys: ['Mod+F', '/'],
      run: () => search.current?.focus(),
    },
    {
      id: 'grid.label',
      title: text.startLabeling,
      help: text.startHelp,
      group,
      keys: ['Mod+Enter'],
      enabled: () => samples.getState().total > 0 && !samples.getState().trash,
      whyNot: text.whyNoLabeling,
      run: parts.startLabeling,
    },
    {
      id: 'grid.review',
      title: text.startReview,
      help: text.reviewHelp,
      group,
      keys: ['Mod+Shift+Enter'],
      enabled: () => samples.getState().outOf > 0 && !samples.getState().trash,
      whyNot: text.whyNoLabeling,
      run: parts.startReview,
    },
    {
      id: 'grid.objects',
      title: text.reviewObjects,
      help: text.reviewObjectsHelp,
      group,
      keys: ['Mod+Shift+O'],
      enabled: () => samples.getState().outOf > 0 && !samples.getState().trash,
      whyNot: text.whyNoLabeling,
      run: parts.reviewObjects,
    },
    { id: 'grid.selectAll', title: text.selectAll, group, keys: ['Mod+A'], run: () => samples.selectAll() },
    {
      id: 'grid.selectNone',
      title: text.selectNone,
      group,
      keys: ['Escape'],
      fixed: true,
      inPalette: false,
      enabled: hasSelection,
      run: () => samples.select({ kind: 'some', ids: new Set() }, samples.getState().active.index),
    },
    {
      id: 'grid.trash',
      title: text.toTrash,
      group,
      keys: ['Delete', 'Backspace'],
      enabled: () => hasSelection() && !samples.getState().trash,
      whyNot: text.whyNoSelection,
      run: () => void changeSelected(bulk, { kind: 'trash' }),
    },
    {
      id: 'grid.restore',
      title: text.restore,
      group,
      enabled: () => hasSelection() && samples.getState().trash,
      whyNot: text.whyNoTrash,
      run: () => void changeSelected(bulk, { kind: 'restore' }),
    },
    {
      id: 'grid.undo',
      title: text.undoLast,
      group,
      keys: ['Mod+Z'],
      enabled: () => work.lastUndo() !== null,
      whyNot: text.whyNoUndo,
      run: () => work.lastUndo()?.(),
    },
    {
      id: 'grid.assign',
      title: text.assign,
      help: text.assignHelp,
      group,
      enabled: () => hasSelection() && !samples.getState().trash,
      whyNot: text.whyNoSelection,
      run: parts.assign,
    },
    { id: 'grid.tag', title: text.addTag, group, keys: ['T'], run: parts.addTag },
    {
      id: 'grid.info',
      title: text.info,
      help: text.infoHelp,
      group,
      keys: ['I'],
      run: () => view.setState({ info: !view.getState().info }),
    },
    {
      id: 'grid.overlay',
      title: text.overlay,
      group,
      keys: ['O'],
      run: () => view.setState({ overlay: !view.getState().overlay }),
    },
    {
      id: 'grid.layout',
      title: view.getState().layout === 'grid' ? text.asList : text.asGrid,
      group,
      keys: ['L'],
      run: () => view.setState({ layout: view.getState().layout === 'grid' ? 'list' : 'grid' }),
    },
    {
      id: 'grid.saveView',
      title: text.saveViewTitle,
      help: text.saveViewHelp,
      group,
      keys: ['Shift+V'],
      run: () => view.setState({ dialog: 'save' }),
    },
    {
      id: 'grid.views',
      title: text.manageViews,
      group,
      keys: ['V'],
      enabled: () => views.getState().list.length > 0,
      whyNot: text.noViews,
      run: () => view.setState({ dialog: 'views' }),
    },
    ...Array.from(
      { length: 9 },
      (_, i): Command => ({
        id: `grid.view.${i + 1}`,
        title: text.goView(i + 1),
        group,
        keys: [`${i + 1}`],
        inPalette: false,
        inSheet: false,
        enabled: () => views.getState().list.length > i,
        whyNot: text.whyNoView,
        run: () => {
          const found = views.getState().list[i]
          if (found) applyView({ samples, view }, found)
        },
      }),
    ),
  ])
}
