import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { ExchangeFormat, ExchangePlan } from '../../../shared/host/exchange-methods.ts'
import { useHost } from '../../host/use-host.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './export.module.css'
import { text } from './text.ts'
import { keepWish, type LastWish, readWish, splitsOf } from './wish.ts'

const now = 'now'
/** Masks that are looked at without being asked for: a moment's work. */
const fewMasks = 500

/** What is to be exported, how, and what that loses. */
export function ExportForm(props: { readonly version: string | null; onClose(): void }) {
  const { onClose } = props
  const host = useHost()
  const { exchange, versions, appInfo } = useStores()
  const list = useStore(versions, (state) => state.list)
  const formats = useStore(exchange, (state) => state.formats)
  const failed = useStore(exchange, (state) => state.failed)
  const isDesktop = useStore(appInfo, (state) => state.info?.host === 'desktop')
  const [version, setVersion] = useState(props.version)
  const [wish, setWish] = useState(() => readWish(localStorage))
  const [refused, setRefused] = useState<ErrorInfo | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const { plan, problem, again, countShapes, isCounting } = usePlan(version)
  const change = (news: Partial<LastWish>) => setWish((before) => ({ ...before, ...news }))
  const writable = formats.filter(({ canWrite }) => canWrite)
  const format = writable.find(({ id }) => id === wish.format) ?? writable[0]
  const planned = plan?.formats.find(({ id }) => id === format?.id) ?? null
  const splits = splitsOf(wish)
  const isReady = format && splits !== null && plan !== null && plan.labels > 0 && !planned?.refused

  const run = async () => {
    if (!format || !splits) return
    setRefused(null)
    setIsBusy(true)
    try {
      keepWish(localStorage, wish)
      let place: string | null = null
      if (isDesktop) {
        const name = `${format.id}${plan?.version ? `-${plan.version.slice(0, 12)}` : ''}`
        const chosen = await host.call('exchange.choosePlace', { kind: wish.place, name })
        if (!chosen.place) return
        place = chosen.place.id
      }
      void exchange.export({ version, format: format.id, images: wish.images, splits, place })
    } catch (error) {
      setRefused(errorInfo(error))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.title}
      description={text.intro}
      size="large"
      footer={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button kind="primary" busy={isBusy} disabled={!isReady} onClick={() => void run()}>
            {text.run}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {(refused ?? failed) && <ErrorText error={(refused ?? failed)!} />}
        {problem && <ErrorText error={problem} action={<Button onClick={again}>{uiText.retry}</Button>} />}
        <div className={styles.what}>
          <p className={styles.label}>{text.what}</p>
          <Select
            label={text.what}
            value={version ?? now}
            options={[
              { value: now, label: text.now },
              ...list.map(({ id, number, message }) => ({
                value: id,
                label: text.version(number, message.split('\n')[0]?.slice(0, 80) ?? ''),
              })),
            ]}
            onChange={(value) => setVersion(value === now ? null : value)}
          />
          <p className={styles.muted} role="status">
            {plan === null
              ? problem
                ? ''
                : text.planning
              : plan.labels === 0
                ? text.noLabels
                : text.counts(plan.labels, plan.objects, plan.unlabeled)}
          </p>
        </div>
        <FormatList formats={writable} chosen={format?.id ?? ''} onChoose={(id) => change({ format: id })} />
        <div className={styles.options}>
          {format && plan?.labels !== 0 && (
            <Losses format={format} plan={plan} isCounting={isCounting} onCount={() => countShapes()} />
          )}
          <div>
            <p className={styles.label}>{text.splits}</p>
            <Select
              label={text.splits}
              value={wish.by}
              options={(['card', 'tags', 'shares', 'none'] as const).map((by) => ({
                value: by,
                label: text.splitsBy[by](
                  (by === 'card' || by === 'tags') && plan && plan.labels > 0 ? plan.splits[by] : null,
                ),
              }))}
              onChange={(by) => change({ by })}
            />
            {wish.by === 'shares' && <Shares wish={wish} isWrong={splits === null} onChange={change} />}
          </div>
          <Switch
            label={text.images}
            help={plan && plan.labels > 0 && text.imagesHelp(plan.imageBytes)}
            checked={wish.images}
            onChange={(images) => change({ images })}
          />
          {isDesktop ? (
            <Radios
              label={text.place}
              value={wish.place}
              options={[
                { value: 'folder', label: text.folder, help: text.folderHelp },
                { value: 'zip', label: text.zip, help: text.folderHelp },
              ]}
              onChange={(place) => change({ place })}
            />
          ) : (
            <p>
              <span className={styles.label}>{text.place}</span>{' '}
              <span className={styles.muted}>{text.archive}</span>
            </p>
          )}
        </div>
      </div>
    </Dialog>
  )
}

/** What there is in a version; read anew when another one is chosen. */
function usePlan(version: string | null) {
  const { exchange } = useStores()
  const [plan, setPlan] = useState<ExchangePlan | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [isCounting, setIsCounting] = useState(false)
  const [shapes, setShapes] = useState(false)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is the same once more
  useEffect(() => {
    let isWanted = true
    setPlan(null)
    setProblem(null)
    setShapes(false)
    exchange.plan(version, false).then(
      (found) => {
        if (!isWanted) return
        setPlan(found)
        if (found.labels > 0 && found.labels <= fewMasks) setShapes(true)
      },
      (error: unknown) => isWanted && setProblem(errorInfo(error)),
    )
    return () => {
      isWanted = false
    }
  }, [exchange, version, tries])
  useEffect(() => {
    if (!shapes) return
    let isWanted = true
    setIsCounting(true)
    exchange
      .plan(version, true)
      .then(
        (found) => isWanted && setPlan(found),
        // Stopped, or in the way of something else: what is known stays, and can be asked for again.
        () => isWanted && setShapes(false),
      )
      .finally(() => isWanted && setIsCounting(false))
    return () => {
      isWanted = false
      setIsCounting(false)
      const { job } = exchange.getState()
      if (job?.kind === 'plan' && job.state === 'running') void exchange.stop()
    }
  }, [exchange, version, shapes])
  const again = () => setTries((before) => before + 1)
  return { plan, problem, again, isCounting, countShapes: () => setShapes(true) }
}

function FormatList(props: {
  readonly formats: readonly ExchangeFormat[]
  readonly chosen: string
  onChoose(id: string): void
}) {
  const id = useId()
  return (
    <div className={styles.formats}>
      <p id={id} className={styles.label}>
        {text.format}
      </p>
      <RadioGroup
        aria-labelledby={id}
        value={props.chosen}
        onValueChange={(value) => props.onChoose(String(value))}
        className={styles.list}
      >
        {props.formats.map((format) => (
          <label key={format.id} htmlFor={`${id}-${format.id}`} className={styles.format}>
            <Radio.Root id={`${id}-${format.id}`} value={format.id} className={styles.dot} />
            <span>
              <span className={styles.title}>{format.title}</span>
              <span className={styles.muted}>{text.holds(format)}</span>
            </span>
          </label>
        ))}
      </RadioGroup>
    </div>
  )
}

/** What the format cannot hold of what is there, before anything is written. */
function Losses(props: {
  readonly format: ExchangeFormat
  readonly plan: ExchangePlan | null
  readonly isCounting: boolean
  onCount(): void
}) {
  const { format, plan, isCounting, onCount } = props
  const { exchange } = useStores()
  const job = useStore(exchange, (state) => state.job)
  const planned = plan?.formats.find(({ id }) => id === format.id)
  const isOpen = planned?.needsShapes === true && planned.losses.some(({ count }) => count === null)
  return (
    <section className={styles.losses} aria-label={text.losses(format.title)}>
      <h3>{text.losses(format.title)}</h3>
      {planned?.refused && <ErrorText error={planned.refused} />}
      {!planned && <p className={styles.muted}>{text.planning}</p>}
      {planned && planned.losses.length === 0 && <p>{text.noLoss}</p>}
      {planned && planned.losses.length > 0 && (
        <ul>
          {planned.losses.map((loss) => (
            <li key={loss.text}>
              {loss.text} <strong>{text.lossCount(loss) ?? (isCounting ? '…' : text.uncounted)}</strong>
            </li>
          ))}
        </ul>
      )}
      {isOpen && isCounting && job?.kind === 'plan' && (
        <Progress label={text.counting(job.done, job.total)} value={job.done} total={job.total} />
      )}
      {isOpen && !isCounting && plan && <Button onClick={onCount}>{text.countShapes(plan.labels)}</Button>}
    </section>
  )
}

function Shares(props: {
  readonly wish: LastWish
  readonly isWrong: boolean
  onChange(news: Partial<LastWish>): void
}) {
  const { wish, isWrong, onChange } = props
  return (
    <div className={styles.shares}>
      {(['train', 'val', 'test'] as const).map((split, i) => (
        <Field key={split} label={text.share[split]} error={isWrong && i === 0 ? text.badShares : null}>
          <TextInput
            inputMode="numeric"
            value={wish.shares[i]}
            onChange={(event) => {
              const shares = wish.shares.with(i, event.currentTarget.value) as [string, string, string]
              onChange({ shares })
            }}
          />
        </Field>
      ))}
      <Field label={text.seed} help={text.seedHelp}>
        <TextInput
          inputMode="numeric"
          value={wish.seed}
          onChange={(event) => onChange({ seed: event.currentTarget.value })}
        />
      </Field>
    </div>
  )
}
