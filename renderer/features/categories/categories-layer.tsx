import { useEffect, useMemo, useRef } from 'react'
import { AppError } from '../../../shared/base/app-error.ts'
import { mostOntologyText } from '../../../shared/formats/ontology-reader.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { isUnfinished } from '../../stores/category-job.ts'
import { useStores } from '../../stores/stores.ts'
import { CategoriesDialog } from './categories-dialog.tsx'
import { categoryCommands } from './category-commands.ts'
import { CategoryDialog } from './category-dialog.tsx'
import { CategoryMoveDialog } from './category-move-dialog.tsx'
import { ImageAttributesDialog } from './image-attributes-dialog.tsx'
import { jobTitle } from './job-words.ts'
import { OntologyDialog } from './ontology-dialog.tsx'
import { text } from './text.ts'

/** What can be done with categories from anywhere, and the dialogs for it. */
export function CategoriesLayer() {
  const host = useHost()
  const { dialogs, notices, categoryJob } = useStores()
  const file = useRef<HTMLInputElement>(null)
  const commands = useMemo(
    () =>
      categoryCommands(dialogs, {
        choose: () => file.current?.click(),
        save: () => {
          host
            .call('ontology.text', {})
            .then((ontology) => download('ontology.json', ontology.text))
            .catch((error: unknown) => notices.report('categories.export', error))
        },
      }),
    [dialogs, host, notices],
  )
  useCommands('global', commands)

  useEffect(() => {
    // A job that a crash or a person cut short waits for somebody to decide.
    categoryJob
      .refresh()
      .then(() => {
        const job = categoryJob.getState().latest.find(isUnfinished)
        if (!job) return
        const error = {
          code: 'CONFLICT',
          message: text.unfinished(jobTitle(job)),
          remedy: text.unfinishedRemedy,
          retry: 'manual',
        } as const
        notices.show({ key: 'categories.unfinished', severity: 'warning', error })
      })
      .catch(() => {})
  }, [categoryJob, notices])

  const read = async (chosen: File | undefined) => {
    if (!chosen) return
    try {
      if (chosen.size > 4 * mostOntologyText) {
        throw new AppError('IN_TOO_BIG', `${chosen.name} is too large for a list of categories.`, {
          remedy: 'Check that it is the file you mean.',
        })
      }
      const open = dialogs.getState().open
      const back = open?.kind === 'categories' ? { back: open } : {}
      dialogs.show({ kind: 'ontology', title: chosen.name, text: await chosen.text(), ...back })
    } catch (error) {
      notices.report('categories.import', error)
    }
  }
  return (
    <>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        data-testid="ontology-file"
        onChange={(event) => {
          const input = event.currentTarget
          void read(input.files?.[0]).finally(() => {
            // Choosing the same file again must be news.
            input.value = ''
          })
        }}
      />
      <CategoryDialog />
      <CategoriesDialog />
      <ImageAttributesDialog />
      <OntologyDialog />
      <CategoryMoveDialog />
    </>
  )
}

function download(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
