import ExternalLink from 'lucide-react/icons/external-link'
import Link2 from 'lucide-react/icons/link-2'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { SegmentsDatasetView } from '../../../shared/host/segments-methods.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Fields } from '../../ui/fields.tsx'
import { formatNumber } from '../../ui/text.ts'
import { RemedyButton } from './remedy-button.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'

/** What is chosen in the list, and linking to it. */
export function DatasetDetails({ dataset }: { readonly dataset: SegmentsDatasetView }) {
  const { name, taskType, samples, isPublic, role, description, url } = dataset
  const { segments, appInfo } = useStores()
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const link = () => {
    setBusy(true)
    setError(null)
    segments.link(name, false).catch((reason: unknown) => {
      setError(errorInfo(reason))
      setBusy(false)
    })
  }
  const isMasks = taskType.startsWith('segmentation-bitmap')
  const { fields } = text
  const rows = [
    [fields.task, taskType || text.noTask],
    [fields.samples, samples === null ? '' : formatNumber(samples)],
    [fields.visible, isPublic ? text.everybody : text.ownersOnly],
    [fields.role, role ?? ''],
    [fields.about, description],
  ] as const
  return (
    <section className={styles.about} aria-label={text.chosen}>
      <h2>{name}</h2>
      <p>{isMasks ? text.masks : text.otherTask(taskType || text.noTask)}</p>
      {readOnly && <Badge tone="warning">{text.readOnly}</Badge>}
      {error && <ErrorText error={error} action={<RemedyButton error={error} />} />}
      <div className={styles.tools}>
        <Button kind="primary" icon={<Link2 size={15} />} busy={busy} disabled={readOnly} onClick={link}>
          {text.link}
        </Button>
        {/^https?:\/\//.test(url) && (
          <a className={styles.link} href={url} target="_blank" rel="noreferrer">
            {text.openWeb} <ExternalLink size={12} aria-hidden />
          </a>
        )}
      </div>
      <Fields rows={rows} />
    </section>
  )
}
