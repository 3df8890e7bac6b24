import ImageDown from 'lucide-react/icons/image-down'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { AppError } from '../../../shared/base/app-error.ts'
import { useCommands } from '../../commands/use-commands.ts'
import type { ImportFile } from '../../stores/imports.ts'
import { useStores } from '../../stores/stores.ts'
import { toast } from '../../ui/toasts.tsx'
import { chosenFiles, droppedFiles, pastedFiles } from './dropped-files.ts'
import styles from './import.module.css'
import { importCommands } from './import-commands.ts'
import { ImportJobs } from './import-jobs.tsx'
import { ImportReport } from './import-report.tsx'
import { nameOfDrop, sortLabelFiles } from './label-files.ts'
import { LabelImportCard, LabelImportDialog } from './label-import-dialog.tsx'
import { text } from './text.ts'

const accepted = 'image/jpeg,image/png,image/webp,image/tiff,image/avif,image/gif,.tif,.tiff'
const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/**
 * Makes the whole window take images and labels: dropped, pasted or chosen. Shows what is coming in and the report;
 * `jobs` stand beside those of images.
 */
export function ImportLayer({ jobs }: { readonly jobs: ReactNode }) {
  const { imports, exchange, dialogs, notices, appInfo } = useStores()
  const library = useStore(appInfo, (state) => state.info?.libraryName ?? '')
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const labelFiles = useRef<HTMLInputElement>(null)
  const labelFolder = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)
  const [isReading, setIsReading] = useState(false)

  const commands = useMemo(
    () =>
      importCommands({
        chooseFiles: () => files.current?.click(),
        chooseFolder: () => folder.current?.click(),
        chooseLabels: () => labelFiles.current?.click(),
        chooseLabelFolder: () => labelFolder.current?.click(),
        addExamples: () =>
          void imports.addExamples().then(
            (outcomes) => {
              toast(text.examplesAdded(outcomes.filter(({ kind }) => kind === 'added').length))
              for (const outcome of outcomes)
                if (outcome.kind === 'rejected')
                  notices.report(`examples.${outcome.file}`, AppError.fromInfo(outcome.error))
            },
            (error: unknown) => notices.report('import.examples', error),
          ),
      }),
    [imports, notices],
  )
  useCommands('global', commands)

  const takeLabels = useCallback(
    (all: readonly ImportFile[], labels: readonly ImportFile[], images: readonly ImportFile[]) => {
      void exchange.take(nameOfDrop(all), labels, images)
      dialogs.show({ kind: 'import-labels' })
    },
    [exchange, dialogs],
  )
  useEffect(() => {
    const start = (list: readonly ImportFile[]) => {
      const sorted = sortLabelFiles(list)
      if (sorted) takeLabels(list, sorted.labels, sorted.images)
      else if (list.length > 0) imports.start(list)
    }
    // Entering a child fires `dragenter` before the `dragleave` of its parent: count them.
    let depth = 0
    const onEnter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth++
      setIsOver(true)
    }
    const onLeave = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setIsOver(false)
    }
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
    }
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setIsOver(false)
      setIsReading(true)
      droppedFiles(event.dataTransfer!)
        .then((list) => {
          if (list.length === 0) toast(text.nothing)
          start(list)
        })
        .catch((error: unknown) => notices.report('import.drop', unreadableDrop(error)))
        .finally(() => setIsReading(false))
    }
    const onPaste = (event: ClipboardEvent) => {
      const inText =
        event.target instanceof Element && event.target.closest('input,textarea,[contenteditable]')
      if (inText || !event.clipboardData) return
      start(pastedFiles(event.clipboardData, new Date()))
    }
    window.addEventListener('dragenter', onEnter)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('dragover', onOver)
    window.addEventListener('drop', onDrop)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('dragenter', onEnter)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('drop', onDrop)
      window.removeEventListener('paste', onPaste)
    }
  }, [imports, notices, takeLabels])

  function takeChosen(input: HTMLInputElement) {
    const list = chosenFiles(input.files ?? [])
    // Choosing the same file again must be news.
    input.value = ''
    if (list.length > 0) imports.start(list)
  }

  function takeChosenLabels(input: HTMLInputElement) {
    const list = chosenFiles(input.files ?? [])
    input.value = ''
    if (list.length === 0) return
    const { labels, images } = sortLabelFiles(list) ?? { labels: list, images: [] }
    takeLabels(list, labels, images)
  }

  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        accept={accepted}
        hidden
        data-testid="import-files"
        onChange={(event) => takeChosen(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        {...{ webkitdirectory: '' }}
        onChange={(event) => takeChosen(event.currentTarget)}
      />
      <input
        ref={labelFiles}
        type="file"
        multiple
        accept=".zip,.json,.jsonl,.xml,.txt,.yaml,.yml,.png"
        hidden
        data-testid="import-labels"
        onChange={(event) => takeChosenLabels(event.currentTarget)}
      />
      <input
        ref={labelFolder}
        type="file"
        multiple
        hidden
        data-testid="import-label-folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => takeChosenLabels(event.currentTarget)}
      />
      {isOver && (
        <div className={styles.target} aria-hidden>
          <ImageDown size={44} strokeWidth={1.5} />
          <strong>{text.dropTitle(library)}</strong>
          <span>{text.dropBody}</span>
        </div>
      )}
      <ImportJobs isReading={isReading}>
        {jobs}
        <LabelImportCard />
      </ImportJobs>
      <ImportReport />
      <LabelImportDialog />
    </>
  )
}

function unreadableDrop(cause: unknown): AppError {
  return new AppError('IN_PATH', 'Something in what was dropped could not be read; nothing was added.', {
    remedy: 'Check that you may open the files, then drop them again, or use “Add images”.',
    cause,
  })
}
