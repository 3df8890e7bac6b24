import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { formatNumber, uiText } from '../../ui/text.ts'
import styles from './import.module.css'
import { groupOutcomes } from './outcome-groups.ts'
import { text } from './text.ts'

/** Lines shown of one group: enough to read, few enough to draw. The counts are always whole. */
const maxLines = 500

/** What became of every file of one import. */
export function ImportReport() {
  const { imports, dialogs } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const jobId = open?.kind === 'import-report' ? open.jobId : null
  const job = useStore(imports, (state) => state.jobs.find(({ id }) => id === jobId))
  if (!job) return null
  const { added, renamed, duplicates, rejected } = groupOutcomes(job.outcomes)
  const retry = () => {
    imports.retry(job.id)
    dialogs.close()
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={text.reportTitle}
      description={text.summary(job.outcomes.length, job.total)}
      footer={
        <>
          {job.retryable.length > 0 && <Button onClick={retry}>{text.retry(job.retryable.length)}</Button>}
          <Button kind="primary" onClick={() => dialogs.close()}>
            {uiText.close}
          </Button>
        </>
      }
    >
      <Group
        title={text.rejected}
        lines={rejected.map(({ file, error }) => ({
          key: file,
          main: file,
          detail: (
            <>
              {error.message} {error.remedy} <code>{error.code}</code>
            </>
          ),
        }))}
      />
      <Group
        title={text.renamed}
        lines={renamed.map(({ renamedFrom, sample }) => ({
          key: sample.id,
          main: text.renamedFrom(renamedFrom!, sample.name),
        }))}
      />
      <Group
        title={text.duplicates}
        lines={duplicates.map(({ file, existing, inTrash }) => ({
          key: file,
          main: file,
          detail: inTrash ? text.sameInTrash(existing) : text.sameAs(existing),
        }))}
      />
      <Group title={text.added} lines={added.map(({ sample }) => ({ key: sample.id, main: sample.name }))} />
    </Dialog>
  )
}

type Line = { readonly key: string; readonly main: string; readonly detail?: ReactNode }

function Group({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  if (lines.length === 0) return null
  return (
    <section className={styles.group}>
      <h3>
        {title} <span>{formatNumber(lines.length)}</span>
      </h3>
      <ul>
        {lines.slice(0, maxLines).map((line) => (
          <li key={line.key}>
            <span>{line.main}</span>
            {line.detail && <span className={styles.detail}>{line.detail}</span>}
          </li>
        ))}
        {lines.length > maxLines && <li className={styles.detail}>{text.more(lines.length - maxLines)}</li>}
      </ul>
    </section>
  )
}
