import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { storedZip } from '../../shared/formats/stored-zip.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { callHost, dropFiles, sampleNamed } from './page.ts'

const samples = fileURLToPath(new URL('../../assets/samples/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tessera-labels-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [width, height] = [1280, 806]
const polygon = (x: number, y: number, w: number, h: number) => [[x, y, x + w, y, x + w, y + h, x, y + h]]
const image = (id: number, file_name: string) => ({ id, file_name, width, height })
const annotation = (id: number, image_id: number, category_id: number, segmentation: number[][]) => ({
  id,
  image_id,
  category_id,
  iscrowd: 0,
  segmentation,
})
const coco = (images: unknown[], annotations: unknown[]) =>
  JSON.stringify({
    images,
    annotations,
    categories: [
      { id: 1, name: 'Tram', isthing: 1 },
      { id: 2, name: 'Pavement', isthing: 0 },
    ],
  })

// A dataset as people have it: photographs in one folder, a list of labels in another.
mkdirSync(join(folder, 'town', 'images'), { recursive: true })
mkdirSync(join(folder, 'town', 'annotations'))
for (const name of ['street-1.jpg', 'street-2.jpg'])
  copyFileSync(join(samples, name), join(folder, 'town', 'images', name))
writeFileSync(
  join(folder, 'town', 'annotations', 'instances_train.json'),
  coco(
    [image(1, 'street-1.jpg'), image(2, 'street-2.jpg'), image(3, 'nowhere.jpg')],
    [
      annotation(1, 1, 1, polygon(100, 100, 200, 100)),
      annotation(2, 1, 2, polygon(0, 600, 400, 100)),
      annotation(3, 2, 1, polygon(50, 50, 10, 10)),
    ],
  ),
)
writeFileSync(
  join(folder, 'again.zip'),
  Buffer.concat(
    storedZip([
      {
        path: 'instances_val.json',
        bytes: new TextEncoder().encode(
          coco([image(1, 'street-1.jpg')], [annotation(1, 1, 1, polygon(100, 100, 50, 50))]),
        ),
      },
    ]),
  ),
)
// Photographs and labels in one archive: a box, key points, and a category that is here by another name.
writeFileSync(
  join(folder, 'boxes.zip'),
  Buffer.concat(
    storedZip([
      { path: 'images/street-3.jpg', bytes: new Uint8Array(readFileSync(join(samples, 'street-3.jpg'))) },
      {
        path: 'annotations/instances.json',
        bytes: new TextEncoder().encode(
          JSON.stringify({
            images: [image(1, 'street-3.jpg')],
            annotations: [
              { id: 1, image_id: 1, category_id: 1, bbox: [100, 100, 50, 40] },
              {
                id: 2,
                image_id: 1,
                category_id: 2,
                bbox: [300, 100, 50, 40],
                keypoints: [310, 110, 2, 0, 0, 0],
              },
            ],
            categories: [
              { id: 1, name: 'streetcar' },
              { id: 2, name: 'Cyclist', keypoints: ['head', 'hand'] },
            ],
          }),
        ),
      },
    ]),
  ),
)
writeFileSync(join(folder, 'notes.json'), '{"shopping": ["milk"]}')

const tessera = startTessera()
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name: `Labels of “${name}”` })

const drop = (page: Page, name: string) => dropFiles(page, [join(folder, name)])

it('brings in the images of a dropped dataset, then shows what its labels would bring, then brings them', async () => {
  const { page } = await tessera.open()
  await page.getByRole('heading', { name: 'Drop images here' }).waitFor()
  await drop(page, 'town')
  const shown = dialog(page, 'town')
  await shown.getByText('2 labels with 3 objects would come in.').waitFor()
  await shown.getByText('1 file or image cannot be read.').waitFor()
  await shown.getByText('for nowhere.jpg: There is no image "nowhere.jpg" in the library').waitFor()
  await shown.getByText('Tram, Pavement').waitFor()
  expect(await callHost(page, 'categories.list', {})).toEqual([])
  expect((await sampleNamed(page, 'town/images/street-1.jpg')).headRevision).toBeNull()
  expect(await axeViolations(page)).toEqual([])

  await shown.getByRole('combobox', { name: 'Status of these labels' }).click()
  await page.getByRole('option', { name: 'Labeled', exact: true }).click()
  await shown.getByRole('button', { name: 'Import 2 labels' }).click()
  await shown.getByText('2 labels with 3 objects came in.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  expect(await sampleNamed(page, 'town/images/street-1.jpg')).toMatchObject({
    objectCount: 2,
    status: 'labeled',
    split: 'train',
  })
  await shown.getByRole('button', { name: 'Close' }).last().click()
  await shown.waitFor({ state: 'detached' })
})

