import { useId, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { type AttributeDraft, draftOf, readDrafts } from './attribute-draft.ts'
import { AttributesEditor } from './attributes-editor.tsx'
import { sayUndoable } from './say-undoable.ts'
import { text } from './text.ts'

/** What is asked of every image, when the dialogs store asks for it. */
export function ImageAttributesDialog() {
  const { dialogs } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'image-attributes')
  return isOpen ? <ImageAttributesForm /> : null
}

function ImageAttributesForm() {
  const stores = useStores()
  const { dialogs, categories } = stores
  const [drafts, setDrafts] = useState<readonly AttributeDraft[]>(() =>
    categories.getState().rules.imageAttributes.map(draftOf),
  )
  const [tried, setTried] = useState(false)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useId()
  const read = readDrafts(drafts)
  const submit = async () => {
    setTried(true)
    if ('problems' in read || busy) return
    setBusy(true)
    try {
      const { undo } = await categories.undoable(() =>
        categories.setRules({ imageAttributes: read.definitions }),
      )
      dialogs.close()
      sayUndoable(stores, text.imageAttributesSaved, undo)
    } catch (error) {
      setProblem(errorInfo(error))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={text.imageAttributes}
      description={text.imageAttributesHelp}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            {text.save}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {problem && <ErrorText error={problem} />}
        <AttributesEditor
          drafts={drafts}
          problems={tried && 'problems' in read ? read.problems : new Map()}
          onChange={setDrafts}
        />
      </form>
    </Dialog>
  )
}
