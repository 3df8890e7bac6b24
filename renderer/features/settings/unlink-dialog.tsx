import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Switch } from '../../ui/switch.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

/** Ends the link to W&B, when the dialogs store asks for it, after saying what stays and what goes. */
export function UnlinkDialog() {
  const { dialogs } = useStores()
  const open = useStore(dialogs, (state) => state.open?.kind === 'unlink')
  return open ? <Question /> : null
}

function Question() {
  const { dialogs, settings } = useStores()
  const wandb = useStore(settings, (state) => state.settings?.wandb)
  const key = useStore(settings, (state) => state.wandbKey)
  const [plan, setPlan] = useState<HostOutput<'wandb.plan'> | null>(null)
  const [forgetKey, setForgetKey] = useState(true)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const { baseUrl = '', entity = '', project = '' } = wandb ?? {}
  useEffect(() => {
    settings.plan({ baseUrl, entity, project }).then(setPlan, () => {})
  }, [settings, baseUrl, entity, project])
  const isOurs = key !== null && ['keyring', 'file', 'memory'].includes(key.source)
  async function unlink() {
    setBusy(true)
    setProblem(null)
    try {
      const { receipts } = await settings.unlink(forgetKey && isOurs)
      toast(text.unlinked(receipts))
      dialogs.close()
    } catch (error) {
      setProblem(errorInfo(error))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      size="small"
      title={text.unlinkTitle}
      description={`${entity}/${project} · ${URL.parse(baseUrl)?.host ?? baseUrl}`}
      footer={
        <>
          {problem && (
            <div className={styles.problem}>
              <ErrorText error={problem} />
            </div>
          )}
          <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
          <Button kind="danger" busy={busy} onClick={() => void unlink()}>
            {text.unlink}
          </Button>
        </>
      }
    >
      <div className={styles.form} data-short>
        <div className={styles.facts}>
          <p className={styles.factsTitle}>{text.stays}</p>
          <ul>
            <li>{text.staysHere}</li>
            <li>{text.staysThere}</li>
            <li>{text.staysReceipts(plan?.sent ?? null)}</li>
          </ul>
          <p className={styles.factsTitle}>{text.goes}</p>
          <ul>
            <li>{text.goesSending(plan?.owed.artifacts ?? null)}</li>
            {key && !isOurs && key.source !== 'none' && <li>{text.keyStays(key.source)}</li>}
          </ul>
        </div>
        {isOurs && (
          <Switch
            label={text.forgetKey}
            help={text.forgetKeyHelp}
            checked={forgetKey}
            onChange={setForgetKey}
          />
        )}
      </div>
    </Dialog>
  )
}
