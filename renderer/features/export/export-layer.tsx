import { useMemo } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { exportCommands } from './export-commands.ts'
import { ExportDialog } from './export-dialog.tsx'

/** Labels for other programs, from everywhere. */
export function ExportLayer() {
  const host = useHost()
  const { dialogs, exchange, notices } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const commands = useMemo(
    () =>
      exportCommands({
        export: () => dialogs.show({ kind: 'export', version: null }),
        hasShown: () => exchange.getState().exported?.download === null,
        show: () =>
          void host
            .call('exchange.show', {})
            .catch((error: unknown) => notices.report('exchange.show', error)),
      }),
    [dialogs, exchange, host, notices],
  )
  useCommands('global', commands)
  return open?.kind === 'export' ? <ExportDialog key={open.version} version={open.version} /> : null
}
