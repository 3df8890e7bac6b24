import { describe, expect, it } from 'vitest'
import type { FormatId, ReadLabel } from '../../../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../../../shared/formats/exchange/formats.ts'
import { parseShapesFile, shapesFileText } from '../../../../shared/formats/shapes-file.ts'
import { memorySource, readAll } from '../../../support/exchange.ts'

const image = { name: 'a.jpg', width: 64, height: 48 }
const utf8 = (text: string) => new TextEncoder().encode(text)
const json = (value: unknown) => utf8(JSON.stringify(value))

async function read(id: FormatId, files: Record<string, Uint8Array>, boxes?: 'shapes' | 'masks') {
  const source = memorySource(new Map(Object.entries(files)), [image])
  return readAll(formatNamed(id), source, { boxes })
}

/** `bbox car 1,2 3,4` */
const drawn = ({ shapes }: ReadLabel) =>
  (shapes?.label.shapes ?? []).map(
    ({ type, categoryId, points }) =>
      `${type} ${shapes!.categories.get(categoryId)!.name} ${points.map((point) => point.join(',')).join(' ')}`,
  )

const cocoFile = (annotations: readonly object[]) =>
  json({
    images: [{ id: 1, file_name: 'a.jpg', width: 64, height: 48 }],
    categories: [
      { id: 3, name: 'car' },
      { id: 7, name: 'person', keypoints: ['nose', 'left eye', 'right eye'] },
    ],
    annotations: annotations.map((each) => ({ image_id: 1, ...each })),
  })
const voc = `<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height></size>
<object><name>car</name><difficult>1</difficult><bndbox><xmin>2</xmin><ymin>3</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object></annotation>`
const cvat = `<annotations><image id="0" name="a.jpg" width="64" height="48">
<box label="car" xtl="1.5" ytl="2" xbr="3" ybr="5" z_order="0"><attribute name="parked">true</attribute></box>
<box label="car" xtl="10" ytl="10" xbr="14" ybr="12" rotation="90"/>
<points label="person" points="1,2;3.5,4" group_id="9"/>
<polyline label="lane" points="0,0;5,5;9,5"/>
<cuboid label="car" xtl1="1"/><tag label="rain"/>
</image></annotations>`
const result = (type: string, value: object, id: string) => ({
  id,
  type,
  original_width: 64,
  original_height: 48,
  value,
})
const labelStudio = json([
  {
    data: { image: '/data/a.jpg' },
    annotations: [
      {
        result: [
          result(
            'rectanglelabels',
            { x: 25, y: 25, width: 50, height: 50, rotation: 0, rectanglelabels: ['car'] },
            'r1',
          ),
          result('keypointlabels', { x: 50, y: 50, width: 0.4, keypointlabels: ['nose'] }, 'k1'),
          result('choices', { choices: ['rain'] }, 'c1'),
          result(
            'ellipselabels',
            { x: 50, y: 50, radiusX: 12.5, radiusY: 12.5, ellipselabels: ['wheel'] },
            'e1',
          ),
        ],
      },
    ],
  },
])
const labelme = json({
  imagePath: 'a.jpg',
  imageWidth: 64,
  imageHeight: 48,
  shapes: [
    {
      label: 'car',
      shape_type: 'rectangle',
      points: [
        [1.5, 2],
        [3, 5],
      ],
      group_id: 4,
      flags: { parked: true },
    },
    { label: 'nose', shape_type: 'point', points: [[7.25, 8]], group_id: null },
    {
      label: 'lane',
      shape_type: 'linestrip',
      points: [
        [0, 0],
        [5, 5],
        [9, 5],
      ],
    },
    {
      label: 'path',
      shape_type: 'line',
      points: [
        [0, 0],
        [5, 5],
      ],
    },
    { label: 'car', shape_type: 'cube', points: [] },
  ],
})
const yolo = {
  'data.yaml': utf8('names: [car, person]\nkpt_shape: [2, 3]\n'),
  'labels/train/a.txt': utf8('0 0.25 0.25 0.25 0.25\n1 0.5 0.5 0.25 0.5 0.25 0.5 2 0 0 0\n'),
}

const cases: readonly {
  readonly id: FormatId
  readonly files: Record<string, Uint8Array>
  /** Beside the mask whatever the person wishes, and boxes. */
  readonly always: readonly string[]
  readonly boxes: readonly string[]
  readonly remarks?: RegExp
}[] = [
  {
    id: 'coco',
    files: {
      'instances.json': cocoFile([
        { id: 5, category_id: 3, bbox: [1.5, 2, 3, 4], score: 0.5 },
        {
          id: 6,
          category_id: 7,
          bbox: [8, 8, 4, 4],
          keypoints: [9, 9, 2, 0, 0, 0, 10, 9, 1],
          num_keypoints: 2,
        },
      ]),
    },
    always: ['point person 9,9', 'point person 10,9'],
    boxes: ['bbox car 1.5,2 4.5,6', 'bbox person 8,8 12,12'],
  },
  { id: 'voc', files: { 'Annotations/a.xml': utf8(voc) }, always: [], boxes: ['bbox car 1,2 4,6'] },
  {
    id: 'cvat',
    files: { 'annotations.xml': utf8(cvat) },
    always: ['point person 1,2', 'point person 3.5,4', 'polyline lane 0,0 5,5 9,5'],
    boxes: ['bbox car 1.5,2 3,5', 'polygon car 13,9 13,13 11,13 11,9'],
    remarks: /A cuboid or a skeleton is kept and not shown. A tag of an image is kept and not shown./,
  },
  {
    id: 'label-studio',
    files: { 'tasks.json': labelStudio },
    always: ['point nose 32,24'],
    boxes: ['bbox car 16,12 48,36'],
    remarks: /a choice, a text\) is kept and not shown/,
  },
  {
    id: 'labelme',
    files: { 'a.json': labelme },
    always: ['point nose 7.25,8', 'polyline lane 0,0 5,5 9,5', 'polyline path 0,0 5,5'],
    boxes: ['bbox car 1.5,2 3,5'],
    remarks: /kind that is not known here is kept and not shown/,
  },
  {
    id: 'yolo-detect',
    files: yolo,
    always: ['point person 16,24'],
    boxes: ['bbox car 8,6 24,18', 'bbox person 24,12 40,36'],
  },
  {
    id: 'huggingface',
    files: {
      'metadata.jsonl': utf8('{"file_name":"a.jpg","objects":{"bbox":[[1,2,3,4]],"categories":[0]}}\n'),
    },
    always: [],
    boxes: ['bbox class 0 1,2 4,6'],
  },
]

