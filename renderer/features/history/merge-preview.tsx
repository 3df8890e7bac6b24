import { useEffect, useState } from 'react'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { useHost } from '../../host/use-host.ts'
import { ErrorText } from '../../ui/error-text.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

export type MergePlan = HostOutput<'versions.mergePlan'>

/** What a merge would do to what is here, before it is done; the plan is told once it is known. */
export function MergePreview(props: { readonly version: string; onPlan(plan: MergePlan): void }) {
  const { version, onPlan } = props
  const host = useHost()
  const [plan, setPlan] = useState<MergePlan | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    host.call('versions.mergePlan', { version }, stop.signal).then(
      (found) => {
        if (stop.signal.aborted) return
        setPlan(found)
        onPlan(found)
      },
      (reason: unknown) => {
        if (!stop.signal.aborted) setError(toAppError(reason).toInfo())
      },
    )
    return () => stop.abort()
  }, [host, version, onPlan])
  if (error) return <ErrorText error={error} />
  if (!plan) return <p role="status">{text.previewing}</p>
  const lines = text.mergePlan(plan)
  return (
    <div role="status">
      {lines.length === 0 ? (
        <p>{plan.kind === 'none' ? text.mergedText.none : text.mergesNothing}</p>
      ) : (
        <ul className={styles.plan}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {plan.asks && (
        <p className={styles.asks}>
          <strong>{plan.scale.isUnrelated ? text.isUnrelated : text.isUnusual}</strong>{' '}
          {plan.scale.isUnrelated ? text.unrelatedHelp : text.unusualHelp}
        </p>
      )}
    </div>
  )
}
