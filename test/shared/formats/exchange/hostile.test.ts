import { describe, expect, it } from 'vitest'
import type { Source } from '../../../../shared/formats/exchange/format.ts'
import { formatNamed, formats } from '../../../../shared/formats/exchange/formats.ts'
import { parseXml } from '../../../../shared/formats/exchange/xml.ts'
import { namesOfConfig } from '../../../../shared/formats/exchange/yolo.ts'
import { imagesOf, memorySource, readAll, writeAll } from '../../../support/exchange.ts'
import { generatedLabels } from '../../../support/generated-labels.ts'

const labels = generatedLabels().slice(0, 12)
const images = imagesOf(labels)
const utf8 = (text: string) => new TextEncoder().encode(text)
const isText = (path: string) => !path.endsWith('.png')

/** What somebody could find instead of a value. */
const strange = [
  'null',
  '-1',
  '1e400',
  '"NaN"',
  '{}',
  '[]',
  '1.5',
  '99999999999',
  '"../../etc/passwd"',
  'true',
  '[[[[]]]]',
]

/** Every `step`th number, text or word of a file becomes something strange. */
function mutated(text: string, seed: number): string {
  let at = seed
  return text.replace(/"[^"]*"|-?\d+(\.\d+)?/g, (token) =>
    at++ % 7 === 0 ? strange[at % strange.length]! : token,
  )
}

async function expectSurvival(
  read: (source: Source) => ReturnType<typeof readAll>,
  files: ReadonlyMap<string, Uint8Array>,
) {
  const { labels: found, problems } = await read(memorySource(files, images))
  for (const { reason } of problems) expect(reason.length).toBeGreaterThan(10)
  for (const { map, image, objects } of found) {
    expect(map.ids).toHaveLength(image.width * image.height)
    const listed = new Set(objects.map(({ id }) => id))
    for (const id of new Set(map.ids)) if (id !== 0) expect(listed.has(id)).toBe(true)
  }
  return { found, problems }
}

describe.each(formats)('$id', (format) => {
  const read = (source: Source) => readAll(format, source)

  it('survives files that are cut off anywhere, and says why a label of them is missing', async () => {
    const files = await writeAll(format, labels)
    for (const [path, bytes] of files) {
      for (const part of [0, 0.3, 0.9]) {
        await expectSurvival(
          read,
          new Map([...files, [path, bytes.slice(0, Math.floor(bytes.length * part))]]),
        )
      }
    }
    const cut = new Map([...files].map(([path, bytes]) => [path, bytes.slice(0, bytes.length - 7)]))
    const { found, problems } = await expectSurvival(read, cut)
    if (found.length < labels.length) expect(problems.length).toBeGreaterThan(0)
  })

  it('survives values of other kinds, NaN, and numbers without end', async () => {
    const files = await writeAll(format, labels)
    for (let seed = 0; seed < 40; seed++) {
      const broken = new Map(
        [...files].map(([path, bytes]) => [
          path,
          isText(path) ? utf8(mutated(new TextDecoder('utf-8').decode(bytes), seed)) : bytes,
        ]),
      )
      await expectSurvival(read, broken)
    }
  })

  it('refuses labels of another size, each with its reason', async () => {
    const files = await writeAll(format, labels)
    const larger = images.map((image) => ({ ...image, width: image.width + 1 }))
    const { labels: found, problems } = await readAll(format, memorySource(files, larger))
    // What has no size of its own fits any image.
    if (['yolo-segment', 'yolo-detect'].includes(format.id)) return expect(found).toHaveLength(labels.length)
    // Nor has a task of Label Studio without an object.
    const empty = format.id === 'label-studio' ? labels.filter(({ objects }) => objects.length === 0) : []
    expect(found.map(({ image }) => image.name)).toEqual(empty.map(({ name }) => name))
    expect(problems.filter(({ image }) => image !== null)).toHaveLength(labels.length - empty.length)
    for (const { reason } of problems) expect(reason).toMatch(/pixels/)
  })

  it('says of every label that there is no image for it', async () => {
    const { labels: found, problems } = await readAll(
      format,
      memorySource(await writeAll(format, labels), []),
    )
    expect(found).toEqual([])
    expect(problems).toHaveLength(labels.length)
    for (const { reason } of problems) expect(reason).toMatch(/There is no image/)
  })
})

