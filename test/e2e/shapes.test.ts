import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { openHost } from '../../electron/host/host.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { noShapes, type Shape } from '../../shared/label/shape.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { Labeler, layerAlpha } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'

const size = { width: 320, height: 200 }
const name = 'street.jpg'
const shot = process.env.TESSERA_SHOTS
const tessera = startTessera({ prepare: makeLibrary })

const shape = (id: number, type: Shape['type'], categoryId: number, points: Shape['points']): Shape => ({
  id,
  trackId: id,
  categoryId,
  type,
  points,
  attributes: { occluded: true },
  other: {},
})
const shapes: readonly Shape[] = [
  shape(1, 'bbox', 2, [
    [20, 20],
    [80, 60],
  ]),
  shape(2, 'polygon', 1, [
    [0, 150],
    [320, 120],
    [320, 200],
    [0, 200],
  ]),
  shape(3, 'polyline', 2, [
    [100, 20],
    [160, 60],
    [220, 20],
  ]),
  shape(4, 'point', 2, [[250.5, 60.5]]),
  shape(5, 'bbox', 2, [
    [120, 70],
    [60, 40],
  ]),
  shape(6, 'bbox', 77, [
    [200, 80],
    [240, 110],
  ]),
]

async function makeLibrary(library: string): Promise<void> {
  const folder = join(dirname(library), 'made')
  mkdirSync(folder, { recursive: true })
  const picture = join(folder, name)
  await sharp({ create: { ...size, channels: 3, background: '#8a8f70' } })
    .jpeg()
    .toFile(picture)
  const host = await openHost({
    folder: library,
    mode: 'write',
    create: true,
    door: 'cli',
    product: 'tessera/test',
    folders: { config: folder, cache: folder, state: folder },
    log: () => {},
    environment: {},
    keyring: null,
  })
  const { categories, imports, labels, carried } = host.services
  categories.create({ name: 'road', hasInstances: false, color: '#8c6b9e' })
  categories.create({ name: 'car', hasInstances: true, color: '#2f6fb3' })
  const outcome = await imports.importFile(picture, name)
  if (outcome.kind !== 'added') throw new Error('the picture did not come in')
  const id = outcome.sample.id as SampleId
  const ids = new Uint32Array(size.width * size.height)
  for (let y = 20; y < 30; y++) ids.fill(1, y * size.width + 20, y * size.width + 40)
  await labels.save(
    id,
    {
      base: null,
      status: 'in progress',
      objects: [{ id: 1, categoryId: 2, attributes: {}, locked: true }],
      nextObjectId: 2,
      tool: 'segments',
      journal: null,
    },
    encodeIds(ids),
    { ...noShapes, shapes, label: { score: 0.5 } },
  )
  await carried.put([
    {
      name: 'drive 12/sweep:7',
      taskType: 'pointcloud-cuboid-sequence',
      sample: { uuid: 'a', attributes: { frames: [] } },
      labels: { 'ground-truth': { label_status: 'LABELED', attributes: null } },
    },
    { name: 'note 1', taskType: 'text-named-entities', sample: { text: 'a' }, labels: {} },
  ])
  await host.close()
  rmSync(folder, { recursive: true })
}

it('shows boxes, polygons, lines and points over the picture, at their places at any zoom, and hides them with the labels', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, name, size)
  await page.getByRole('region', { name: 'Shapes (6)' }).waitFor()
  const at = async (x: number, y: number) =>
    layerAlpha(page, 'label', await labeler.place({ x: x - 0.5, y: y - 0.5 }))
  // Sides of both boxes, the first line, the point; nothing beside them.
  await expect.poll(() => at(20, 45)).toBeGreaterThan(200)
  expect(await at(120, 55)).toBeGreaterThan(200)
  expect(await at(130, 40)).toBeGreaterThan(200)
  expect(await at(250.5, 60.5)).toBeGreaterThan(200)
  expect(await at(200, 95)).toBeGreaterThan(200)
  expect(await at(300, 20)).toBe(0)
  await page.keyboard.press('v')
  await page.keyboard.down('h')
  await page.keyboard.up('h')
  if (shot) await page.screenshot({ path: `${shot}/shapes-dark.png` })
  // Twice as close about the middle of the picture.
  const box = (await labeler.canvas.boundingBox())!
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const left = await labeler.place({ x: 119.5, y: 54.5 })
  await page.mouse.move(middle.x, middle.y)
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+=')
  const factor = 1.2 ** 3
  const moved = {
    x: middle.x + (left.x - middle.x) * factor,
    y: middle.y + (left.y - middle.y) * factor,
  }
  await expect.poll(() => layerAlpha(page, 'label', moved)).toBeGreaterThan(200)
})

