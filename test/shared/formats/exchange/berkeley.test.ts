import { describe, expect, it } from 'vitest'
import type { AppError } from '../../../../shared/base/app-error.ts'
import type { Format, WriteLabel } from '../../../../shared/formats/exchange/format.ts'
import { formats } from '../../../../shared/formats/exchange/formats.ts'
import { compareWithRead } from '../../../../shared/formats/exchange/proof.ts'
import type { Category } from '../../../../shared/label/ontology.ts'
import { berkeleyIds, berkeleyImage, berkeleySegmentations } from '../../../support/berkeley.ts'
import { imagesOf, memorySource, readAll, writeAllOf } from '../../../support/exchange.ts'
import { hasTestData, whyNoTestData } from '../../../support/test-data.ts'

/** One in so many images; `TESSERA_EVERY=1` takes all hundred. */
const every = Number(process.env.TESSERA_EVERY ?? 10)
const data = 'bsds500/val'
const categories: readonly Category[] = ['plant', 'water', 'sky'].map((name, i) => ({
  id: i + 1,
  name,
  color: `#${(i + 1).toString().repeat(6)}`,
  hasInstances: name !== 'sky',
}))

/** What the first annotator of an image drew: every segment an object, the largest left unlabeled. */
async function labelOf(id: string): Promise<WriteLabel> {
  const { width, height } = await berkeleyImage('val', id)
  const { labels } = berkeleySegmentations('val', id)[0]!
  const sizes = new Map<number, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1])[0]!
  const ids = Uint32Array.from(labels, (label) => (label === largest ? 0 : label + 1))
  const objects = [...sizes.keys()]
    .filter((label) => label !== largest)
    .sort((a, b) => a - b)
    .map((label) => ({ id: label + 1, categoryId: 1 + (label % categories.length), attributes: {} }))
  return { name: `${id}.jpg`, map: { width, height, ids }, objects, status: 'labeled', split: null }
}

describe.skipIf(!hasTestData(data))(`segments that people drew${whyNoTestData(data)}`, () => {
  const drawn = Promise.all(
    hasTestData(data)
      ? berkeleyIds('val')
          .filter((_, i) => i % every === 0)
          .map(labelOf)
      : [],
  )

  it.each(formats.filter(({ writer }) => writer !== null))(
    'come back from $id with every pixel that it can hold',
    async (format: Format) => {
      const labels = await drawn
      let back = 0
      for (const label of labels) {
        let files: Map<string, Uint8Array>
        try {
          files = await writeAllOf(format, [label], categories)
        } catch (error) {
          // More objects than the format has room for.
          expect((error as AppError).code).toBe('IN_TOO_BIG')
          continue
        }
        const { labels: read, problems } = await readAll(format, memorySource(files, imagesOf([label])))
        expect(problems).toEqual([])
        const { differing, ious } = compareWithRead(label, read[0] ?? null, format.holds, categories)
        back++
        if (format.holds.shape === 'boxes') continue
        expect(`${label.name}: ${differing}`).toBe(`${label.name}: 0`)
        expect(Math.min(1, ...ious)).toBe(1)
      }
      expect(back).toBeGreaterThan(0)
    },
    240_000,
  )
})
