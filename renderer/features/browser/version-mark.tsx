import CloudCheck from 'lucide-react/icons/cloud-check'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import { useStore } from 'zustand'
import type { SampleMark } from '../../stores/sample-marks.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { text } from './text.ts'

/** In words, how an image stands to the last version and that version to its remote; null where there is none. */
export function useVersionMark(sampleId: string | undefined): {
  readonly mark: SampleMark
  readonly version: number
  /** Null where nothing is sent anywhere. */
  readonly sync: 'sent' | 'waiting' | null
} | null {
  const { marks, versions, sync } = useStores()
  const mark = useStore(marks, (state) => (sampleId === undefined ? undefined : state.byId.get(sampleId)))
  const version = useStore(versions, (state) => state.list[0]?.number)
  const delivery = useStore(sync, ({ status }) => {
    if (!status?.configured) return null
    const own = status.entries.filter(({ versionNumber }) => versionNumber === version)
    return own.every((entry) => entry.delivery.kind === 'sent') ? 'sent' : 'waiting'
  })
  if (mark === undefined || version === undefined) return null
  return { mark, version, sync: mark === 'same' ? delivery : null }
}

/** Of the corner of a tile: a word for what is new, a cloud for what was sent or waits. */
export function VersionMark({ sampleId }: { readonly sampleId: string }) {
  const found = useVersionMark(sampleId)
  if (!found) return null
  const { mark, version, sync } = found
  const words = markText(found)
  if (mark !== 'same')
    return (
      <span title={words}>
        <Badge tone="accent">{mark === 'new' ? text.newMark : text.changedMark(version)}</Badge>
      </span>
    )
  if (sync === null) return null
  const Icon = sync === 'sent' ? CloudCheck : CloudUpload
  return (
    <span title={words}>
      <Badge tone={sync === 'sent' ? 'success' : 'warning'} icon={<Icon size={12} aria-label={words} />}>
        {null}
      </Badge>
    </span>
  )
}

export function markText({ mark, version, sync }: NonNullable<ReturnType<typeof useVersionMark>>): string {
  if (mark === 'new') return text.newSince(version)
  if (mark === 'changed') return text.changedSince(version)
  return sync === null ? '' : sync === 'sent' ? text.sentWith(version) : text.waitsWith(version)
}
