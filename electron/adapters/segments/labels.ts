import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { readLabel } from '../../../shared/sync/segments-objects.ts'
import type { SegmentsLabel, SegmentsRemote } from '../../../shared/sync/segments-remote.ts'
import type { SegmentsHttp } from './http.ts'
import { orNone } from './or-none.ts'
import { part } from './path.ts'
import { rewrite } from './rewrite.ts'

export function createLabelCalls(http: SegmentsHttp): Pick<SegmentsRemote, 'label' | 'replaceLabel'> {
  const pathOf = (uuid: string, labelset: string) => `/labels/${part(uuid)}/${part(labelset)}/`
  return {
    label: (uuid, labelset, signal) => orNone(http.ask(pathOf(uuid, labelset), { signal }, readLabel)),
    replaceLabel(uuid, labelset, change, signal) {
      const path = pathOf(uuid, labelset)
      return rewrite<SegmentsLabel | null>(
        http,
        {
          path,
          method: 'PUT',
          isPacked: true,
          read: readLabel,
          look: (ask) => orNone(ask(path, { signal }, readLabel)),
          change(now) {
            const draft = change(now)
            if (draft === null) return null
            const { status, attributes, score } = draft
            return { label_status: status, attributes, ...(score !== undefined && { score }) }
          },
          isWritten: (now, body, before) =>
            now !== null && markOf(now) !== markOf(before) && holds(now, body),
        },
        signal,
      )
    },
  }
}

/** Another one for everything that was written since. */
const markOf = (label: SegmentsLabel | null): string => `${label?.updatedAt} ${label?.status}`

/** Whether a label is what was sent. Its bitmap has an address of its own, whatever else the server puts in order. */
function holds(label: SegmentsLabel, { label_status, attributes, score }: JsonObject): boolean {
  if (label.status !== label_status || (score !== undefined && label.score !== score)) return false
  const [ours, theirs] = [bitmapOf(attributes), bitmapOf(label.attributes)]
  if (ours !== null) return ours === theirs
  return canonicalJson(attributes ?? null) === canonicalJson(label.attributes)
}

function bitmapOf(attributes: Json | undefined): string | null {
  const bitmap: Json | undefined = isJsonObject(attributes) ? attributes.segmentation_bitmap : undefined
  return isJsonObject(bitmap) && typeof bitmap.url === 'string' ? bitmap.url : null
}
