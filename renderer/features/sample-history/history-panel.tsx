import X from 'lucide-react/icons/x'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves } from '../../stores/autosave.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { statusText } from '../../ui/status-dot.tsx'
import { formatWhen } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { PastLabel } from './past-label.tsx'
import styles from './sample-history.module.css'
import { text } from './text.ts'

type Entry = HostOutput<'samples.history'>[number]

/** Every state of the image that a version has, newest first: looked at, compared, restored. */
export function HistoryPanel(props: {
  readonly sampleId: string
  readonly canvas: CanvasController | null
  /** The revision that is shown in place of the label. */
  readonly shown: string | null
  onShow(revision: string | null): void
  onCompare(before: string, after: string, image: string): void
  onClose(): void
}) {
  const { sampleId, canvas, shown, onShow, onCompare, onClose } = props
  const host = useHost()
  const { notices, samples, appInfo } = useStores()
  const sample = useStore(samples, (state) => state.byId.get(sampleId))
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const [entries, setEntries] = useState<readonly Entry[] | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [busy, setBusy] = useState(false)
  const panel = useRef<HTMLElement>(null)
  const head = sample?.headRevision

  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of the label is another history
  useEffect(() => {
    const stop = new AbortController()
    const read = () =>
      host.call('samples.history', { sampleId }, stop.signal).then(
        (next) => {
          setEntries(next)
          setError(null)
        },
        (reason: unknown) => !stop.signal.aborted && setError(toAppError(reason).toInfo()),
      )
    void read()
    const off = host.on(({ type }) => type === 'versions.changed' && void read())
    return () => {
      stop.abort()
      off()
    }
  }, [host, sampleId, head])
  // Whoever goes on drawing sees what they draw.
  const stopShowing = useRef(onShow)
  stopShowing.current = onShow
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newly saved state ends the look at an old one
  useEffect(() => stopShowing.current(null), [head])
  useEffect(() => panel.current?.focus({ preventScroll: true }), [])

  const restore = async (entry: Entry) => {
    setBusy(true)
    try {
      // What is drawn and not saved yet is a state of its own first.
      await flushSaves()
      const { job, failed } = await host.call('versions.restoreSample', { version: entry.version!, sampleId })
      if (failed[0]) throw failed[0].error
      onShow(null)
      const takeBack = () =>
        void host.call('versions.undo', { job: job! }).then(
          () => toast(text.undone),
          (reason: unknown) => notices.report('image.undo', reason),
        )
      toast(
        text.restored(text.version(entry.number)),
        job === null ? undefined : { label: text.undo, run: takeBack },
      )
    } catch (reason) {
      notices.report('image.restore', reason)
    } finally {
      setBusy(false)
    }
  }
  const shownEntry = entries?.find(({ label }) => shown !== null && label?.revision === shown)
  return (
    <>
      {shown !== null && canvas && <PastLabel canvas={canvas} sampleId={sampleId} revision={shown} />}
      {shownEntry && (
        <p className={styles.shown} role="status">
          {text.shown(text.version(shownEntry.number))}
        </p>
      )}
      <section
        ref={panel}
        className={styles.panel}
        aria-label={text.title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it, and Esc closes it
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onClose()
        }}
      >
        <header className={styles.head}>
          <h2>{text.title}</h2>
          <IconButton label={text.close} icon={<X size={15} />} side="left" onClick={onClose} />
        </header>
        {error && <ErrorText error={error} />}
        {!entries && !error && <p className={styles.muted}>{text.loading}</p>}
        {entries?.length === 0 && <p className={styles.muted}>{text.none}</p>}
        <ol className={styles.entries}>
          {entries?.map((entry, i) => {
            const { version, number, label } = entry
            const older = entries.slice(i + 1).find((each) => each.number !== null)
            const what = [entry.isRelabeled && text.label, entry.isRecarded && text.card].filter(Boolean)
            return (
              <li key={version ?? 'now'} className={styles.entry}>
                <p>
                  <strong>{text.version(number)}</strong> {text.kinds[entry.kind]}
                  {what.length > 0 && `: ${what.join(', ')}`}
                </p>
                {label ? (
                  <p className={styles.muted}>
                    {text.by(label.author, formatWhen(label.savedAt))} ·{' '}
                    {text.tools[label.tool] ?? label.tool}
                    <br />
                    {text.facts(statusText[label.status], label.objectCount)}
                  </p>
                ) : (
                  <p className={styles.muted}>{text.noLabel}</p>
                )}
                <div className={styles.acts}>
                  {label && (
                    <Button
                      aria-pressed={shown === label.revision}
                      onClick={() => onShow(shown === label.revision ? null : label.revision)}
                    >
                      {shown === label.revision ? text.hide : text.show}
                    </Button>
                  )}
                  {older && sample && (
                    <Button
                      onClick={() =>
                        onCompare(
                          String(older.number),
                          number === null ? 'now' : String(number),
                          sample.imageDigest,
                        )
                      }
                    >
                      {text.compare}
                    </Button>
                  )}
                  {version !== null && entry.kind !== 'removed' && !readOnly && (
                    <Button busy={busy} onClick={() => void restore(entry)}>
                      {text.restore}
                    </Button>
                  )}
                </div>
              </li>
            )
          })}
        </ol>
      </section>
    </>
  )
}
