import { useVirtualizer } from '@tanstack/react-virtual'
import Download from 'lucide-react/icons/download'
import Trash2 from 'lucide-react/icons/trash-2'
import Undo2 from 'lucide-react/icons/undo-2'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { formatBytes, uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './carried.module.css'
import type { CarriedList } from './carried-line.tsx'
import { text } from './text.ts'

type Entry = CarriedList['list'][number]

/** Height of a row in rem: it grows with the text size of the system. */
const rowRem = 2.2

/** Every sample that is kept without being shown, by name; `kept` is read anew by whoever opened it. */
export function CarriedDialog({ kept, onClose }: { readonly kept: CarriedList; onClose(): void }) {
  const host = useHost()
  const { notices, appInfo } = useStores()
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const [isTrash, setIsTrash] = useState(false)
  const [trash, setTrash] = useState<readonly Entry[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the list the trash has changed too
  useEffect(() => {
    if (!isTrash) return
    host.call('carried.list', { inTrash: true }).then(
      ({ list }) => setTrash(list),
      (error: unknown) => notices.report('carried.list', error),
    )
  }, [host, notices, isTrash, kept])

  const doing = async <T,>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      notices.report('carried.change', error)
      return null
    }
  }
  const put = (entry: Entry) =>
    doing(async () => {
      const { names } = await host.call('carried.trash', { names: [entry.name] })
      if (names.length === 0) return
      toast(text.trashed(names.length), {
        label: text.undo,
        run: () => void doing(() => host.call('carried.restore', { names })),
      })
    })
  const save = (entry: Entry) =>
    doing(async () => {
      const { text: json } = await host.call('carried.get', { name: entry.name })
      saveFile(`${entry.name.replaceAll('/', '_')}.json`, new Blob([json], { type: 'application/json' }))
    })
  const empty = () =>
    doing(async () => {
      const { removed } = await host.call('carried.empty', {})
      toast(text.emptied(removed))
      setIsTrash(false)
    })
  const list = isTrash ? trash : kept.list
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(next) => !next && onClose()}
      title={text.title}
      description={text.about}
      footer={
        <>
          {isTrash ? (
            <>
              <Button onClick={() => setIsTrash(false)}>{text.back}</Button>
              <Button kind="danger" disabled={readOnly || trash.length === 0} onClick={() => void empty()}>
                {text.empty}
              </Button>
            </>
          ) : (
            kept.trashed > 0 && <Button onClick={() => setIsTrash(true)}>{text.inTrash(kept.trashed)}</Button>
          )}
          <Button kind="primary" onClick={onClose}>
            {uiText.close}
          </Button>
        </>
      }
    >
      {list.length === 0 ? (
        <p className={styles.none}>{text.none}</p>
      ) : (
        <Rows
          key={String(isTrash)}
          list={list}
          act={(entry) => (
            <>
              <IconButton
                label={text.save(entry.name)}
                icon={<Download size={14} />}
                side="left"
                onClick={() => void save(entry)}
              />
              {isTrash ? (
                <IconButton
                  label={text.restore(entry.name)}
                  icon={<Undo2 size={14} />}
                  side="left"
                  disabled={readOnly}
                  onClick={() => void doing(() => host.call('carried.restore', { names: [entry.name] }))}
                />
              ) : (
                <IconButton
                  label={text.trash(entry.name)}
                  icon={<Trash2 size={14} />}
                  side="left"
                  disabled={readOnly}
                  onClick={() => void put(entry)}
                />
              )}
            </>
          )}
        />
      )}
    </Dialog>
  )
}

/** Only the rows in sight exist in the page. */
function Rows({ list, act }: { readonly list: readonly Entry[]; act(entry: Entry): ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () =>
      Math.ceil(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    overscan: 8,
  })
  return (
    <div ref={scroller} className={styles.list}>
      <ul aria-label={text.list} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const entry = list[index]!
          return (
            <li
              key={entry.name}
              aria-posinset={index + 1}
              aria-setsize={list.length}
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              <span className={styles.name} title={entry.name}>
                {entry.name}
              </span>
              <span>{entry.taskType}</span>
              <span>{entry.status ?? text.noStatus}</span>
              <span className={styles.size}>{formatBytes(entry.bytes)}</span>
              <span className={styles.acts}>{act(entry)}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
