import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { Settings } from '../../../shared/host/host-api.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { GeneralPage } from './general-page.tsx'
import { KeyboardPage } from './keyboard-page.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'
import { type KeyDraft, noKey, WandbPage } from './wandb-page.tsx'

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
  if (!isOpen) return null
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
  readonly firstPage: 'general' | 'keyboard' | 'wandb'
}) {
  const { dialogs, settings } = useStores()
  const [page, setPage] = useState(firstPage)
  const [draft, setDraft] = useState(current)
  const [key, setKey] = useState<KeyDraft>(noKey)
  const [busy, setBusy] = useState<'save' | 'test' | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [tested, setTested] = useState<string | null>(null)
  const form = useId()
  const isUrl = draft.wandb.baseUrl === '' || /^https?:\/\/[^/\s]+/.test(draft.wandb.baseUrl)

  /** Runs one of the two buttons; what it threw is shown in the dialog, whose contents stay. */
  async function act(kind: 'save' | 'test', work: () => Promise<void>) {
    if (!isUrl) return setPage('wandb')
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
  const save = () =>
    act('save', async () => {
      await settings.save({ author: draft.author.trim(), wandb: { ...draft.wandb, ...place } })
      if (typedKey !== '') {
        await settings.setKey({ key: typedKey, keep: key.keep })
        setKey(noKey)
      }
      toast(text.saved)
      dialogs.close()
    })
  // Of what is typed, not stored: stored settings are pushed to at once.
  const test = () =>
    act('test', async () => {
      const who = await settings.check(typedKey === '' ? place : { ...place, key: typedKey })
      setTested(text.testOk(who.username, who.teams))
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
          <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
          <Button kind="primary" type="submit" form={form} busy={busy === 'save'}>
            {text.save}
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
                  isUrl={isUrl}
                  keyDraft={key}
                  tested={tested}
                  testing={busy === 'test'}
                  onChange={(change) =>
                    setDraft((before) => ({ ...before, wandb: { ...before.wandb, ...change } }))
                  }
                  onKey={setKey}
                  onRemoveKey={() => void removeKey()}
                  onTest={() => void test()}
                />
              ),
            },
          ]}
        />
      </form>
    </Dialog>
  )
}
