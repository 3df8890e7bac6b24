import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { createPixelPool, type PixelPool } from '../../../electron/adapters/exchange-pixels.ts'
import type { StoredLabel } from '../../../electron/adapters/exchange-pixels-message.ts'
import { sumOfForm } from '../../../electron/adapters/held-sum.ts'
import { encodeLabelPng } from '../../../electron/adapters/label-png.ts'
import type { Draft, WriteLabel } from '../../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../../shared/formats/exchange/formats.ts'
import { formOfWritten } from '../../../shared/formats/exchange/proof.ts'
import { imagesOf, memorySource, writeAll } from '../../support/exchange.ts'
import { generatedCategories, generatedLabels } from '../../support/generated-labels.ts'

const labels = generatedLabels(40)
const coco = formatNamed('coco')
const setup = { format: 'coco', categories: generatedCategories } as const
const stored = async ({ map, ...rest }: WriteLabel): Promise<StoredLabel> => ({
  ...rest,
  width: map.width,
  height: map.height,
  png: await encodeLabelPng(map),
})

describe('labels that are looked at in other threads', { timeout: 60_000 }, () => {
  let pool: PixelPool | null = null
  afterEach(() => pool?.close())

  it('are drawn as they are here, whatever size the one before had', async () => {
    // One thread, which meets all sizes in turn, and large after small.
    pool = createPixelPool(setup, 1)
    for (const label of [...labels, ...labels.toReversed()]) {
      const { drawn, ids, ...sum } = await pool.run({ kind: 'write', label: await stored(label) })
      expect(drawn).toEqual(coco.draw!(label))
      expect(ids).toBeNull()
      expect(sum).toEqual(sumOfForm(formOfWritten(label, coco.holds, generatedCategories)))
    }
  })

  it('are handed over with their pixels where a format does not draw, and stay what they are', async () => {
    pool = createPixelPool({ ...setup, format: 'voc' }, 1)
    const results = []
    for (const label of labels) results.push(await pool.run({ kind: 'write', label: await stored(label) }))
    expect(results.map(({ ids }) => ids)).toEqual(labels.map(({ map }) => map.ids))
  })

  it('are known again when they come back, and compared pixel by pixel when they do not', async () => {
    pool = createPixelPool(setup, labels.length)
    const source = memorySource(await writeAll(coco, labels), imagesOf(labels))
    const drafts: Draft[] = []
    for await (const item of coco.drafts!.read(source)) if (item.kind === 'draft') drafts.push(item)
    expect(drafts).toHaveLength(labels.length)
    for (const draft of drafts) {
      const label = labels.find(({ name }) => name === draft.image.name)!
      const written = await pool.run({ kind: 'write', label: await stored(label) })
      expect(await pool.run({ kind: 'read', draft })).toEqual({ sum: written.sum, objects: written.objects })
      const { differing, ious } = await pool.run({ kind: 'compare', label: await stored(label), read: draft })
      expect([differing, ious]).toEqual([0, Array(written.objects).fill(1)])
      const none = await pool.run({ kind: 'compare', label: await stored(label), read: null })
      expect(none.ious).toEqual(Array(written.objects).fill(0))
    }
  })

  it('are told of when they are damaged, and when their thread dies, and the next one is looked at', async () => {
    pool = createPixelPool(setup, 1)
    const label = await stored(labels.find(({ objects }) => objects.length > 0)!)
    const broken = { ...label, png: label.png.slice(0, 20) }
    await expect(pool.run({ kind: 'write', label: broken })).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
    expect((await pool.run({ kind: 'write', label })).objects).toBeGreaterThan(0)
    await pool.close()
    await expect(pool.run({ kind: 'write', label })).rejects.toMatchObject({ code: 'CANCELLED' })
    let begun = 0
    const dying = createPixelPool(setup, 1, () => {
      begun++
      return new Worker('setTimeout(() => process.exit(1), 50)', { eval: true })
    })
    await expect(dying.run({ kind: 'write', label })).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(dying.run({ kind: 'write', label })).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(begun).toBe(2)
    await dying.close()
  })

  it('have their holes and parts counted', async () => {
    pool = createPixelPool(setup, 1)
    const ids = new Uint32Array(25)
    // A ring, and two pixels that touch at a corner only.
    for (const p of [0, 1, 2, 5, 7, 10, 11, 12]) ids[p] = 1
    for (const p of [18, 24]) ids[p] = 2
    const label = { width: 5, height: 5, png: await encodeLabelPng({ width: 5, height: 5, ids }) }
    expect(await pool.run({ kind: 'shapes', label })).toEqual({ withHoles: 1, withParts: 1 })
  })
})
