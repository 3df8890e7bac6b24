import X from 'lucide-react/icons/x'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { ImportOutcomes } from '../../../shared/host/exchange-methods.ts'
import { type LabelStatus, statuses } from '../../../shared/label/status.ts'
import type { LabelDrop } from '../../stores/exchange.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Select } from '../../ui/select.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { Switch } from '../../ui/switch.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './import.module.css'
import { LabelReport } from './label-report.tsx'
import { labelText as text } from './label-text.ts'

const none = 'none'

/** An import that goes on, or is done, while its dialog is closed. */
export function LabelImportCard() {
  const { dialogs, exchange } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'import-labels')
  const drop = useStore(exchange, (state) => state.drop)
  const done = useStore(exchange, (state) => (state.job?.state === 'running' ? state.job.done : 0))
  if (isOpen || (drop?.step !== 'importing' && drop?.step !== 'done')) return null
  const isRunning = drop.step === 'importing'
  const title = isRunning ? text.importing(done, total(drop.report)) : text.done
  return (
    <section className={styles.job} aria-label={text.title(drop.name)}>
      <div className={styles.jobHead}>
        <strong role="status">{isRunning ? text.title(drop.name) : title}</strong>
        {!isRunning && (
          <IconButton
            label={uiText.dismiss}
            icon={<X size={14} />}
            onClick={() => void exchange.leave()}
            side="left"
          />
        )}
      </div>
      {isRunning && <Progress label={title} value={done} total={total(drop.report)} />}
      <div className={styles.jobFoot}>
        <span>{isRunning ? title : drop.report && text.lines(drop.report)[0]}</span>
        {isRunning ? (
          <Button onClick={() => void exchange.stop()}>{text.stop}</Button>
        ) : (
          <Button onClick={() => dialogs.show({ kind: 'import-labels' })}>{text.report}</Button>
        )}
      </div>
    </section>
  )
}

/** Labels that were dropped or chosen: what they would bring, and bringing it. Leaving it forgets them. */
export function LabelImportDialog() {
  const { dialogs, exchange } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const drop = useStore(exchange, (state) => state.drop)
  const isOpen = open?.kind === 'import-labels'
  const step = drop?.step
  useEffect(() => {
    // What is being imported goes on in its corner, and what came of it is there to be read.
    if (isOpen || step === undefined || step === 'importing' || step === 'done') return
    void exchange.leave()
  }, [isOpen, step, exchange])
  if (!isOpen || !drop) return null
  const close = () => {
    dialogs.close()
    if (drop.step === 'done') void exchange.leave()
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      title={text.title(drop.name)}
      description={drop.step === 'done' ? undefined : text.intro}
      size="large"
      footer={<Footer drop={drop} close={close} />}
    >
      <Body drop={drop} />
    </Dialog>
  )
}

function Footer({ drop, close }: { readonly drop: LabelDrop; close(): void }) {
  const { exchange, appInfo } = useStores()
  const isReadOnly = useStore(appInfo, (state) => state.info?.readOnly === true)
  const { step, report } = drop
  if (step === 'done') {
    return (
      <Button kind="primary" onClick={close}>
        {uiText.close}
      </Button>
    )
  }
  if (step === 'importing') return <Button onClick={() => void exchange.stop()}>{text.stop}</Button>
  const labels = report ? report.counts.new + report.counts.replaced : 0
  const others = report ? report.counts.carried + report.counts.images : 0
  const isReady = step === 'looked' && report !== null && labels + others > 0 && !isReadOnly
  return (
    <>
      <Button onClick={close}>{uiText.cancel}</Button>
      {step === 'failed' && report !== null && (
        <Button onClick={() => void exchange.look({})}>{text.again}</Button>
      )}
      <Button
        kind="primary"
        disabled={!isReady}
        title={isReadOnly ? text.whyReadOnly : undefined}
        onClick={() => void exchange.bringIn()}
      >
        {labels + others === 0 && (step === 'looked' || step === 'failed')
          ? text.nothing
          : text.import(labels)}
      </Button>
    </>
  )
}

function Body({ drop }: { readonly drop: LabelDrop }) {
  const { exchange } = useStores()
  const formats = useStore(exchange, (state) => state.formats)
  const done = useStore(exchange, (state) => (state.job?.state === 'running' ? state.job.done : 0))
  const { step, report, error, wish } = drop
  const way = {
    images: [text.images(drop.imported, drop.images), drop.imported, drop.images],
    sending: [text.sending(drop.sent, drop.files), drop.sent, drop.files],
    looking: [text.looking(done), done, null],
    importing: [text.importing(done, total(report)), done, total(report)],
    looked: null,
    done: null,
    failed: null,
  }[step] as readonly [string, number, number | null] | null
  const mayChoose = step === 'looked' || step === 'failed' || step === 'looking'
  const known = formats.find(({ id }) => id === wish.format)
  const boxes = known?.boxes ?? null
  return (
    <div className={styles.labels}>
      {way && (
        <div className={styles.way}>
          <p role="status">{way[0]}</p>
          <Progress label={way[0]} value={way[1]} total={way[2]} />
        </div>
      )}
      {error && <ErrorText error={error} />}
      {mayChoose && (
        <div className={styles.choices}>
          <div>
            <p className={styles.choice}>{text.format}</p>
            <Select
              label={text.format}
              value={wish.format ?? none}
              options={[
                ...(wish.format === null ? [{ value: none, label: text.choosing }] : []),
                ...formats
                  .filter(({ id }) => drop.formats.length < 2 || drop.formats.includes(id))
                  .map(({ id, title }) => ({ value: id, label: title })),
              ]}
              onChange={(format) => format !== none && void exchange.look({ format, boxes: null })}
            />
            <p className={styles.detail}>
              {drop.formats.length === 0 && step !== 'looking' && report === null
                ? text.unknown
                : text.isOf(drop.formats.length)}
            </p>
          </div>
          {boxes !== null && (
            <div>
              <p className={styles.choice}>{text.boxes}</p>
              <Select
                label={text.boxes}
                value={wish.boxes ?? boxes}
                options={[
                  { value: 'shapes', label: text.boxesAs.shapes },
                  { value: 'masks', label: text.boxesAs.masks },
                ]}
                onChange={(each) => void exchange.look({ boxes: each })}
              />
              <p className={styles.detail}>{text.boxesHelp(wish.boxes ?? boxes, known?.id === 'segments')}</p>
            </div>
          )}
          <div>
            <p className={styles.choice}>{text.status}</p>
            <Select<LabelStatus>
              label={text.status}
              value={wish.status}
              disabled={known?.holds.status === true}
              options={statuses.map((status) => ({
                value: status,
                label: statusText[status],
                icon: <StatusDot status={status} />,
              }))}
              onChange={(status) => void exchange.look({ status })}
            />
            <p className={styles.detail}>{known?.holds.status ? text.statusSaid : text.statusHelp}</p>
          </div>
          <Switch
            label={text.replace}
            help={text.replaceHelp((report?.counts.taken ?? 0) + (report?.counts.replaced ?? 0))}
            checked={wish.replace}
            onChange={(replace) => void exchange.look({ replace })}
          />
        </div>
      )}
      {report && step !== 'looking' && <LabelReport report={report} wish={wish} />}
    </div>
  )
}

const total = (report: ImportOutcomes | null) =>
  report === null ? 0 : report.counts.new + report.counts.replaced + report.counts.taken + report.counts.same
