import { type FormEvent, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import {
  type SegmentsNew,
  segmentsNewSchema,
  segmentsTaskTypes,
  segmentsTopics,
} from '../../../shared/host/segments-methods.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { RemedyButton } from './remedy-button.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'

const mostCategories = 24

/** A dataset that the first publishing makes: who owns it, what it is called, and what will be in it. */
export function NewDataset({ owners }: { readonly owners: readonly string[] }) {
  const { segments, appInfo, categories } = useStores()
  const info = useStore(appInfo, (state) => state.info)
  const list = useStore(categories, (state) => state.own)
  const [name, setName] = useState(() => nameLike(info?.libraryName ?? ''))
  const [chosen, setChosen] = useState<string | null>(null)
  const [as, setAs] = useState<SegmentsNew>(() => segmentsNewSchema.parse({}))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const owner = chosen ?? owners[0] ?? ''
  const isNamed = /^[\w.-]{1,200}$/.test(name.trim())
  const link = async (create: boolean) => {
    setBusy(true)
    setError(null)
    try {
      await segments.link(`${owner}/${name.trim()}`, create, as)
    } catch (reason) {
      setError(errorInfo(reason))
      setBusy(false)
    }
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (isNamed && owner !== '' && !busy && info?.readOnly === false) void link(true)
  }
  return (
    <form className={styles.about} aria-label={text.newTitle} onSubmit={onSubmit}>
      <h2>{text.newTitle}</h2>
      {owners.length > 0 && (
        <div>
          <p aria-hidden className={styles.label}>
            {text.owner}
          </p>
          <Select
            label={text.owner}
            value={owner}
            options={owners.map((value) => ({ value, label: value }))}
            onChange={setChosen}
          />
        </div>
      )}
      <Field
        label={text.name}
        help={text.nameHelp}
        error={name.trim() === '' || isNamed ? null : text.nameBad}
      >
        <TextInput value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      </Field>
      <div>
        <p aria-hidden className={styles.label}>
          {text.fields.task}
        </p>
        <Select
          label={text.fields.task}
          value={as.taskType}
          options={segmentsTaskTypes.map((value) => ({ value, label: text.taskTypes[value] }))}
          onChange={(taskType) => setAs((before) => ({ ...before, taskType }))}
        />
      </div>
      <div>
        <p aria-hidden className={styles.label}>
          {text.topic}
        </p>
        <Select
          label={text.topic}
          value={as.category}
          options={segmentsTopics.map((value) => ({ value, label: text.topics[value] }))}
          onChange={(category) => setAs((before) => ({ ...before, category }))}
        />
      </div>
      <p>{text.newBody}</p>
      {!as.taskType.startsWith('segmentation-bitmap') && <p role="status">{text.newNoMasks}</p>}
      <dl className={styles.fields}>
        <dt>{text.fields.visible}</dt>
        <dd>{text.ownersOnly}</dd>
        <dt>{text.fields.samples}</dt>
        <dd>{text.newSamples}</dd>
        <dt>{text.fields.categories}</dt>
        <dd>
          {text.newCategories(list.length)}
          <ul className={styles.swatches}>
            {list.slice(0, mostCategories).map(({ id, name: category, color }) => (
              <li key={id}>
                <span className={styles.swatch} style={{ background: color }} aria-hidden /> {category}
              </li>
            ))}
            {list.length > mostCategories && <li>{text.more(list.length - mostCategories)}</li>}
          </ul>
        </dd>
      </dl>
      {info?.readOnly && <Badge tone="warning">{text.readOnly}</Badge>}
      {error && (
        <ErrorText
          error={error}
          action={
            error.code === 'NAME_TAKEN' ? (
              <Button onClick={() => void link(false)}>{text.linkInstead}</Button>
            ) : (
              <RemedyButton error={error} />
            )
          }
        />
      )}
      <div className={styles.tools}>
        <Button
          kind="primary"
          type="submit"
          busy={busy}
          disabled={!isNamed || owner === '' || info?.readOnly !== false}
        >
          {text.create}
        </Button>
      </div>
      <p className={styles.muted}>{text.newOther}</p>
    </form>
  )
}

/** The name of the library as a dataset can have it. */
const nameLike = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
