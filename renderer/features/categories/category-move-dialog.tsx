import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { CategoryJob, HostOutput } from '../../../shared/host/host-api.ts'
import { useHost } from '../../host/use-host.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Select } from '../../ui/select.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './categories.module.css'
import { jobTitle } from './job-words.ts'
import { text } from './text.ts'

type Purpose = 'merge' | 'delete' | 'assign'

/** Merging, deleting, and giving the objects of selected images another category; when the dialogs store asks for it. */
export function CategoryMoveDialog() {
  const { dialogs } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  if (open?.kind !== 'category-move') return null
  return <CategoryMove key={`${open.purpose} ${open.from}`} purpose={open.purpose} first={open.from} />
}

function CategoryMove({ purpose, first }: { readonly purpose: Purpose; readonly first: number | null }) {
  const host = useHost()
  const { dialogs, categories, categoryJob, samples, notices } = useStores()
  // As it was when the dialog opened: the category may be gone by the time the report is read.
  const [list] = useState(() => categories.getState().own)
  const running = useStore(categoryJob, (state) => state.running)
  const [from, setFrom] = useState(first ?? list[0]?.id ?? 0)
  const [to, setTo] = useState(list.find(({ id }) => id !== from)?.id ?? 0)
  const [becomes, setBecomes] = useState<'other' | 'nothing'>(list.length > 1 ? 'other' : 'nothing')
  const [uses, setUses] = useState<HostOutput<'categories.uses'> | null>(null)
  const [report, setReport] = useState<CategoryJob | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [busy, setBusy] = useState(false)
  const name = list.find(({ id }) => id === from)?.name ?? ''
  const selected = samples.selectedCount()
  useEffect(() => {
    if (purpose === 'assign') return
    host.call('categories.uses', { id: from }).then(setUses, (error: unknown) => setProblem(errorInfo(error)))
  }, [host, purpose, from])

  const isNothing = purpose === 'delete' && becomes === 'nothing'
  const target = isNothing ? null : to
  const isUsed = purpose !== 'delete' || (uses?.objects ?? 1) > 0
  const mayGo = from !== 0 && (target === null || (target !== 0 && target !== from)) && !busy

  const takeBack = (job: number) => async () => {
    try {
      const { changed, left } = await categoryJob.takeBack(job)
      toast(text.jobUndone(changed, left))
    } catch (error) {
      notices.report('categories.takeBack', error)
    }
  }
  const selectedIds = async () => {
    const ids: string[] = []
    for await (const part of samples.selectedIds(20_000)) ids.push(...part)
    return ids
  }
  const go = async () => {
    setBusy(true)
    setProblem(null)
    try {
      const only = purpose === 'assign' ? { only: { ids: await selectedIds() } } : {}
      const job = await categoryJob.move({
        from,
        to: isUsed ? target : null,
        remove: purpose !== 'assign',
        unused: !isUsed,
        ...only,
      })
      const result =
        job.state === 'stopped' ? text.movedStopped(job.changed, job.total) : text.moved(job.changed)
      toast(`${jobTitle(job)}: ${result}`, { label: text.undo, run: () => void takeBack(job.id)() })
      const isAllWell = job.state === 'done' && job.locked.length + job.failed.length === 0
      if (isAllWell) dialogs.close()
      else setReport(job)
    } catch (error) {
      setProblem(errorInfo(error))
      if (!isUsed) host.call('categories.uses', { id: from }).then(setUses, () => {})
    } finally {
      setBusy(false)
    }
  }
  const options = list.map((category) => ({ value: String(category.id), label: category.name }))
  const others = options.filter(({ value }) => value !== String(from))
  const toSelect = (label: string) => (
    <div className={styles.pair}>
      <span>{label}</span>
      <Select
        label={label}
        value={String(to === from ? (others[0]?.value ?? '') : to)}
        options={others}
        onChange={(value) => setTo(Number(value))}
      />
    </div>
  )
  return (
    <Dialog
      open
      size="small"
      onOpenChange={() => !busy && dialogs.close()}
      title={purpose === 'assign' ? text.moveTitle.assign : text.moveTitle[purpose](name)}
      description={
        purpose === 'assign'
          ? text.assignHelp(selected)
          : uses === null
            ? undefined
            : text.uses(uses.objects, uses.samples)
      }
      footer={
        report ? (
          <Button kind="primary" onClick={() => dialogs.close()}>
            {text.close}
          </Button>
        ) : busy ? (
          <Button onClick={() => categoryJob.stop()}>{text.stop}</Button>
        ) : (
          <>
            <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
            <Button
              kind={purpose === 'delete' ? 'danger' : 'primary'}
              disabled={!mayGo}
              onClick={() => void go()}
            >
              {text.moveGo[purpose]}
            </Button>
          </>
        )
      }
    >
      <div className={styles.form}>
        {problem && <ErrorText error={problem} />}
        {report ? (
          <Report job={report} />
        ) : busy ? (
          <div className={styles.form}>
            <Progress
              label={text.moveTitle.assign}
              value={running?.done ?? 0}
              total={Math.max(1, running?.total ?? 1)}
            />
            <p role="status">{text.moving(running?.done ?? 0, running?.total ?? 0)}</p>
          </div>
        ) : (
          <>
            {purpose === 'assign' && (
              <div className={styles.pair}>
                <span>{text.from}</span>
                <Select
                  label={text.from}
                  value={String(from)}
                  options={options}
                  onChange={(value) => {
                    setFrom(Number(value))
                    if (Number(value) === to) setTo(from)
                  }}
                />
              </div>
            )}
            {purpose === 'delete' && isUsed && (
              <Radios
                label={text.where}
                value={becomes}
                options={[
                  ...(others.length > 0 ? [{ value: 'other' as const, label: text.becomeOther }] : []),
                  { value: 'nothing' as const, label: text.becomeNothing },
                ]}
                onChange={setBecomes}
              />
            )}
            {isUsed && !isNothing && toSelect(purpose === 'merge' ? text.into : text.to)}
            {isUsed && <p className={styles.hint}>{text.lockedStay}</p>}
          </>
        )}
      </div>
    </Dialog>
  )
}

function Report({ job }: { readonly job: CategoryJob }) {
  const { locked, failed } = job
  return (
    <>
      <p>{job.state === 'stopped' ? text.movedStopped(job.changed, job.total) : text.moved(job.changed)}</p>
      {job.remove && !job.removed && job.state === 'done' && <p>{text.stillThere(job.from.name)}</p>}
      {locked.length > 0 && (
        <section className={styles.found} aria-label={text.lockedLeft}>
          <h3>{text.lockedLeft}</h3>
          <ul>
            {locked.map(({ sampleId, name, objects }) => (
              <li key={sampleId}>
                {name} ({objects})
              </li>
            ))}
          </ul>
        </section>
      )}
      {failed.length > 0 && (
        <section className={styles.found} aria-label={text.failedLeft}>
          <h3>{text.failedLeft}</h3>
          <ul>
            {failed.map(({ sampleId, error }) => (
              <li key={sampleId}>{error.message}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
