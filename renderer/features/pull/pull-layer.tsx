import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { AppError } from '../../../shared/base/app-error.ts'
import { useCommands } from '../../commands/use-commands.ts'
import type { PullStore } from '../../stores/pull.ts'
import { useStores } from '../../stores/stores.ts'
import { toast } from '../../ui/toasts.tsx'
import { canMerge, outcomeWords } from './outcome.ts'
import { remoteCommands } from './pull-commands.ts'
import { text } from './text.ts'

/** What can be done with the server from everywhere, and what is said where no bar of pulls is shown. */
export function PullLayer({ hasBar }: { readonly hasBar: boolean }) {
  const { pull, sync, appInfo, notices, versions } = useStores()
  const mayChange = useStore(appInfo, (state) => state.info?.readOnly !== true)
  const commands = useMemo(() => {
    const isRunning = () => pull.getState().job?.state === 'running'
    return remoteCommands({
      canMerge: () => mayChange && canMerge(pull.getState()),
      merge: () => void pull.merge(),
      canCheck: () => sync.getState().status?.configured === true && !pull.getState().isAsking,
      check: () => void check(pull, (error) => notices.report('pull.check', error)),
      isRunning,
      stop: () => void pull.cancel().catch((error: unknown) => notices.report('pull.stop', error)),
      canGoOn: () => mayChange && pull.getState().job !== null && !isRunning(),
      goOn: () => void pull.goOn(),
    })
  }, [pull, sync, notices, mayChange])
  useCommands('global', commands)

  const outcome = useStore(pull, (state) => state.outcome)
  const error = useStore(pull, (state) => (state.job?.state === 'failed' ? state.job.error : state.refused))
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, where the person is when it ends
  useEffect(() => {
    if (outcome && !hasBar) toast(outcomeWords(outcome.result).join(' '))
    // The list of versions must be there before anybody is led into it.
    if (outcome) void versions.refresh().catch(() => {})
  }, [outcome])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    if (error && !hasBar) notices.report('pull', AppError.fromInfo(error))
    if (!error) notices.dismiss('pull')
  }, [error])
  return null
}

async function check(pull: PullStore, report: (error: unknown) => void): Promise<void> {
  await pull.ask('now')
  const { refused, ahead } = pull.getState()
  if (refused) report(AppError.fromInfo(refused))
  else if (ahead.versions.length === 0) toast(text.upToDate)
}
