import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Shutter } from './shutter.ts'

/** Corners of a box, as COCO's lists of numbers have them. */
const box = (x: number, y: number, width: number, height: number) => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
]
/** Labels of another program: two images that have a label here, and one that is not here. */
const instances = {
  images: ['street-1.jpg', 'street-2.jpg', 'street-9.jpg'].map((file_name, i) => ({
    id: i + 1,
    file_name,
    width: 1280,
    height: 806,
  })),
  annotations: [
    { image_id: 1, category_id: 1, segmentation: box(120, 400, 220, 160) },
    { image_id: 1, category_id: 2, segmentation: box(0, 600, 400, 120) },
    { image_id: 2, category_id: 1, segmentation: box(700, 380, 180, 140) },
    { image_id: 3, category_id: 1, segmentation: box(50, 50, 100, 100) },
  ].map((each, i) => ({ id: i + 1, iscrowd: 0, ...each })),
  categories: [
    { id: 1, name: 'Tram' },
    { id: 2, name: 'Road' },
  ],
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K')
  await page.keyboard.type(name)
  await page
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .first()
    .click()
}
/** The dialog alone, and a little of what lies around it. */
async function shootDialog(page: Page, shoot: Shutter, name: string): Promise<void> {
  const { x, y, width, height } = (await page.getByRole('dialog').boundingBox())!
  await shoot(page, name, { x: x - 12, y: y - 12, width: width + 24, height: height + 24 })
}

/** Export and import of labels. `page` shows a library with versions of the sample scenes. */
export async function takeExchangePictures(page: Page, shoot: Shutter): Promise<void> {
  await page.keyboard.press('Alt+1')
  await page.getByRole('gridcell').first().waitFor()
  await command(page, 'Export labels')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /^YOLO segmentation/ }).click()
  await dialog.getByText(/Objects get new ids\. \d+ objects/).waitFor()
  await dialog.getByText(/Holes are reached.*\d+ objects$/).waitFor()
  await shootDialog(page, shoot, 'export')
  await dialog.getByRole('radio', { name: /^COCO instances every pixel/ }).click()
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await dialog.getByText(/^Read back/).waitFor({ timeout: 60_000 })
  await shootDialog(page, shoot, 'exported')
  await dialog.getByRole('button', { name: 'Another export' }).click()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })

  const folder = mkdtempSync(join(tmpdir(), 'tessera-import-'))
  try {
    writeFileSync(join(folder, 'instances_train.json'), JSON.stringify(instances))
    const chooser = page.waitForEvent('filechooser')
    await command(page, 'Import labels')
    await (await chooser).setFiles([join(folder, 'instances_train.json')])
    await dialog.getByText('No label would come in.').waitFor()
    await dialog.getByRole('switch', { name: /^Replace/ }).click()
    await dialog.getByText('2 labels with 3 objects would come in.').waitFor()
    await shootDialog(page, shoot, 'import')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
