import { type FormEvent, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { SegmentsMode } from '../../../shared/host/segments-methods.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import { uiText } from '../../ui/text.ts'
import { reviewedBy } from './ask-first.ts'
import { LogDialog } from './log-dialog.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'

/** What is asked before something is done with Segments.ai, wherever one is. `onScreen`: goes where it is seen. */
export function SegmentsDialogs({ onScreen }: { onScreen(): void }) {
  const open = useStore(useStores().dialogs, (state) => state.open)
  switch (open?.kind) {
    case 'segments-ask':
      return <Ask mode={open.mode} />
    case 'segments-unlink':
      return <Unlink />
    case 'segments-log':
      return <LogDialog />
    case 'segments-release':
      return <NewRelease />
    case 'segments-version':
      return <ToVersion release={open.release} />
    case 'segments-artifact':
      return <FromArtifact artifact={open.artifact} onScreen={onScreen} />
    default:
      return null
  }
}

const mostNames = 5

function Ask({ mode }: { readonly mode: SegmentsMode }) {
  const { dialogs, segments } = useStores()
  const plan = useStore(segments, (state) => state.look.plan)
  const failure = useStore(segments, ({ job }) => (job?.asks?.version === null ? job : null))
  const [reviewed, setReviewed] = useState<'leave' | 'over'>('leave')
  const names = reviewedBy(mode, plan)
  const count = mode === 'pull' ? 0 : (plan?.reviewed ?? 0)
  const asked = mode === 'publish' ? null : plan?.needsConfirmation ? plan.replaced : failure?.asks?.replaced
  const replaced =
    asked != null && (plan?.needsConfirmation ? text.askReplaced(asked) : failure?.error?.message)
  const go = () => {
    dialogs.close()
    void segments.run({
      mode,
      overwriteReviewed: reviewed === 'over',
      // What came to it meanwhile is asked about anew.
      ...(asked != null && {
        confirmed: { removed: 0, replaced: asked, isUnrelated: false, version: null },
      }),
    })
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.askTitle[mode]}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{uiText.cancel}</Button>
          <Button kind={reviewed === 'over' ? 'danger' : 'primary'} onClick={go}>
            {text.askTitle[mode]}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {replaced && <p>{replaced}</p>}
        {count > 0 && (
          <>
            <p>{text.askReviewed(count)}</p>
            <ul className={styles.lines}>
              {names.slice(0, mostNames).map((name) => (
                <li key={name}>{name}</li>
              ))}
              {count > mostNames && <li>{text.moreNames(count - mostNames)}</li>}
            </ul>
            <Radios
              label={text.askWhat}
              value={reviewed}
              options={[
                { value: 'leave', label: text.askLeave, help: text.askLeaveHelp },
                { value: 'over', label: text.askOver, help: text.askOverHelp },
              ]}
              onChange={setReviewed}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}

function Unlink() {
  const { dialogs, segments } = useStores()
  const link = useStore(segments, (state) => state.link)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const unlink = () => {
    setBusy(true)
    segments.unlink().then(
      () => dialogs.close(),
      (reason: unknown) => {
        setError(errorInfo(reason))
        setBusy(false)
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.unlinkTitle}
      description={link?.dataset}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{uiText.cancel}</Button>
          <Button kind="danger" busy={busy} onClick={unlink}>
            {text.unlinkNow}
          </Button>
        </>
      }
    >
      <ul className={styles.lines}>
        {[...text.unlinkStays, text.unlinkKey].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {error && <ErrorText error={error} />}
    </Dialog>
  )
}

function NewRelease() {
  const { dialogs, segments } = useStores()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const begin = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    dialogs.close()
    void segments.release(name.trim(), description.trim())
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.releaseTitle}
      description={text.releaseBody}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{uiText.cancel}</Button>
          <Button kind="primary" type="submit" form="segments-release" disabled={name.trim() === ''}>
            {text.makeRelease}
          </Button>
        </>
      }
    >
      <form id="segments-release" className={styles.form} onSubmit={begin}>
        <Field label={text.name}>
          <TextInput value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={text.description}>
          <TextInput
            value={description}
            maxLength={4000}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  )
}

function ToVersion({ release }: { readonly release: string }) {
  const { dialogs, segments } = useStores()
  const dataset = useStore(segments, (state) => state.link?.dataset ?? '')
  const [message, setMessage] = useState(() => text.messageOf(release, dataset))
  const begin = (event: FormEvent) => {
    event.preventDefault()
    dialogs.close()
    void segments.toArtifact(release, message.trim())
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.versionTitle(release)}
      description={text.versionBody}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{uiText.cancel}</Button>
          <Button kind="primary" type="submit" form="segments-version">
            {text.toVersionShort}
          </Button>
        </>
      }
    >
      <form id="segments-version" className={styles.form} onSubmit={begin}>
        <Field label={text.message}>
          <TextInput value={message} maxLength={4000} onChange={(event) => setMessage(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}

const isDataset = (name: string) => /^[\w.@+-]{1,200}\/[\w.-]{1,200}$/.test(name.trim())

function FromArtifact({ artifact, onScreen }: { readonly artifact: string; onScreen(): void }) {
  const { dialogs, segments, segmentsAccount } = useStores()
  const linked = useStore(segments, (state) => state.link?.dataset ?? '')
  const account = useStore(segmentsAccount, (state) => state.account)
  const [dataset, setDataset] = useState(linked)
  useEffect(() => {
    segmentsAccount.refresh().catch(() => {})
  }, [segmentsAccount])
  const hasNoKey = account?.key.source === 'none'
  const begin = (event: FormEvent) => {
    event.preventDefault()
    if (!isDataset(dataset) || hasNoKey) return
    dialogs.close()
    onScreen()
    void segments.fromArtifact({ artifact, dataset: dataset.trim() })
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.fromTitle}
      description={text.fromBody(artifact)}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{uiText.cancel}</Button>
          <Button
            kind="primary"
            type="submit"
            form="segments-artifact"
            disabled={!isDataset(dataset) || hasNoKey}
          >
            {text.fromGo}
          </Button>
        </>
      }
    >
      <form id="segments-artifact" className={styles.form} onSubmit={begin}>
        {hasNoKey && (
          <p>
            {text.needsKey}{' '}
            <Button onClick={() => dialogs.show({ kind: 'settings', page: 'segments' })}>
              {text.enterKey}
            </Button>
          </p>
        )}
        <Field
          label={text.dataset}
          help={text.datasetHelp}
          error={dataset.trim() === '' || isDataset(dataset) ? null : text.datasetBad}
        >
          <TextInput
            value={dataset}
            spellCheck={false}
            maxLength={401}
            onChange={(event) => setDataset(event.target.value)}
          />
        </Field>
        {linked !== '' && dataset.trim() !== linked && <p role="status">{text.otherLink(linked)}</p>}
      </form>
    </Dialog>
  )
}