describe('COCO', () => {
  const image = { name: 'a.jpg', width: 64, height: 48 }
  /** A file of so many polygons, made as it is read. */
  function endless(count: number, imageOf: (i: number) => number): Source {
    const rows = 10_000
    async function* pieces() {
      const images = Array.from({ length: 100 }, (_, i) => ({
        id: i,
        file_name: 'a.jpg',
        width: 64,
        height: 48,
      }))
      yield utf8(`{"images":${JSON.stringify(images)},"categories":[{"id":1,"name":"car"}],"annotations":[`)
      for (let at = 0; at < count; at += rows) {
        const part = Array.from(
          { length: Math.min(rows, count - at) },
          (_, i) =>
            `{"id":${at + i},"image_id":${imageOf(at + i)},"category_id":1,"segmentation":[[1,1,3,1,3,3]]}`,
        )
        yield utf8(`${at > 0 ? ',' : ''}${part.join(',')}`)
      }
      yield utf8(']}')
    }
    return { ...memorySource(new Map([['instances.json', utf8('{}')]]), [image]), pieces }
  }

  it('reads a million polygons, and says what a list without end is (B1)', async () => {
    const spread = await readAll(
      formatNamed('coco'),
      endless(1_000_000, (i) => i % 100),
    )
    expect(spread.labels).toHaveLength(100)
    const more = await readAll(
      formatNamed('coco'),
      endless(2_000_001, () => 7),
    )
    expect(more.labels).toEqual([])
    expect(more.problems.map(({ reason }) => reason)).toEqual(['It lists more than 2000000 annotations.'])
  }, 240_000)

  const fileWith = (annotations: unknown[]) =>
    new Map([
      [
        'instances.json',
        utf8(
          JSON.stringify({
            images: [{ id: 1, file_name: 'a.jpg', width: 64, height: 48 }],
            categories: [{ id: 1, name: 'car' }],
            annotations,
          }),
        ),
      ],
    ])
  const reasonOf = async (annotation: unknown) => {
    const { problems } = await readAll(formatNamed('coco'), memorySource(fileWith([annotation]), [image]))
    return problems[0]?.reason
  }

  it('names the annotation that cannot be read', async () => {
    const base = { id: 9, image_id: 1, category_id: 1 }
    expect(await reasonOf({ ...base, category_id: 4 })).toBe(
      'Annotation 9 is of category 4, which is not listed.',
    )
    expect(await reasonOf({ ...base, segmentation: { size: [48, 64], counts: [1, 2] } })).toMatch(
      /^Annotation 9: /,
    )
    expect(await reasonOf({ ...base, segmentation: [[1, 2, 3]] })).toMatch(/three corners/)
    expect(await reasonOf({ ...base, segmentation: [[1, 2, null, 4, 5, 6]] })).toMatch(/NaN/)
    expect(await reasonOf({ ...base, bbox: [1, 2, 1e300, 4] })).toMatch(/corners/)
    expect(await reasonOf(base)).toMatch(/neither a mask nor a box/)
  })

  it('stops at a million polygons of one image, and says so', async () => {
    const segmentation = [[0, 0, 2, 0, 2, 2]]
    const many = Array.from({ length: 1_000_000 }, (_, id) => ({
      id,
      image_id: 1,
      category_id: 1,
      segmentation,
    }))
    const { labels: found, problems } = await readAll(
      formatNamed('coco'),
      memorySource(fileWith(many), [image]),
    )
    expect(found).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]!.reason).toMatch(/65535 objects/)
  })

  it('reads uncompressed counts, polygons of several parts, and boxes', async () => {
    const base = { image_id: 1, category_id: 1 }
    const { labels: found } = await readAll(
      formatNamed('coco'),
      memorySource(
        fileWith([
          { ...base, id: 1, segmentation: { size: [48, 64], counts: [0, 3, 48 * 64 - 3] }, iscrowd: 1 },
          {
            ...base,
            id: 2,
            segmentation: [
              [10, 10, 12, 10, 12, 12, 10, 12],
              [20, 20, 21, 20, 21, 21, 20, 21],
            ],
          },
          { ...base, id: 3, bbox: [30, 30, 2, 3] },
        ]),
        [image],
      ),
    )
    const counts = new Map<number, number>()
    for (const id of found[0]!.map.ids) counts.set(id, (counts.get(id) ?? 0) + 1)
    expect([...counts.entries()].filter(([id]) => id > 0).sort()).toEqual([
      [1, 3],
      [2, 5],
      [3, 6],
    ])
    // Down the first column.
    expect([0, 64, 128, 192].map((p) => found[0]!.map.ids[p])).toEqual([1, 1, 1, 0])
    expect(found[0]!.remarks).toEqual([
      'A crowd is read as one object.',
      'A box is read as a filled rectangle.',
    ])
  })
})

describe('XML', () => {
  it('is read with its five entities, and refuses all that could fetch or unfold something', () => {
    const root = parseXml(
      '<?xml version="1.0"?><a b="1 &lt; 2"><!-- x --><c>é &#233; &#xe9;</c><![CDATA[<d>]]></a>',
    )
    expect(root.attributes).toEqual({ b: '1 < 2' })
    expect([root.text, root.children[0]!.text]).toEqual(['<d>', 'é é é'])
    for (const text of [
      '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
      '<a>&x;</a>',
      '<a>&#0;</a>',
      '<a><b></a></b>',
      '<a',
      '<a b=c/>',
      'words',
      '',
      '<a/><b/>',
      '<a>'.repeat(100_000),
    ]) {
      expect(() => parseXml(text)).toThrow(/no XML/)
    }
  })
})

describe('names of classes in YAML', () => {
  it('are read in every form that such files have', () => {
    const expected = [
      [0, 'car'],
      [1, "it's, a: b"],
    ]
    for (const text of [
      'names:\n  0: car\n  1: "it\'s, a: b"\nnc: 2\n',
      "names: [car, 'it''s, a: b']\n",
      'names:\n- car\n- "it\'s, a: b"\nother: 1',
      'names: {0: car, 1: "it\'s, a: b"}\n',
    ]) {
      expect([...namesOfConfig('data.yaml', text)]).toEqual(expected)
    }
    expect(() => namesOfConfig('data.yaml', 'nc: 2')).toThrow(/names/)
    expect(() => namesOfConfig('data.yaml', 'names: [a, b')).toThrow(/no end/)
  })
})
