import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with the working copy and with the version that is chosen. */
export function historyCommands(actions: {
  canCommit(): boolean
  commit(): void
  /** A version is chosen, not the working copy. */
  hasVersion(): boolean
  /** There is something to compare what is chosen with. */
  canCompare(): boolean
  mayChange(): boolean
  hasConflicts(): boolean
  hasJob(): boolean
  compare(): void
  mark(): void
  hasTags(): boolean
  ask(kind: 'restore' | 'branch' | 'alias' | 'tag' | 'merge' | 'switch' | 'onlyTag'): void
  conflicts(): void
  lineage(): void
  exportLabels(): void
  undoJob(): void
  /** Images of the version are an artifact on the server. */
  isSent(): boolean
  toSegments(): void
}): readonly Command[] {
  const { group } = text
  const ofVersion = {
    group,
    enabled: () => actions.hasVersion() && actions.mayChange(),
    whyNot: text.whyNoVersion,
  }
  return defineCommands([
    {
      id: 'history.commit',
      title: text.commit,
      help: text.commitHelp,
      group,
      keys: ['Mod+Enter'],
      inText: true,
      enabled: actions.canCommit,
      whyNot: text.whyNoCommit,
      run: actions.commit,
    },
    {
      id: 'history.compare',
      title: text.compare,
      help: text.compareHelp,
      group,
      keys: ['C'],
      enabled: actions.canCompare,
      whyNot: text.whyNoCompare,
      run: actions.compare,
    },
    {
      id: 'history.mark',
      title: text.mark,
      help: text.markHelp,
      group,
      keys: ['M'],
      enabled: actions.hasVersion,
      whyNot: text.whyNoVersion,
      run: actions.mark,
    },
    {
      id: 'history.restore',
      title: text.restore,
      help: text.restoreHelp,
      ...ofVersion,
      keys: ['R'],
      run: () => actions.ask('restore'),
    },
    {
      id: 'history.branch',
      title: text.branch,
      help: text.branchHelp,
      ...ofVersion,
      keys: ['B'],
      run: () => actions.ask('branch'),
    },
    {
      id: 'history.switch',
      title: text.switch,
      help: text.switchHelp,
      group,
      keys: ['S'],
      enabled: actions.mayChange,
      whyNot: text.whyReadOnly,
      run: () => actions.ask('switch'),
    },
    {
      id: 'history.merge',
      title: text.merge,
      help: text.mergeHelp,
      ...ofVersion,
      keys: ['G'],
      run: () => actions.ask('merge'),
    },
    {
      id: 'history.alias',
      title: text.alias,
      help: text.aliasHelp,
      ...ofVersion,
      keys: ['A'],
      run: () => actions.ask('alias'),
    },
    {
      id: 'history.tag',
      title: text.tag,
      help: text.tagHelp,
      ...ofVersion,
      keys: ['T'],
      run: () => actions.ask('tag'),
    },
    {
      id: 'history.onlyTag',
      title: text.onlyTag,
      group,
      keys: ['F'],
      enabled: actions.hasTags,
      whyNot: text.whyNoTag,
      run: () => actions.ask('onlyTag'),
    },
    {
      id: 'history.conflicts',
      title: text.showConflicts,
      group,
      keys: ['K'],
      enabled: actions.hasConflicts,
      whyNot: text.whyNoConflict,
      run: actions.conflicts,
    },
    {
      id: 'history.lineage',
      title: text.lineage,
      help: text.lineageHelp,
      group,
      keys: ['L'],
      enabled: actions.hasVersion,
      whyNot: text.whyNoVersion,
      run: actions.lineage,
    },
    {
      id: 'history.toSegments',
      title: text.toSegments,
      help: text.toSegmentsHelp,
      group,
      keys: ['P'],
      enabled: () => actions.isSent() && actions.mayChange(),
      whyNot: text.whyNotSent,
      run: actions.toSegments,
    },
    {
      id: 'history.export',
      title: text.export,
      help: text.exportHelp,
      group,
      keys: ['E'],
      run: actions.exportLabels,
    },
    {
      id: 'history.undo',
      title: text.undoJob,
      help: text.undoJobHelp,
      group,
      keys: ['Mod+Z'],
      enabled: actions.hasJob,
      whyNot: text.whyNoJob,
      run: actions.undoJob,
    },
  ])
}
