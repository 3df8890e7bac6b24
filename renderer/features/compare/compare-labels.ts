import { inSlices } from '../../../shared/base/in-slices.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import {
  imagePath,
  labelPixelsPath,
  storedImagePath,
  storedThumbPath,
  thumbPath,
} from '../../../shared/host/data-plane.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import { diffLabels, type LabelDiff } from '../../../shared/label/diff.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import { emptyLabelMap, type LabelMap } from '../../../shared/label/label-map.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { type KindPyramid, kindPyramid } from '../../canvas/layers/kind-pyramid.ts'
import { decodePhoto, type Photo } from '../../canvas/photo.ts'

export type SideLabel = { readonly map: LabelMap; readonly objects: ReadonlyMap<number, LabelObject> }
export type SampleDifference = {
  /** Digest of the image that both label. */
  readonly image: string
  readonly before: SideLabel
  readonly after: SideLabel
  readonly diff: LabelDiff
  readonly pyramid: KindPyramid
}
type Sized = { readonly width: number; readonly height: number }

/** A saved label; null is an empty one. `sampleId` null: of an image that is not here. Rejects with AppError. */
export async function readLabel(
  host: HostConnection,
  sampleId: string | null,
  revision: string | null,
  { width, height }: Sized,
  signal: AbortSignal,
): Promise<SideLabel> {
  if (revision === null) return { map: emptyLabelMap(width, height), objects: new Map() }
  const [blob, { objects }] = await Promise.all([
    host.fetchData(labelPixelsPath(revision as RevisionId), { signal }),
    host.call('label.objects', { sampleId, revision }, signal),
  ])
  const ids = decodeIds(new Uint8Array(await blob.arrayBuffer()), width * height)
  return { map: { width, height, ids }, objects: new Map(objects.map((object) => [object.id, object])) }
}

/** Compares two saved labels of one sample some milliseconds at a time. */
export async function compareSample(
  host: HostConnection,
  sampleId: string | null,
  sides: { readonly image: string; readonly before: string | null; readonly after: string | null },
  size: Sized,
  options: { readonly signal: AbortSignal; onStep(fraction: number): void },
): Promise<SampleDifference> {
  const { signal, onStep } = options
  const [before, after] = await Promise.all([
    readLabel(host, sampleId, sides.before, size, signal),
    readLabel(host, sampleId, sides.after, size, signal),
  ])
  const tools = {
    now: () => performance.now(),
    pause: () => new Promise<void>((resolve) => setTimeout(resolve)),
    signal,
    onStep,
  }
  const diff = await inSlices(diffLabels(before, after), tools)
  const pyramid = await inSlices(kindPyramid(diff, size.width, size.height), tools)
  return { image: sides.image, before, after, diff, pyramid }
}

/** Without an id: an image that versions have and the library has not. */
type Pictured = { readonly id: string | null; readonly imageDigest: string; readonly name: string }

export const thumbOf = ({ id, imageDigest }: Pick<Pictured, 'id' | 'imageDigest'>) =>
  id === null
    ? storedThumbPath(imageDigest as BlobDigest)
    : thumbPath(id as SampleId, imageDigest as BlobDigest)

export async function readThumb(
  host: HostConnection,
  pictured: Pictured,
  signal: AbortSignal,
): Promise<ImageBitmap> {
  return createImageBitmap(await host.fetchData(thumbOf(pictured), { signal }))
}

export async function readPhoto(
  host: HostConnection,
  { id, imageDigest, name }: Pictured,
  signal: AbortSignal,
): Promise<Photo> {
  const image = imageDigest as BlobDigest
  const path = id === null ? storedImagePath(image) : imagePath(id as SampleId, image)
  const blob = await host.fetchData(path, { signal })
  return decodePhoto(blob, name, signal)
}
