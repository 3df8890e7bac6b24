import { describe, expect, it } from 'vitest'
import { formats, recogniseFormats } from '../../../../shared/formats/exchange/formats.ts'
import { asHeld, compareWithRead } from '../../../../shared/formats/exchange/proof.ts'
import { imagesOf, memorySource, readAll, writeAll } from '../../../support/exchange.ts'
import { generatedCategories, generatedLabels } from '../../../support/generated-labels.ts'

const labels = generatedLabels()
const categoryOf = new Map(generatedCategories.map((category) => [category.id, category]))

describe.each(formats.filter(({ writer }) => writer !== null))('$id', (format) => {
  const { holds } = format

  it('gives back everything that it can hold, exactly', async () => {
    const files = await writeAll(format, labels)
    const source = memorySource(files, imagesOf(labels))
    const { labels: read, problems } = await readAll(format, source)
    expect(problems).toEqual([])
    expect(read.map(({ image }) => image.name)).toEqual(labels.map(({ name }) => name))
    for (const [i, label] of labels.entries()) {
      const back = read[i]!
      const { differing } = compareWithRead(label, back, holds, generatedCategories)
      if (holds.shape === 'pixels') expect(`${label.name}: ${differing}`).toBe(`${label.name}: 0`)
      const held = asHeld(label, holds, generatedCategories)
      if (holds.shape === 'pixels') expect(back.objects).toHaveLength(held.objects.length)
      if (holds.objects === 'kept') {
        expect(back.objects.map(({ id, attributes }) => ({ id, attributes }))).toEqual(
          held.objects.map(({ id, attributes }) => ({ id, attributes })),
        )
      }
      if (holds.shape === 'pixels' && holds.objects !== 'kept' && holds.attributes) {
        const spelled = (list: readonly { attributes: unknown }[]) =>
          list.map(({ attributes }) => JSON.stringify(attributes)).sort()
        expect(spelled(back.objects)).toEqual(spelled(held.objects))
      }
      if (holds.status) expect(back.status).toBe(label.status)
      if (back.split !== null) expect(back.split).toBe(label.split ?? 'train')
      for (const { category } of back.objects) {
        const known = [...categoryOf.values()].find(({ name }) => name === category.name)
        if (!category.isVoid) expect(known?.name).toBe(category.name)
      }
    }
  })

  it('gives the same bytes for the same labels', async () => {
    const few = labels.slice(0, 20)
    expect(await writeAll(format, few)).toEqual(await writeAll(format, few))
  })

  it('is recognised by its files', async () => {
    const source = memorySource(await writeAll(format, labels.slice(0, 8)), imagesOf(labels))
    const found = (await recogniseFormats(source)).map(({ id }) => id)
    expect(found).toHaveLength(1)
    expect(found[0]!.split('-')[0]).toBe(format.id.split('-')[0])
  })

  it('writes files with plain relative names, and no two with the same name', async () => {
    const writer = format.writer!({
      title: 'x',
      categories: generatedCategories,
      encode: async () => new Uint8Array(1),
    })
    const paths = new Set<string>()
    for (const label of labels) {
      const image = writer.imagePath(label)
      const written = [image, ...(await writer.add(label)).map(({ path }) => path)]
      for (const path of written) {
        expect(paths.has(path.toLowerCase())).toBe(false)
        expect(path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')).toBe(true)
        paths.add(path.toLowerCase())
      }
    }
  })
})
