import type { Command } from '../../commands/command.ts'
import { defineCommands } from '../../commands/command.ts'
import { hidesAnything, nothingHidden, toggled } from '../../stores/hidden.ts'
import { labelModes } from '../../stores/viewing.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { viewText as text } from './view-text.ts'

/** How objects are drawn, and which of them are shown at all. */
export function lookCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, viewing, canvas } = actions
  const shows = (what: 'image' | 'labels') => ({
    group: text.group,
    help: text.holdHelp,
    hold: {
      start: () => labeling.setState({ shows: what }),
      end: () => labeling.setState({ shows: 'both' }),
    },
    run: () => labeling.setState({ shows: labeling.getState().shows === what ? 'both' : what }),
  })
  const hasObject = () => labeling.getState().objectId !== null
  return defineCommands([
    {
      id: 'canvas.mode',
      title: text.cycleMode,
      help: text.cycleModeHelp,
      group: text.group,
      keys: ['O'],
      run: () => {
        const at = labelModes.indexOf(viewing.getState().mode)
        viewing.setState({ mode: labelModes[(at + 1) % labelModes.length]! })
      },
    },
    {
      id: 'canvas.hide',
      title: text.hide,
      help: text.hideHelp,
      group: text.group,
      keys: ['H'],
      enabled: hasObject,
      whyNot: text.whyNoObject,
      run: () => hideObjects(actions, labeling.getState().selected),
    },
    {
      id: 'canvas.solo',
      title: text.solo,
      help: text.soloHelp,
      group: text.group,
      keys: ['Shift+H'],
      run: () => {
        const { hidden } = viewing.getState()
        const { selected } = labeling.getState()
        if (hidden.solo) return viewing.setState({ hidden: { ...hidden, solo: null } })
        if (selected.length > 0)
          return viewing.setState({
            hidden: { ...hidden, solo: { kind: 'objects', ids: new Set(selected) } },
          })
        const id = activeCategory(actions)
        if (id !== null) viewing.setState({ hidden: { ...hidden, solo: { kind: 'category', id } } })
      },
    },
    {
      id: 'canvas.showAll',
      title: text.showAll,
      group: text.group,
      keys: ['Mod+Shift+H'],
      enabled: () => hidesAnything(viewing.getState().hidden) || labeling.getState().shows !== 'both',
      whyNot: text.whyNothingHidden,
      run: () => showAll(actions),
    },
    {
      id: 'canvas.hideCategory',
      title: text.hideCategory,
      help: text.hideCategoryHelp,
      group: text.group,
      run: () => {
        const id = activeCategory(actions)
        if (id !== null) hideCategory(actions, id)
      },
    },
    { id: 'canvas.imageOnly', title: text.imageOnly, keys: ['I'], ...shows('image') },
    { id: 'canvas.labelsOnly', title: text.labelsOnly, keys: ['L'], ...shows('labels') },
    {
      id: 'canvas.zoomSelected',
      title: text.zoomSelected,
      group: text.group,
      keys: ['T'],
      enabled: hasObject,
      whyNot: text.whyNoObject,
      run: () => canvas.current?.zoomToObject(labeling.getState().objectId),
    },
  ])
}

/**
 * Hides objects, or shows them again when all of them were hidden. Those that are worked on are let go: strokes must not go
 * where nobody sees them.
 */
export function hideObjects({ viewing, labeling, canvas }: LabelerActions, ids: readonly number[]): void {
  if (ids.length === 0) return
  const { hidden } = viewing.getState()
  const shows = ids.every((id) => hidden.objects.has(id))
  const objects = new Set(hidden.objects)
  for (const id of ids) {
    if (shows) objects.delete(id)
    else objects.add(id)
  }
  const { solo } = hidden
  const isOfSolo = solo?.kind === 'objects' && ids.some((id) => solo.ids.has(id))
  viewing.setState({ hidden: { ...hidden, objects, solo: isOfSolo ? null : solo } })
  if (labeling.getState().selected.some((id) => objects.has(id))) canvas.current?.choose(null)
}

/** Hides the objects of a category on this image and on those that follow, or shows them again. */
export function hideCategory({ viewing, labeling, canvas, session }: LabelerActions, id: number): void {
  const { hidden } = viewing.getState()
  const categories = toggled(hidden.categories, id)
  const isSolo = hidden.solo?.kind === 'category' && hidden.solo.id === id
  viewing.setState({ hidden: { ...hidden, categories, solo: isSolo ? null : hidden.solo } })
  const { objectId } = labeling.getState()
  const active = objectId === null ? undefined : session()?.doc.objects.get(objectId)
  if (active?.categoryId === id && categories.has(id)) canvas.current?.choose(null)
}

export function showAll({ viewing, labeling }: LabelerActions): void {
  viewing.setState({ hidden: nothingHidden })
  labeling.setState({ shows: 'both' })
}

function activeCategory({ labeling, categories }: LabelerActions): number | null {
  const { categoryId } = labeling.getState()
  const list = categories()
  return (list.find(({ id }) => id === categoryId) ?? list[0])?.id ?? null
}
