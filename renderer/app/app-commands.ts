import { type Command, defineCommands } from '../commands/command.ts'
import type { CoachStore } from '../stores/coach.ts'
import type { DialogsStore } from '../stores/dialogs.ts'
import type { ThemeStore } from '../stores/theme.ts'
import type { RouteStore } from './route.ts'
import { text } from './text.ts'

/** What can be done on every screen: going to another one, settings, appearance. */
export function appCommands(actions: {
  readonly route: Pick<RouteStore, 'go'>
  readonly dialogs: Pick<DialogsStore, 'show'>
  readonly theme: Pick<ThemeStore, 'set'>
  readonly coach: Pick<CoachStore, 'replay'>
  /** Whether the window is dark now. */
  isDark(): boolean
}): readonly Command[] {
  const { route, dialogs, theme, coach } = actions
  return defineCommands([
    {
      id: 'app.dataset',
      title: text.goDataset,
      group: text.group,
      keys: ['Alt+1'],
      run: () => route.go({ screen: 'dataset' }),
    },
    {
      id: 'app.history',
      title: text.goHistory,
      group: text.group,
      keys: ['Alt+2'],
      run: () => route.go({ screen: 'history' }),
    },
    {
      id: 'app.sync',
      title: text.goSync,
      group: text.group,
      keys: ['Alt+3'],
      run: () => route.go({ screen: 'sync' }),
    },
    {
      id: 'app.lineage',
      title: text.goLineage,
      group: text.group,
      keys: ['Alt+4'],
      run: () => route.go({ screen: 'lineage', version: null }),
    },
    {
      id: 'app.data',
      title: text.goData,
      help: text.goDataHelp,
      group: text.group,
      keys: ['Alt+5'],
      run: () => route.go({ screen: 'pull' }),
    },
    {
      id: 'app.segments',
      title: text.goSegments,
      help: text.goSegmentsHelp,
      group: text.group,
      keys: ['Alt+6'],
      run: () => route.go({ screen: 'segments' }),
    },
    {
      id: 'app.settings',
      title: text.settings,
      help: text.settingsHelp,
      group: text.group,
      keys: ['Mod+,'],
      run: () => dialogs.show({ kind: 'settings', page: 'general' }),
    },
    {
      id: 'app.keys',
      title: text.keys,
      help: text.keysHelp,
      group: text.group,
      run: () => dialogs.show({ kind: 'settings', page: 'keyboard' }),
    },
    {
      id: 'app.coach',
      title: text.coach,
      help: text.coachHelp,
      group: text.group,
      run: () => coach.replay(),
    },
    {
      id: 'app.theme',
      title: text.theme,
      help: text.themeHelp,
      group: text.group,
      run: () => theme.set(actions.isDark() ? 'light' : 'dark'),
    },
  ])
}
