import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { HostOutput, Settings } from '../../../shared/host/host-api.ts'
import type { SettingsPage } from '../../stores/dialogs.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { isUrl } from './address.ts'
import { type KeyDraft, noKey } from './api-key-field.tsx'
import { GeneralPage } from './general-page.tsx'
import { KeyboardPage } from './keyboard-page.tsx'
import { NetworkPage } from './network-page.tsx'
import { SegmentsPage } from './segments-page.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'
import { UnlinkDialog } from './unlink-dialog.tsx'
import { WandbPage } from './wandb-page.tsx'

/** The settings, when the dialogs store asks for them. */
export function SettingsDialog() {
  const { dialogs, settings } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const current = useStore(settings, (state) => state.settings)
  const loading = useStore(settings, (state) => state.loading)
  const isOpen = open?.kind === 'settings'
  useEffect(() => {
    if (isOpen && !settings.getState().settings) settings.refresh().catch(() => {})
  }, [isOpen, settings])
  if (!isOpen) return <UnlinkDialog />
  if (!current)
    return (
      <Dialog open onOpenChange={() => dialogs.close()} title={text.title}>
        {loading.kind === 'failed' ? <ErrorText error={loading.error} /> : uiText.loading}
      </Dialog>
    )
  return <SettingsForm current={current} firstPage={open.page} />
}

function SettingsForm({
  current,
  firstPage,
}: {
  readonly current: Settings
  readonly firstPage: SettingsPage
}) {
  const { dialogs, settings, segmentsAccount } = useStores()
  const [page, setPage] = useState(firstPage)
  const [draft, setDraft] = useState(current)
  const [key, setKey] = useState<KeyDraft>(noKey)
  const [segmentsKey, setSegmentsKey] = useState<KeyDraft>(noKey)
  const [busy, setBusy] = useState<'save' | 'test' | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [tested, setTested] = useState<{ readonly page: SettingsPage; readonly words: string } | null>(null)
  /** What the new place would be sent, until the person has agreed. */
  const [plan, setPlan] = useState<HostOutput<'wandb.plan'> | null>(null)
  const route = useStore(settings, (state) => state.route)
  const form = useId()

  /** Runs one of the two buttons; what it threw is shown in the dialog, whose contents stay. */
  async function act(kind: 'save' | 'test', work: () => Promise<void>) {
    if (!isUrl(draft.wandb.baseUrl)) return setPage('wandb')
    if (!isUrl(draft.segments.baseUrl)) return setPage('segments')
    setBusy(kind)
    setProblem(null)
    setTested(null)
    try {
      await work()
    } catch (error) {
      setProblem(errorInfo(error))
    } finally {
      setBusy(null)
    }
  }
  const place = {
    baseUrl: draft.wandb.baseUrl.trim(),
    entity: draft.wandb.entity.trim(),
    project: draft.wandb.project.trim(),
  }
  const typedKey = key.value.trim()
  const typedSegmentsKey = segmentsKey.value.trim()
  const segments = { ...draft.segments, baseUrl: draft.segments.baseUrl.trim() }
  const isNewSegments = JSON.stringify(segments) !== JSON.stringify(current.segments)
  const network = {
    proxy: draft.network.proxy.trim(),
    noProxy: draft.network.noProxy.trim(),
    caFile: draft.network.caFile.trim(),
  }
  const isSet = (at: typeof place) => at.baseUrl !== '' && at.entity !== '' && at.project !== ''
  const isNewNetwork = JSON.stringify(network) !== JSON.stringify(current.network)
  const save = () =>
    act('save', async () => {
      if (isSet(current.wandb) && isSet(place) && plan === null) {
        const found = await settings.plan(place)
        // Said before anything is sent there.
        if (!found.isCurrent && found.owed.artifacts > 0) {
          setPage('wandb')
          setPlan(found)
          return
        }
      }
      await settings.save({
        author: draft.author.trim(),
        wandb: { ...draft.wandb, ...place },
        ...(isNewSegments && { segments }),
        ...(isNewNetwork && { network }),
      })
      if (typedKey !== '') {
        await settings.setKey({ key: typedKey, keep: key.keep })
        setKey(noKey)
      }
      if (typedSegmentsKey !== '') {
        await segmentsAccount.setKey({ key: typedSegmentsKey, keep: segmentsKey.keep })
        setSegmentsKey(noKey)
      }
      toast(text.saved)
      dialogs.close()
    })
  // Of what is typed, not stored: stored settings are pushed to at once.
  const test = () =>
    act('test', async () => {
      const { allowHttp } = draft.wandb
      const who = await settings.check({
        ...place,
        allowHttp,
        ...(isNewNetwork && { network }),
        ...(typedKey !== '' && { key: typedKey }),
      })
      setTested({ page: 'wandb', words: text.testOk(who.username, who.teams) })
    })
  const testSegments = () =>
    act('test', async () => {
      const who = await segmentsAccount.check({
        ...segments,
        ...(isNewNetwork && { network }),
        ...(typedSegmentsKey !== '' && { key: typedSegmentsKey }),
      })
      setTested({ page: 'segments', words: text.segmentsTestOk(who.username, who.organizations) })
    })
  const removeKey = () => act('save', () => settings.clearKey())

  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={text.title}
      footer={
        <>
          {problem && (
            <div className={styles.problem}>
              <ErrorText error={problem} />
            </div>
          )}
          {plan && (
            <p className={styles.plan} role="alert">
              {text.elsewhere(`${current.wandb.entity}/${current.wandb.project}`, plan)}
            </p>
          )}
          <Button onClick={() => (plan ? setPlan(null) : dialogs.close())}>
            {plan ? text.back : text.cancel}
          </Button>
          <Button kind="primary" type="submit" form={form} busy={busy === 'save'}>
            {plan ? text.linkThere : text.save}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Tabs
          value={page}
          onChange={setPage}
          pages={[
            {
              value: 'general',
              label: text.general,
              content: (
                <GeneralPage
                  author={draft.author}
                  onAuthor={(author) => setDraft((before) => ({ ...before, author }))}
                />
              ),
            },
            { value: 'keyboard', label: text.keyboard, content: <KeyboardPage /> },
            {
              value: 'wandb',
              label: text.wandb,
              content: (
                <WandbPage
                  wandb={draft.wandb}
                  keyDraft={key}
                  tested={tested?.page === 'wandb' ? tested.words : null}
                  testing={busy === 'test'}
                  onChange={(change) => {
                    setPlan(null)
                    setDraft((before) => ({ ...before, wandb: { ...before.wandb, ...change } }))
                  }}
                  onKey={setKey}
                  onRemoveKey={() => void removeKey()}
                  onTest={() => void test()}
                />
              ),
            },
            {
              value: 'segments',
              label: text.segments,
              content: (
                <SegmentsPage
                  segments={draft.segments}
                  keyDraft={segmentsKey}
                  tested={tested?.page === 'segments' ? tested.words : null}
                  testing={busy === 'test'}
                  onChange={(change) => {
                    setTested(null)
                    setDraft((before) => ({ ...before, segments: { ...before.segments, ...change } }))
                  }}
                  onKey={setSegmentsKey}
                  onRemoveKey={() => void act('save', () => segmentsAccount.clearKey())}
                  onTest={() => void testSegments()}
                />
              ),
            },
            {
              value: 'network',
              label: text.network,
              content: (
                <NetworkPage
                  network={draft.network}
                  route={route}
                  onChange={(change) =>
                    setDraft((before) => ({ ...before, network: { ...before.network, ...change } }))
                  }
                />
              ),
            },
          ]}
        />
      </form>
    </Dialog>
  )
}