describe.each(cases)('$id', ({ id, files, always, boxes, remarks = / */ }) => {
  it('keeps points and lines as shapes in any case, and boxes where the person wants them so', async () => {
    const { labels: asShapes, problems } = await read(id, files, 'shapes')
    expect(problems).toEqual([])
    const rounded = drawn(asShapes[0]!).map((each) =>
      each.replace(/\d+\.\d{5,}/g, (number) => String(Math.round(+number * 1e6) / 1e6)),
    )
    expect(rounded.sort()).toEqual([...always, ...boxes].sort())
    expect(asShapes[0]!.remarks.join(' ')).toMatch(remarks)
    const { labels: asMasks } = await read(id, files)
    expect(drawn(asMasks[0]!).sort()).toEqual([...always].sort())
    expect(asMasks[0]!.objects).toHaveLength(asShapes[0]!.objects.length + boxes.length)
    // What is kept is what a library keeps of it, and ids tell all annotations of the image apart.
    for (const { objects, shapes } of [asShapes[0]!, asMasks[0]!]) {
      if (!shapes) continue
      expect(parseShapesFile(shapesFileText(shapes.label))).toEqual(shapes.label)
      const ids = [...objects, ...shapes.label.shapes].map((each) => each.id)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })
})

it('keeps all that a file says of a shape, as it stands there', async () => {
  const annotation = { id: 5, category_id: 3, bbox: [0.1, 0.2, 0.3, 0.4], score: 0.5, attributes: { a: 1 } }
  const { labels } = await read('coco', { 'instances.json': cocoFile([annotation]) }, 'shapes')
  const [shape] = labels[0]!.shapes!.label.shapes
  expect(shape).toMatchObject({
    id: 1,
    attributes: { a: 1 },
    other: { coco: { image_id: 1, ...annotation } },
  })
  const points = { id: 6, category_id: 7, bbox: [8, 8, 4, 4], keypoints: [9, 9, 2, 0, 0, 0, 10, 9, 1] }
  const { labels: filled } = await read('coco', { 'instances.json': cocoFile([points]) })
  const { shapes, objects } = filled[0]!.shapes!.label
  expect(objects.get(1)).toMatchObject({ coco: { keypoints: points.keypoints } })
  expect(shapes.map(({ trackId, attributes }) => [trackId, attributes])).toEqual([
    [6, { keypoint: 'nose', visibility: 2 }],
    [6, { keypoint: 'right eye', visibility: 1 }],
  ])
})

it('takes boxes of VOC beside its pictures only where they are to stay boxes', async () => {
  const picture = new Map(
    Object.entries({ 'SegmentationClass/a.png': utf8('no PNG'), 'Annotations/a.xml': utf8(voc) }),
  )
  const { labels, problems } = await readAll(formatNamed('voc'), memorySource(picture, [image]), {
    boxes: 'shapes',
  })
  expect(labels).toEqual([])
  expect(problems.map(({ file }) => file)).toEqual(['SegmentationClass/a.png'])
})

it('refuses shapes that are no numbers, too many, or endless, each with its reason (B1)', async () => {
  const reasonOf = async (annotations: readonly object[]) =>
    (await read('coco', { 'instances.json': cocoFile(annotations) }, 'shapes')).problems[0]?.reason
  expect(await reasonOf([{ id: 1, category_id: 3, bbox: [1, 2, 1e300, 4] }])).toMatch(/corners/)
  expect(await reasonOf([{ id: 1, category_id: 3, bbox: [1, 2] }])).toMatch(/corners/)
  expect(await reasonOf([{ id: 1, category_id: 7, bbox: [1, 2, 3, 4], keypoints: [1, 2] }])).toMatch(
    /three numbers/,
  )
  const many = Array.from({ length: 65_536 }, (_, id) => ({ id, category_id: 3, bbox: [1, 2, 3, 4] }))
  expect(await reasonOf(many)).toMatch(/more than 65535 shapes/)
  let deep: unknown = 1
  for (let i = 0; i < 40; i++) deep = [deep]
  expect(await reasonOf([{ id: 1, category_id: 3, bbox: [1, 2, 3, 4], deep }])).toMatch(/levels/)
})
