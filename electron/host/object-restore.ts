import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { parseLabelFile } from '../../shared/formats/label-file.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { WholeInput } from '../adapters/label-codec-message.ts'
import type { LabelContents } from './label-content.ts'
import { readRevisionRecord } from './label-counter.ts'
import type { LabeledSample, LabelRows } from './label-rows.ts'
import type { LabelSave } from './label-save.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'

/** Tool of a label in which one object is as it was in another state. */
const restoreTool = 'restore-object'

/** One object as it was; the caller sees to turns. Rejects with `CONFLICT` when it is locked, and as saves do. */
export type ObjectRestore = (
  args: HostArgs<'labels.restoreObject'>,
  oneRegion: readonly number[],
) => Promise<HostOutput<'labels.restoreObject'>>

export function createObjectRestore(tools: {
  readonly context: Pick<LibraryContext, 'blobs'>
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly codec: LabelCodec
  readonly saver: LabelSave
}): ObjectRestore {
  const { context, rows, contents, codec, saver } = tools
  const { blobs } = context

  /** Also of a sample that was removed for good and came back: its states are still among the blobs. */
  async function stateOf({ width, height, name }: LabeledSample, id: string | null): Promise<WholeInput> {
    if (id === null) return { png: null, objects: [] }
    const row = rows.revision(id as RevisionId)
    const payloads = row ? null : (await readRevisionRecord(blobs, id)).payloads
    const digest = (role: 'mask' | 'label') =>
      row?.[role] ?? (payloads?.find((each) => each.role === role)?.digest as BlobDigest)
    const file = await getRecord(blobs, digest('label'), parseLabelFile)
    if (file.width !== width || file.height !== height) {
      throw new AppError('IN_SIZE_MISMATCH', `The label of then is not as large as ${name}.`, {
        remedy: 'Restore the whole image from the version.',
      })
    }
    return { png: await blobs.get(digest('mask')), objects: file.objects }
  }

  return async ({ sampleId, before, after, object }, oneRegion) => {
    const sample = rows.sample(sampleId as SampleId)
    const head = saver.headOf(sample.id)
    const { width, height } = sample
    const nextObjectId = head?.nextObjectId ?? 1
    const restored = await codec.restore({
      width,
      height,
      before: await stateOf(sample, before),
      after: await stateOf(sample, after),
      now: await stateOf(sample, head?.id ?? null),
      object,
      nextObjectId,
      oneRegion,
    })
    if (restored === 'locked') {
      throw new AppError('CONFLICT', `The object is locked in the label of ${sample.name}.`, {
        remedy: 'Unlock it in the labeler, then restore it. Nothing was changed.',
      })
    }
    const former = head?.id ?? null
    if (restored === null) return { revision: null, former, pixels: 0 }
    const { pixels, ...label } = restored
    const content = await contents.store(sample, {
      ...label,
      status: statusOf(head?.status),
      shapes: head?.shapes ?? null,
    })
    // Other newest states stay beside it, as when somebody draws.
    const { revision } = await saver.join(sample.id, content, restoreTool, head ? [head.id] : [])
    return { revision, former, pixels }
  }
}

/** Where nothing was labeled something is now. */
const statusOf = (status: LabelStatus = 'unlabeled'): LabelStatus =>
  status === 'unlabeled' ? 'in progress' : status
