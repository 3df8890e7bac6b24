import CloudOff from 'lucide-react/icons/cloud-off'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { useStores } from '../../stores/stores.ts'
import { ErrorText } from '../../ui/error-text.tsx'
import { Aside, JobLine } from '../../ui/job-line.tsx'
import { formatWhen } from '../../ui/text.ts'
import { RemedyButton } from './remedy-button.tsx'
import { text } from './text.ts'

/** Being offline is normal and passes by itself. */
const isOffline = ({ code }: ErrorInfo) => code === 'NET_OFFLINE' || code === 'NET_SLOW'

/** Why the service could not be asked; without a network, calmly and with what is kept. */
export function LookProblem({ error, action }: { readonly error: ErrorInfo; readonly action: ReactNode }) {
  const { segments } = useStores()
  const known = useStore(segments, (state) => state.known)
  const hasPlan = useStore(segments, (state) => state.look.plan !== null)
  if (!isOffline(error))
    return (
      <ErrorText
        error={error}
        action={
          <>
            <RemedyButton error={error} />
            {action}
          </>
        }
      />
    )
  const at = known.syncedAt === null ? null : formatWhen(known.syncedAt)
  return (
    <JobLine label={text.offlineTitle}>
      <CloudOff size={16} aria-hidden />
      <p role="status">
        <strong>{text.offlineTitle}.</strong> {text.offlineBody(known.samples, at)}{' '}
        <Aside>
          {hasPlan && `${text.offlineList} `}
          {error.message} {error.remedy} <code>{error.code}</code>
        </Aside>
      </p>
      {action}
    </JobLine>
  )
}
