import './no-eval.ts'
import type { Command, CommandScope, ScopedInfo } from '../commands/command.ts'
import { browserCommands } from '../features/browser/browser-commands.ts'
import { carriedCommands } from '../features/carried/carried-commands.ts'
import { categoryCommands } from '../features/categories/category-commands.ts'
import { checkCommands } from '../features/checks/check-commands.ts'
import { dialogCommands } from '../features/commands/dialog-commands.ts'
import { compareCommands } from '../features/compare/compare-commands.ts'
import { conflictCommands } from '../features/compare/conflict-commands.ts'
import { exportCommands } from '../features/export/export-commands.ts'
import { historyCommands } from '../features/history/history-commands.ts'
import { importCommands } from '../features/import/import-commands.ts'
import { labelerCommands } from '../features/labeler/labeler-commands.ts'
import { lineageCommands } from '../features/lineage/lineage-commands.ts'
import { objectCommands } from '../features/objects/object-commands.ts'
import { pullCommands, remoteCommands } from '../features/pull/pull-commands.ts'
import { reviewCommands } from '../features/review/review-commands.ts'
import { sampleHistoryCommands } from '../features/sample-history/sample-history-commands.ts'
import { datasetCommands, segmentsCommands } from '../features/segments/segments-commands.ts'
import { syncCommands } from '../features/sync/sync-commands.ts'
import { appCommands } from './app-commands.ts'

/** Commands can be listed without a screen to act on: nothing of this is ever asked for anything but its names. */
function nobody<T>(): T {
  const self: unknown = new Proxy(() => self, { get: () => self })
  return self as T
}

const about = (scope: CommandScope, commands: readonly Command[]): readonly ScopedInfo[] =>
  commands.map(({ id, title, help, group, keys, fixed, inPalette, inSheet, repeats, inText, hold }) => ({
    id,
    title,
    group,
    scope,
    holds: hold !== undefined,
    ...(help !== undefined && { help }),
    ...(keys !== undefined && { keys }),
    ...(fixed !== undefined && { fixed }),
    ...(inPalette !== undefined && { inPalette }),
    ...(inSheet !== undefined && { inSheet }),
    ...(repeats !== undefined && { repeats }),
    ...(inText !== undefined && { inText }),
  }))

/** Every command of every screen with its own keys, those of the preset "Default", by scope. */
export const catalogue: readonly ScopedInfo[] = [
  ...about('canvas', labelerCommands(nobody())),
  ...about('canvas', checkCommands(nobody())),
  ...about('canvas', sampleHistoryCommands(nobody())),
  ...about('review', reviewCommands(nobody())),
  ...about('grid', browserCommands(nobody())),
  ...about('grid', objectCommands(nobody())),
  ...about('grid', carriedCommands(nobody())),
  ...about('history', historyCommands(nobody())),
  ...about('compare', compareCommands(nobody())),
  ...about('conflicts', conflictCommands(nobody())),
  ...about('lineage', lineageCommands(nobody())),
  ...about('sync', syncCommands(nobody())),
  ...about('pull', pullCommands(nobody())),
  ...about('segments', segmentsCommands(nobody())),
  ...about('global', appCommands(nobody())),
  ...about('global', dialogCommands(nobody())),
  ...about('global', remoteCommands(nobody())),
  ...about('global', datasetCommands(nobody())),
  ...about('global', importCommands(nobody())),
  ...about('global', exportCommands(nobody())),
  ...about('global', categoryCommands(nobody(), nobody())),
]
