import ArrowLeft from 'lucide-react/icons/arrow-left'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { fewestForSuspicion } from '../../../shared/dataset/suspicion.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton, CommandTextButton } from '../../ui/icon-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Select } from '../../ui/select.tsx'
import { uiText } from '../../ui/text.ts'
import { objectCommands } from './object-commands.ts'
import { ChangeDialog, IssueDialog } from './object-dialogs.tsx'
import { ObjectGrid } from './object-grid.tsx'
import styles from './objects.module.css'
import { text } from './text.ts'

const orders = ['suspicion', 'size', 'image'] as const

/** All objects of one category over the images that the list of the dataset shows. */
export function ObjectsScreen(props: { onBack(): void; onOpen(sampleId: string): void }) {
  const { onBack, onOpen } = props
  const { objectReview: review, categories, jump } = useStores()
  const { categoryId, objects, scanned, error, order, marked } = useStore(review)
  const list = useStore(categories, (state) => state.list)
  const [dialog, setDialog] = useState<'none' | 'issue' | 'change'>('none')
  const known = list.some(({ id }) => id === categoryId)
  const first = list[0]?.id
  useEffect(() => {
    if (!known && first !== undefined) review.start(first)
  }, [review, known, first])
  // Whoever comes back from an image sees what was changed there.
  useEffect(() => review.refresh(), [review])
  const show = useCallback(() => {
    const { objects, active } = review.getState()
    const object = objects[active]
    if (!object) return
    const [x0, y0, x1, y1] = object.bounds
    jump.setState({ jump: { sampleId: object.sampleId, objectId: object.id, where: { x0, y0, x1, y1 } } })
    onOpen(object.sampleId)
  }, [review, jump, onOpen])
  const commands = useMemo(
    () =>
      objectCommands({
        review,
        show,
        addIssue: () => setDialog('issue'),
        change: () => setDialog('change'),
        back: onBack,
      }),
    [review, show, onBack],
  )
  useCommands('grid', commands)

  if (first === undefined) return <EmptyState title={text.noCategory} />
  const isEmpty = objects.length === 0 && scanned === null && !error
  return (
    <div className={styles.screen}>
      <div className={styles.bar}>
        <CommandButton id="objects.back" icon={<ArrowLeft size={16} />} />
        <Select
          label={text.category}
          value={String(categoryId ?? first)}
          options={list.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(id) => review.start(Number(id))}
          className={styles.select!}
        />
        <Select
          label={text.order}
          value={order}
          options={orders.map((value) => ({ value, label: text.orders[value] }))}
          onChange={(value) => review.setOrder(value)}
          className={styles.select!}
        />
        <span role="status">{text.count(objects.length)}</span>
        {scanned && (
          <>
            <Progress label={text.grid} value={scanned.done} total={scanned.total || null} />
            <span>{text.scanned(scanned.done, scanned.total)}</span>
          </>
        )}
        <span className={styles.grow} />
        <CommandTextButton id="objects.show" />
      </div>
      <p className={styles.means}>
        {scanned === null && objects.length > 0 && objects.length < fewestForSuspicion
          ? text.tooFew(objects.length)
          : text.means}
      </p>
      {error && <ErrorText error={error} />}
      {isEmpty ? (
        <EmptyState title={text.noneTitle}>{text.noneBody}</EmptyState>
      ) : categoryId === null ? (
        <EmptyState title={uiText.loading} />
      ) : (
        <ObjectGrid key={categoryId} onShow={show} />
      )}
      <div className={styles.foot}>
        <span role="status">{marked.size > 0 ? text.marked(marked.size) : text.nothingMarked}</span>
        <span className={styles.grow} />
        <CommandTextButton id="objects.clear" kind="quiet" />
        <CommandTextButton id="objects.issue" />
        <CommandTextButton id="objects.change" kind="primary" />
      </div>
      {dialog === 'issue' && <IssueDialog onClose={() => setDialog('none')} />}
      {dialog === 'change' && <ChangeDialog onClose={() => setDialog('none')} />}
    </div>
  )
}
