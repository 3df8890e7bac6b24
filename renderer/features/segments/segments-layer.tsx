import { useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import { AppError } from '../../../shared/base/app-error.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { toast } from '../../ui/toasts.tsx'
import { doneWords } from './segments-bar.tsx'
import { datasetCommands } from './segments-commands.ts'
import { SegmentsDialogs } from './segments-dialogs.tsx'
import { text } from './text.ts'

/** What can be done from everywhere, what is asked, and what is said of a run where its bar is not shown. */
export function SegmentsLayer(props: { readonly hasBar: boolean; onScreen(): void }) {
  const { hasBar, onScreen } = props
  const { segments, appInfo, notices } = useStores()
  const mayChange = useStore(appInfo, (state) => state.info?.readOnly !== true)
  const job = useStore(segments, (state) => state.job)
  const refused = useStore(segments, (state) => state.refused)
  const state = job?.state
  const commands = useMemo(() => {
    const isRunning = () => segments.getState().job?.state === 'running'
    return datasetCommands({
      isRunning,
      stop: () => void segments.cancel().catch((error: unknown) => notices.report('segments.stop', error)),
      canGoOn() {
        const { job, link } = segments.getState()
        // What brought an artifact makes its link itself.
        const hasPlace = (link ?? null) !== null || job?.kind === 'fromArtifact'
        return mayChange && hasPlace && (job?.state === 'stopped' || job?.state === 'failed')
      },
      goOn: () => void segments.goOn(),
    })
  }, [segments, notices, mayChange])
  useCommands('global', commands)

  const wasRunning = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, where the person is when it ends
  useEffect(() => {
    const ended = wasRunning.current && state !== 'running'
    wasRunning.current = state === 'running'
    const error = state === 'failed' ? job?.error : refused
    if (!error) notices.dismiss('segments')
    if (hasBar) return
    const failures = job?.result?.failed.length ?? 0
    if (ended && state === 'done' && job)
      toast(`${doneWords(job, null)}${failures > 0 ? ` ${text.failures(failures)}.` : ''}`)
    if (error) notices.report('segments', AppError.fromInfo(error))
  }, [state, refused])
  return <SegmentsDialogs onScreen={onScreen} />
}
