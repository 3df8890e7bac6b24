import { type Command, defineCommands } from '../../commands/command.ts'
import { type CleanupKind, cleanupKinds } from './cleanup-store.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { copySelected, duplicateToNext, pasteClip, pasteFromPrevious } from './object-clipboard.ts'
import { mergeSelected, selectAll, splitSelected } from './object-edits.ts'
import { objectText as text } from './object-text.ts'
import { text as labelerText } from './text.ts'

/** What is done with whole objects, beyond what every tool knows. */
export function objectCommands(actions: LabelerActions): readonly Command[] {
  const { labeling, clipboard, cleanup } = actions
  const { group } = text
  const hasLabel = () => actions.session() !== null
  const hasObjects = () => (actions.session()?.doc.objects.size ?? 0) > 0
  const hasSelected = (least: number) => () => hasLabel() && labeling.getState().selected.length >= least
  const clean = (kind: Exclude<CleanupKind, 'split'>): Command => ({
    id: `canvas.cleanup.${kind}`,
    title: text.more(text.cleanups[kind].name),
    help: text.cleanups[kind].help,
    group,
    enabled: hasObjects,
    whyNot: text.whyNone,
    run: () => {
      const { selected } = labeling.getState()
      const scope = selected.length > 1 ? 'selected' : selected.length === 1 ? 'object' : 'all'
      cleanup.setState({ open: kind, scope, every: false })
    },
  })
  return defineCommands([
    {
      id: 'canvas.selectAll',
      title: text.selectAll,
      group,
      keys: ['Mod+A'],
      enabled: hasObjects,
      whyNot: text.whyNone,
      run: () => selectAll(actions),
    },
    {
      id: 'canvas.merge',
      title: text.merge,
      help: text.mergeHelp,
      group,
      keys: ['M'],
      enabled: hasSelected(2),
      whyNot: text.whyOne,
      run: () => mergeSelected(actions),
    },
    {
      id: 'canvas.split',
      title: text.split,
      help: text.splitHelp,
      group,
      keys: ['Shift+M'],
      enabled: hasSelected(1),
      whyNot: labelerText.whyNoObject,
      run: () => splitSelected(actions),
    },
    ...cleanupKinds.filter((kind) => kind !== 'split').map(clean),
    {
      id: 'canvas.copy',
      title: text.copy,
      group,
      keys: ['Mod+C'],
      // Words that somebody has marked on the page are what the key copies then.
      enabled: () => hasSelected(1)() && !marksWords(),
      whyNot: labelerText.whyNoObject,
      run: () => copySelected(actions),
    },
    {
      id: 'canvas.paste',
      title: text.paste,
      help: text.pasteHelp,
      group,
      keys: ['Mod+V'],
      enabled: () => hasLabel() && clipboard.getState().clip !== null,
      whyNot: text.whyNoClip,
      run: () => pasteClip(actions),
    },
    {
      id: 'canvas.pastePrevious',
      title: text.pastePrevious,
      help: text.pasteHelp,
      group,
      keys: ['Mod+Shift+V'],
      enabled: () => hasLabel() && actions.canStep(-1),
      whyNot: text.noPrevious,
      run: () => void pasteFromPrevious(actions),
    },
    {
      id: 'canvas.duplicateNext',
      title: text.duplicate,
      help: text.duplicateHelp,
      group,
      keys: ['Mod+Shift+D'],
      enabled: () => hasObjects() && actions.canStep(1),
      whyNot: text.noNext,
      run: () => void duplicateToNext(actions),
    },
  ])
}

const marksWords = (): boolean => globalThis.getSelection?.()?.isCollapsed === false
