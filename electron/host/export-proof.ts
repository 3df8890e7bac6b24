import type { Draft, FormatId, ReadItem, ReadLabel } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import { imageFinder } from '../../shared/formats/exchange/image-finder.ts'
import type { Comparison } from '../../shared/formats/exchange/proof.ts'
import { formOfRead } from '../../shared/formats/exchange/proof.ts'
import type { PixelPool } from '../adapters/exchange-pixels.ts'
import type { HeldSum, StoredLabel } from '../adapters/exchange-pixels-message.ts'
import { sumOfForm } from '../adapters/held-sum.ts'
import type { Labeled } from './export-content.ts'
import { inOrder } from './in-order.ts'
import { openLabelSource } from './label-source.ts'
import { createTimeSlice } from './time-slice.ts'

/** `imagePath`: where its image is among the files, or would be. `held`: what the format can hold of it. */
export type Written = Labeled & { readonly imagePath: string; readonly held: HeldSum }

export type Proof = {
  readonly labels: number
  readonly missing: number
  readonly pixels: number
  readonly differing: number
  readonly objects: number
  /** The least and the mean share of an object that came back, 0 … 1; null without objects. */
  readonly worstIou: number | null
  readonly meanIou: number | null
}

export type Proving = {
  readonly pixels: PixelPool
  readonly signal: AbortSignal
  readonly progress: (done: number, total: number) => void
  /** The label as it is in the library. */
  readonly stored: (label: Labeled) => Promise<StoredLabel>
}

/** Pixels of labels that are looked at ahead. */
const aheadPixels = 32_000_000

/**
 * Reads the files as anybody would, and compares them with the labels in the library: by their fingerprints, and pixel by
 * pixel where those differ.
 */
export async function proveExport(
  path: string,
  id: FormatId,
  written: readonly Written[],
  { pixels, signal, progress, stored }: Proving,
): Promise<Proof> {
  const format = formatNamed(id)
  const breathe = createTimeSlice()
  const source = await openLabelSource(path, signal)
  const left = new Map(written.map((label) => [label.name, label]))
  // As programs find the image of a label: among the files, and not by what it is called in the library.
  const byPath = new Map(written.map((label) => [label.imagePath, label]))
  const find = imageFinder(
    written.map(({ imagePath, file: { width, height } }) => ({ name: imagePath, width, height })),
  )
  const image = (called: string) => {
    const found = find(called)
    return found && { ...found, name: byPath.get(found.name)!.name }
  }
  const total = { pixels: 0, differing: 0, objects: 0, iou: 0 }
  let worst = 1
  let back = 0
  const add = ({ pixels, differing, ious }: Comparison) => {
    total.pixels += pixels
    total.differing += differing
    total.objects += ious.length
    for (const iou of ious) {
      total.iou += iou
      if (iou < worst) worst = iou
    }
  }
  const addWhole = ({ file: { width, height }, held }: Written) => {
    total.pixels += width * height
    total.objects += held.objects
    total.iou += held.objects
  }
  const compare = async (label: Written, read: ReadLabel | Draft | null) =>
    pixels.run({ kind: 'compare', label: await stored(label), read: read && plain(read) })

  /** Null: the label came back as the format can hold it. Undefined: nothing came back. */
  async function look(
    item: ReadItem | Draft,
  ): Promise<{ label: Written; found: Comparison | null } | undefined> {
    if (item.kind === 'problem' || item.kind === 'carried') return undefined
    const name = item.kind === 'draft' ? item.image.name : item.label.image.name
    const label = left.get(name)
    if (!label) return undefined
    left.delete(name)
    const sum =
      item.kind === 'draft'
        ? await pixels.run({ kind: 'read', draft: item })
        : sumOfForm(formOfRead(item.label, format.holds))
    if (sum === null) {
      left.set(name, label)
      return undefined
    }
    if (sum.sum === label.held.sum) return { label, found: null }
    return { label, found: await compare(label, item.kind === 'draft' ? item : item.label) }
  }

  try {
    const items: AsyncIterable<ReadItem | Draft> =
      format.drafts?.read({ ...source, image }) ?? format.read({ ...source, image })
    const weigh = (item: ReadItem | Draft) => {
      if (item.kind === 'problem' || item.kind === 'carried') return 0
      const size = item.kind === 'draft' ? item.image : item.label.image
      return size.width * size.height
    }
    const ahead = { most: 4 * pixels.size, room: aheadPixels, weigh }
    for await (const { result } of inOrder(items, look, ahead)) {
      signal.throwIfAborted()
      const looked = await result
      if (!looked) continue
      if (looked.found) add(looked.found)
      else addWhole(looked.label)
      progress(++back, written.length)
      await breathe()
    }
    for (const label of left.values()) {
      signal.throwIfAborted()
      add(await compare(label, null))
    }
  } finally {
    await source.close()
  }
  return {
    labels: written.length,
    missing: left.size,
    pixels: total.pixels,
    differing: total.differing,
    objects: total.objects,
    worstIou: total.objects === 0 ? null : worst,
    meanIou: total.objects === 0 ? null : total.iou / total.objects,
  }
}

/** What can be handed to another thread of it. */
const plain = (read: ReadLabel | Draft) => ('kind' in read ? read : { map: read.map, objects: read.objects })
