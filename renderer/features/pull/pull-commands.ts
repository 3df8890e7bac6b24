import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done wherever one is. */
export function remoteCommands(actions: {
  canMerge(): boolean
  merge(): void
  canCheck(): boolean
  check(): void
  isRunning(): boolean
  stop(): void
  canGoOn(): boolean
  goOn(): void
}): readonly Command[] {
  const { group } = text
  return defineCommands([
    {
      id: 'pull.merge',
      title: text.merge,
      help: text.mergeHelp,
      group,
      enabled: actions.canMerge,
      whyNot: text.whyNoMerge,
      run: actions.merge,
    },
    {
      id: 'pull.check',
      title: text.check,
      group,
      enabled: actions.canCheck,
      whyNot: text.whyNoCheck,
      run: actions.check,
    },
    {
      id: 'pull.stop',
      title: text.stop,
      group,
      enabled: actions.isRunning,
      whyNot: text.whyNoStop,
      run: actions.stop,
    },
    {
      id: 'pull.goOn',
      title: text.goOn,
      help: text.goOnHelp,
      group,
      enabled: actions.canGoOn,
      whyNot: text.whyNoGoOn,
      run: actions.goOn,
    },
  ])
}

/** What can be done with the list, and with the version that is chosen in it. */
export function pullCommands(actions: {
  canGet(): boolean
  get(): void
  search(): void
  canGoUp(): boolean
  up(): void
  reload(): void
  hasVersion(): boolean
  web(): void
  isHere(): boolean
  history(): void
  canPublish(): boolean
  toSegments(): void
}): readonly Command[] {
  const { group } = text
  return defineCommands([
    {
      id: 'pull.get',
      title: text.get,
      help: text.getHelp,
      group,
      keys: ['Mod+Enter'],
      enabled: actions.canGet,
      whyNot: text.whyNoGet,
      run: actions.get,
    },
    { id: 'pull.search', title: text.searchCommand, group, keys: ['Mod+F', '/'], run: actions.search },
    {
      id: 'pull.up',
      title: text.upCommand,
      group,
      keys: ['Backspace'],
      enabled: actions.canGoUp,
      whyNot: text.whyNoUp,
      run: actions.up,
    },
    { id: 'pull.reload', title: text.reload, group, keys: ['U'], run: actions.reload },
    {
      id: 'pull.web',
      title: text.web,
      group,
      keys: ['O'],
      enabled: actions.hasVersion,
      whyNot: text.whyNoWeb,
      run: actions.web,
    },
    {
      id: 'pull.history',
      title: text.history,
      help: text.historyHelp,
      group,
      keys: ['H'],
      enabled: actions.isHere,
      whyNot: text.whyNoHistory,
      run: actions.history,
    },
    {
      id: 'pull.toSegments',
      title: text.toSegments,
      help: text.toSegmentsHelp,
      group,
      keys: ['P'],
      enabled: actions.canPublish,
      whyNot: text.whyNoSegments,
      run: actions.toSegments,
    },
  ])
}
