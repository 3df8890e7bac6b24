import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readLabel } from '../../../shared/sync/segments-objects.ts'
import type {
  SegmentsLabel,
  SegmentsLabelDraft,
  SegmentsRemote,
} from '../../../shared/sync/segments-remote.ts'
import type { SegmentsHttp } from './http.ts'
import { isLost, mayRepeat } from './once.ts'
import { orNone } from './or-none.ts'
import { part } from './path.ts'

type Calls = Pick<SegmentsRemote, 'label' | 'putLabel' | 'patchLabel'>

export function createLabelCalls(http: SegmentsHttp): Calls {
  const pathOf = (uuid: string, labelset: string) => `/labels/${part(uuid)}/${part(labelset)}/`
  const calls: Calls = {
    label: (uuid, labelset, signal) => orNone(http.ask(pathOf(uuid, labelset), { signal }, readLabel)),
    putLabel: (uuid, labelset, { status, attributes, score }, seen, signal) =>
      write(
        'PUT',
        uuid,
        labelset,
        { status, attributes, ...(score !== undefined && { score }) },
        seen,
        signal,
      ),
    patchLabel: (uuid, labelset, change, seen, signal) =>
      write('PATCH', uuid, labelset, change, seen, signal),
  }

  /** A blind repetition could overwrite what somebody else wrote after ours, so the label is looked at first. */
  async function write(
    method: 'PUT' | 'PATCH',
    uuid: string,
    labelset: string,
    change: Partial<SegmentsLabelDraft>,
    seen: string | null,
    signal: AbortSignal,
  ): Promise<SegmentsLabel> {
    const { status, ...others } = change
    const body: JsonObject = { ...(status !== undefined && { label_status: status }), ...others }
    for (let tries = 1; ; tries++) {
      try {
        const call = { method, body, isPacked: true, repeatable: 'if refused', signal } as const
        return await http.ask(pathOf(uuid, labelset), call, readLabel)
      } catch (error) {
        if (!isLost(error) || signal.aborted) throw error
        const now = await calls.label(uuid, labelset, signal).catch(() => {
          throw error
        })
        if (now && holds(now, change)) return now
        if ((now?.updatedAt ?? null) !== seen) {
          throw new RemoteError(
            'CONFLICT',
            'Somebody else changed the label at Segments.ai at this moment.',
            {
              remedy: 'Compare both and choose; nothing was overwritten since.',
              cause: error,
            },
          )
        }
        if (!(await mayRepeat(error, tries, signal))) throw error
      }
    }
  }
  return calls
}

/** Whether a label is what was sent. Its bitmap has an address of its own, whatever else the server puts in order. */
function holds(label: SegmentsLabel, change: Partial<SegmentsLabelDraft>): boolean {
  const { status, attributes, score } = change
  if (status !== undefined && label.status !== status) return false
  if (score !== undefined && label.score !== score) return false
  if (attributes === undefined) return true
  const [ours, theirs] = [bitmapOf(attributes), bitmapOf(label.attributes)]
  if (ours !== null) return ours === theirs
  return canonicalJson(attributes) === canonicalJson(label.attributes)
}

function bitmapOf(attributes: JsonObject | null): string | null {
  const bitmap: Json | undefined = attributes?.segmentation_bitmap
  return isJsonObject(bitmap) && typeof bitmap.url === 'string' ? bitmap.url : null
}