it('lists them by category and kind, and a click or the arrows bring one into view', async () => {
  const { page } = await tessera.open()
  await Labeler.open(page, name, size)
  const list = page.getByRole('list', { name: 'Shapes of this image' })
  await expect
    .poll(() => list.getByRole('listitem').allTextContents())
    .toEqual(['carbox1', 'roadpolygon2', 'carline3', 'carpoint4', 'carbox5', 'category 77box6'])
  await page.getByText('Painting does not change them').waitFor()
  const zoom = () => page.locator('footer').getByText(/ %$/).first().textContent()
  const before = await zoom()
  await list.getByRole('button', { name: 'car, point, id 4' }).click()
  await expect.poll(zoom).not.toBe(before)
  await expect
    .poll(() => list.getByRole('button', { name: 'car, point, id 4' }).getAttribute('aria-current'))
    .toBe('true')
  // By keys alone.
  await page.keyboard.press('Escape')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')))
    .toBe('application')
  await page.keyboard.press('Alt+j')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect
    .poll(() => list.locator('[aria-current=true]').getAttribute('aria-label'))
    .toBe('road, polygon, id 2')
})

it('turns one or all of them into masks as one step, respects locks, says what has no area, and keeps the shapes', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, name, size)
  const list = page.getByRole('list', { name: 'Shapes of this image' })
  await list.getByRole('button', { name: 'car, point, id 4' }).click()
  await page.keyboard.press('Shift+k')
  await page.getByText('1 shape is a line or a point and has no area.').waitFor()
  expect(await labeler.objects()).toEqual([{ name: 'car 1', pixels: 200 }])
  await list.getByRole('button', { name: 'car, box, id 5' }).click()
  await page.keyboard.press('Shift+k')
  await expect
    .poll(() => labeler.objects())
    .toEqual([
      { name: 'car 2', pixels: 1800 },
      { name: 'car 1', pixels: 200 },
    ])
  await page.keyboard.press('Control+z')
  await expect.poll(() => labeler.objects()).toEqual([{ name: 'car 1', pixels: 200 }])
  await page.getByRole('button', { name: 'Turn all shapes into masks' }).click()
  await page.getByText('2 shapes are lines or points and have no area.').waitFor()
  await page.getByText('1 shape is of no category of this library.').waitFor()
  const objects = await labeler.objects()
  // 60 × 40, less what the later box and the locked object have.
  expect(objects.map((each) => each.pixels).sort((a, b) => a - b)).toEqual(
    [200, 1800, 1800, 20_800].sort((a, b) => a - b),
  )
  expect(objects).toContainEqual({ name: 'car 1', pixels: 200 })
  await labeler.saved()
  const sample = await sampleNamed(page, name)
  const { shapes: file } = await callHost(page, 'label.open', { sampleId: sample.id })
  expect(file).toMatch(/^[0-9a-f]{64}$/)
  await page.getByRole('region', { name: 'Shapes (6)' }).waitFor()
  if (shot) await page.screenshot({ path: `${shot}/shapes-turned.png` })
  await page.keyboard.press('Control+z')
  await expect.poll(() => labeler.objects()).toEqual([{ name: 'car 1', pixels: 200 }])
  await labeler.saved()
})

it.each(['dark', 'light'] as const)(
  'is found in the palette and passes axe in the %s theme, also in a small window',
  async (colorScheme) => {
    const { page } = await tessera.open({ colorScheme, width: 900, height: 600 })
    await Labeler.open(page, name, size)
    await page.getByRole('list', { name: 'Shapes of this image' }).getByRole('button').first().click()
    expect(await axeViolations(page)).toEqual([])
    if (shot) await page.screenshot({ path: `${shot}/shapes-${colorScheme}-small.png` })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('turn all shapes')
    await page.getByRole('option', { name: /Turn all shapes into masks/ }).waitFor()
  },
)

it('counts what is kept but not shown, lists it, gives it as a file, and takes it to the trash and back', async () => {
  const { page } = await tessera.open()
  await page.getByRole('button', { name: '2 kept but not shown' }).click()
  const dialog = page.getByRole('dialog', { name: 'Kept but not shown' })
  const list = dialog.getByRole('list', { name: 'Samples that are kept but not shown' })
  await expect
    .poll(() =>
      list
        .getByRole('listitem')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent)),
        ),
    )
    .toEqual([
      ['drive 12/sweep:7', 'pointcloud-cuboid-sequence', 'LABELED'],
      ['note 1', 'text-named-entities', 'no label'],
    ])
  expect(await axeViolations(page)).toEqual([])
  if (shot) await page.screenshot({ path: `${shot}/carried-dark.png` })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save drive 12/sweep:7 as JSON' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('drive 12_sweep_7.json')
  await dialog.getByRole('button', { name: 'Move note 1 to the trash' }).click()
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => list.getByRole('listitem').count()).toBe(2)
  await dialog.getByRole('button', { name: 'Move note 1 to the trash' }).click()
  await dialog.getByRole('button', { name: 'In the trash (1)' }).click()
  await dialog.getByRole('button', { name: 'Restore note 1' }).click()
  await dialog.getByText('None.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '2 kept but not shown' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('kept but not')
  await page.getByRole('option', { name: /Samples that are kept but not shown/ }).waitFor()
  if (shot) {
    await page.keyboard.press('Escape')
    await page.screenshot({ path: `${shot}/carried-line.png` })
  }
})
