import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done wherever one is. */
export function datasetCommands(actions: {
  isRunning(): boolean
  stop(): void
  canGoOn(): boolean
  goOn(): void
}): readonly Command[] {
  const { group } = text
  return defineCommands([
    {
      id: 'segments.stop',
      title: text.stopCommand,
      help: text.stopHelp,
      group,
      enabled: actions.isRunning,
      whyNot: text.whyNoStop,
      run: actions.stop,
    },
    {
      id: 'segments.goOn',
      title: text.goOnCommand,
      help: text.goOnHelp,
      group,
      enabled: actions.canGoOn,
      whyNot: text.whyNoGoOn,
      run: actions.goOn,
    },
  ])
}

/** What can be done with the linked dataset. */
export function segmentsCommands(actions: {
  canRun(): boolean
  publish(): void
  get(): void
  both(): void
  canLook(): boolean
  look(): void
  isLinked(): boolean
  web(): void
  search(): void
  hasConflicts(): boolean
  decide(): void
  canRelease(): boolean
  release(): void
  log(): void
  canUnlink(): boolean
  unlink(): void
}): readonly Command[] {
  const { group } = text
  const run = { group, enabled: actions.canRun, whyNot: text.whyNoRun }
  return defineCommands([
    {
      id: 'segments.publish',
      title: text.publish,
      help: text.runHelp.publish,
      ...run,
      keys: ['P'],
      run: actions.publish,
    },
    { id: 'segments.get', title: text.get, help: text.runHelp.pull, ...run, keys: ['G'], run: actions.get },
    {
      id: 'segments.both',
      title: text.both,
      help: text.runHelp.both,
      ...run,
      keys: ['Mod+Enter'],
      run: actions.both,
    },
    {
      id: 'segments.look',
      title: text.lookAgain,
      help: text.lookAgainHelp,
      group,
      keys: ['U'],
      enabled: actions.canLook,
      whyNot: text.whyNoLook,
      run: actions.look,
    },
    {
      id: 'segments.decide',
      title: text.decide,
      help: text.decideHelp,
      group,
      keys: ['C'],
      enabled: actions.hasConflicts,
      whyNot: text.whyNoDecide,
      run: actions.decide,
    },
    {
      id: 'segments.web',
      title: text.web,
      group,
      keys: ['O'],
      enabled: actions.isLinked,
      whyNot: text.whyNoWeb,
      run: actions.web,
    },
    { id: 'segments.search', title: text.searchCommand, group, keys: ['Mod+F', '/'], run: actions.search },
    {
      id: 'segments.release',
      title: text.newRelease,
      help: text.newReleaseHelp,
      group,
      keys: ['N'],
      enabled: actions.canRelease,
      whyNot: text.whyNoRelease,
      run: actions.release,
    },
    {
      id: 'segments.log',
      title: text.showLog,
      help: text.logHelp,
      group,
      keys: ['L'],
      enabled: actions.isLinked,
      whyNot: text.whyNoLog,
      run: actions.log,
    },
    {
      id: 'segments.unlink',
      title: text.unlink,
      help: text.unlinkHelp,
      group,
      enabled: actions.canUnlink,
      whyNot: text.whyNoUnlink,
      run: actions.unlink,
    },
  ])
}
