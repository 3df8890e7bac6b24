import { type FormEvent, useState } from 'react'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { CategoryList } from '../../ui/category-list.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { text } from './text.ts'

/** The same words on every marked object. */
export function IssueDialog({ onClose }: { onClose(): void }) {
  const { objectReview, notices } = useStores()
  const marked = useStore(objectReview, (state) => state.marked.size)
  const busy = useStore(objectReview, (state) => state.busy)
  const [words, setWords] = useState<string>(text.issueDefault)
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (words.trim() === '') return
    objectReview.addIssues(words.trim()).then(
      (count) => {
        toast(text.issued(count))
        onClose()
      },
      (error: unknown) => notices.report('objects.issue', error),
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.addIssue}
      description={text.marked(marked)}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button kind="primary" type="submit" form="object-issue" busy={busy} disabled={words.trim() === ''}>
            {text.add}
          </Button>
        </>
      }
    >
      <form id="object-issue" onSubmit={add}>
        <Field label={text.issueWords}>
          <TextInput value={words} maxLength={4000} onChange={(event) => setWords(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}

export function ChangeDialog({ onClose }: { onClose(): void }) {
  const { objectReview, categories, notices } = useStores()
  const list = useStore(categories, (state) => state.list)
  const { marked, busy, categoryId } = useStore(objectReview)
  const others = list.filter(({ id }) => id !== categoryId)
  const [to, setTo] = useState(others[0]?.id ?? null)
  const change = async () => {
    const category = others.find(({ id }) => id === to)
    if (!category) return
    try {
      const { changed, left, failed, undo } = await objectReview.recategorize(category)
      if (failed[0]) {
        const error = { ...failed[0], message: `${text.failed(failed.length)} ${failed[0].message}` }
        notices.show({ key: 'objects.change', severity: 'error', error })
      }
      const takeBack = () =>
        void undo().then(
          (count) => toast(text.undone(count)),
          (error: unknown) => notices.report('objects.undo', error),
        )
      toast(
        text.changed(changed, category.name, left),
        changed > 0 ? { label: text.undo, run: takeBack } : undefined,
      )
      onClose()
    } catch (error) {
      notices.report('objects.change', error)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.change}
      description={text.marked(marked.size)}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button kind="primary" busy={busy} disabled={to === null} onClick={() => void change()}>
            {text.changeNow}
          </Button>
        </>
      }
    >
      <CategoryList categories={others} activeId={to} onChoose={setTo} />
    </Dialog>
  )
}
