import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with what waits to be sent. */
export function syncCommands(actions: {
  canPush(): boolean
  push(): void
  /** Whether sending could be held, and whether it is. */
  canPause(): boolean
  isPaused(): boolean
  pause(): void
  resume(): void
  unlink(): void
}): readonly Command[] {
  return defineCommands([
    {
      id: 'sync.push',
      title: text.push,
      help: text.pushHelp,
      group: text.group,
      keys: ['Mod+Enter'],
      enabled: actions.canPush,
      whyNot: text.whyNoPush,
      run: actions.push,
    },
    {
      id: 'sync.pause',
      title: text.pause,
      help: text.pauseHelp,
      group: text.group,
      enabled: () => actions.canPause() && !actions.isPaused(),
      whyNot: text.whyNoPause,
      run: actions.pause,
    },
    {
      id: 'sync.resume',
      title: text.resume,
      help: text.resumeHelp,
      group: text.group,
      enabled: actions.isPaused,
      whyNot: text.whyNoResume,
      run: actions.resume,
    },
    {
      id: 'sync.unlink',
      title: text.unlink,
      help: text.unlinkHelp,
      group: text.group,
      enabled: actions.canPause,
      whyNot: text.whyNoUnlink,
      run: actions.unlink,
    },
  ])
}
