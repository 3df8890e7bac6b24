import CloudUpload from 'lucide-react/icons/cloud-upload'
import Plus from 'lucide-react/icons/plus'
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextInput } from '../../ui/field.tsx'
import { uiText } from '../../ui/text.ts'
import { DatasetDetails } from './dataset-details.tsx'
import { createDatasetList } from './dataset-list.ts'
import { DatasetRows } from './dataset-rows.tsx'
import { LookProblem } from './look-problem.tsx'
import { NewDataset } from './new-dataset.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Until a dataset is linked: what this is for, the key it needs, and choosing or making a dataset. */
export function Setup(props: {
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly scroller: RefObject<HTMLDivElement | null>
}) {
  const { segmentsAccount, dialogs } = useStores()
  const account = useStore(segmentsAccount, (state) => state.account)
  useEffect(() => {
    segmentsAccount.refresh().catch(() => {})
  }, [segmentsAccount])
  if (account === null) return <EmptyState title={uiText.loading} />
  if (account.key.source === 'none')
    return (
      <EmptyState
        icon={<CloudUpload size={32} />}
        title={text.introTitle}
        actions={
          <Button kind="primary" onClick={() => dialogs.show({ kind: 'settings', page: 'segments' })}>
            {text.enterKey}
          </Button>
        }
      >
        <p>{text.intro}</p>
        <p>{text.needsKey}</p>
      </EmptyState>
    )
  return <Choose key={`${account.baseUrl} ${account.key.last4}`} {...props} />
}

function Choose(props: {
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly scroller: RefObject<HTMLDivElement | null>
}) {
  const { searchField, scroller } = props
  const host = useHost()
  const [datasets] = useState(() => createDatasetList(host))
  const { loading, list, owners } = useStore(datasets)
  const [query, setQuery] = useState('')
  const [cursor, setCursor] = useState<string | null>(null)
  const [isNew, setIsNew] = useState(false)
  useEffect(() => {
    void datasets.read()
    return () => datasets.close()
  }, [datasets])
  const shown = useMemo(() => {
    const wanted = query.trim().toLowerCase()
    return list.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
  }, [list, query])
  const chosen = shown.find(({ name }) => name === cursor) ?? shown[0] ?? null
  const isEmpty = loading.kind === 'ready' && list.length === 0
  const isUnread = loading.kind === 'failed' && list.length === 0
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      scroller.current?.focus()
    } else if (event.key === 'Escape' && query !== '') {
      event.stopPropagation()
      setQuery('')
    }
  }
  return (
    <>
      <header className={styles.head}>
        <div className={styles.name}>
          <h2>{text.unlinkedTitle}</h2>
          <p className={styles.muted}>{text.unlinkedBody}</p>
        </div>
        <p role="status" className={styles.looked}>
          {loading.kind === 'loading'
            ? text.readingDatasets
            : list.length > 0 && text.foundDatasets(shown.length, list.length)}
        </p>
        {list.length > 0 && (
          <>
            <TextInput
              ref={searchField}
              type="search"
              className={styles.search}
              aria-label={text.searchDatasets}
              placeholder={text.searchDatasets}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={onSearchKey}
            />
            <Button
              icon={<Plus size={15} />}
              aria-pressed={isNew}
              onClick={() => setIsNew((before) => !before)}
            >
              {text.createNew}
            </Button>
          </>
        )}
      </header>
      {loading.kind === 'failed' && (
        <LookProblem
          error={loading.error}
          action={<Button onClick={() => void datasets.read()}>{uiText.retry}</Button>}
        />
      )}
      <div className={styles.work} hidden={isUnread}>
        <div className={styles.main}>
          {shown.length > 0 && (
            <DatasetRows
              scroller={scroller}
              list={shown}
              chosen={chosen?.name ?? null}
              onChoose={(name) => {
                setCursor(name)
                setIsNew(false)
              }}
            />
          )}
          {isEmpty && <p className={styles.note}>{text.noDatasets}</p>}
          {list.length > 0 && shown.length === 0 && (
            <p className={styles.note}>{text.noDatasetFound(query.trim())}</p>
          )}
          {loading.kind === 'loading' && list.length === 0 && (
            <p className={styles.note}>{text.readingDatasets}</p>
          )}
        </div>
        <div className={styles.side}>
          {isNew || isEmpty ? (
            <NewDataset owners={owners} />
          ) : (
            chosen && <DatasetDetails key={chosen.name} dataset={chosen} />
          )}
        </div>
      </div>
    </>
  )
}