it('says what an image has already, and replaces it only when told to', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await drop(page, 'again.zip')
  const shown = dialog(page, 'again.zip')
  await shown.getByText('No label would come in.').waitFor()
  await shown.getByText('1 image has a label already and would stay as it is.').waitFor()
  expect(await shown.getByRole('button', { name: 'Nothing to import' }).isDisabled()).toBe(true)
  await shown.getByRole('switch', { name: 'Replace labels that are there' }).press('Space')
  await shown.getByText('1 label would take the place of another.').waitFor()
  await shown.getByRole('button', { name: 'Import 1 label' }).press('Enter')
  await shown.getByText('1 label took the place of another.').waitFor()
  const sample = await sampleNamed(page, 'town/images/street-1.jpg')
  expect(sample.objectCount).toBe(1)
  const states = await callHost(page, 'label.revisions', { sampleId: sample.id })
  expect(states).toHaveLength(2)
})

it('brings photographs of an archive with their labels, boxes as the person wants them, and names to categories here', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await drop(page, 'boxes.zip')
  const shown = dialog(page, 'boxes.zip')
  await shown.getByText('1 label with 2 objects would come in.').waitFor()
  await shown.getByText('1 point would lie beside the masks, as shapes.').waitFor()
  await shown.getByText('1 photograph would come in with them.').waitFor()
  await shown.getByText('A box is read as a filled rectangle.').waitFor()
  await shown.getByRole('combobox', { name: 'Boxes' }).click()
  await page.getByRole('option', { name: 'Stay boxes' }).click()
  await shown.getByText('2 boxes and 1 point would lie beside the masks, as shapes.').waitFor()
  await shown.getByRole('combobox', { name: 'What “streetcar” becomes' }).click()
  await page.getByRole('option', { name: 'Tram', exact: true }).click()
  expect(await axeViolations(page)).toEqual([])
  await shown.getByRole('button', { name: 'Import 1 label' }).click()
  await shown.getByText('2 boxes and 1 point lie beside the masks, as shapes.').waitFor()
  await shown.getByText('streetcar → Tram').waitFor()
  const names = (await callHost(page, 'categories.list', {})).map(({ name }) => name)
  expect(names).toEqual(['Tram', 'Pavement', 'Cyclist'])
  const sample = await sampleNamed(page, 'images/street-3.jpg')
  expect(sample).toMatchObject({ objectCount: 0, status: 'in progress' })
  const { shapes } = await callHost(page, 'label.open', { sampleId: sample.id, peek: true })
  expect(shapes).toBeDefined()
  await shown.getByRole('button', { name: 'Close' }).last().click()
  await shown.waitFor({ state: 'detached' })
})

it('says what is no label of any format, takes files by a command, and forgets what is cancelled', async () => {
  const { page } = await tessera.open()
  // Asked for early: the browser is told by a message of its own that choosers are wanted.
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+Alt+o')
  await (await chooser).setFiles(join(folder, 'notes.json'))
  const shown = dialog(page, 'notes.json')
  await shown.getByText('Tessera knows no format of labels that looks like this.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  await shown.getByRole('combobox', { name: 'Format' }).click()
  await page.getByRole('option', { name: 'COCO instances', exact: true }).click()
  await shown.getByText('It holds no labels of COCO instances.').waitFor()
  await page.keyboard.press('Escape')
  await shown.waitFor({ state: 'detached' })
  await expect.poll(async () => (await callHost(page, 'exchange.status', {})).job?.state).not.toBe('running')
})
