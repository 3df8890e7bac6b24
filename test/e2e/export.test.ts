import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { openZip } from '../../electron/adapters/zip-file.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { callHost } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const folder = mkdtempSync(join(tmpdir(), 'tessera-saved-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const tessera = startTessera({ arguments: ['--sample'] })
const [sky, road] = [1, 2]
/** The second with a hole: its middle is taken away. */
const blocks: readonly Block[] = [
  [1, sky, 100, 100, 200, 150],
  [2, road, 500, 100, 100, 100],
  [0, road, 530, 130, 20, 20],
]
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Export labels' })

/** The archive that the page gives the person, as its files. */
async function saved(page: Page, press: () => Promise<void>): Promise<Map<string, string>> {
  const coming = page.waitForEvent('download')
  await press()
  const download = await coming
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  const zip = await openZip(path)
  const files = new Map<string, string>()
  for (const name of zip.names) files.set(name, Buffer.from(await zip.read(name)).toString('latin1'))
  await zip.close()
  expect(readFileSync(path).length).toBeGreaterThan(0)
  return files
}

it('says what a version loses in a format, writes it, proves it and gives it, by keys alone', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-1.jpg', blocks)
  await saveBlocks(page, 'street-2.jpg', blocks.slice(0, 1))
  await callHost(page, 'versions.commit', { message: 'Two labeled' })
  await saveBlocks(page, 'street-3.jpg', blocks)
  await page.keyboard.press('Alt+2')
  await page.getByRole('grid', { name: 'Versions' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('heading', { name: 'v1' }).waitFor()
  await page.keyboard.press('e')

  // Of the version, not of what is there now.
  await dialog(page).getByText('2 labels with 3 objects').waitFor()
  const losses = (format: string) =>
    dialog(page).getByRole('region', { name: `What ${format} cannot hold of this` })
  await losses('COCO instances').getByText('How far a label has come is not written. 2 labels').waitFor()
  const formats = dialog(page).getByRole('radiogroup', { name: 'Format' })
  await formats.getByRole('radio', { name: /^COCO instances every pixel/ }).focus()
  // Down to YOLO segmentation, which goes around a hole with a line.
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowDown')
  await losses('YOLO segmentation').getByText('Holes are reached over lines without width').waitFor()
  await losses('YOLO segmentation')
    .getByText(/fill them\. 1 object$/)
    .waitFor()
  expect(await axeViolations(page)).toEqual([])

  await dialog(page).getByRole('combobox', { name: 'Splits' }).click()
  await page.getByRole('option', { name: 'Dealt out, each category alike' }).click()
  await dialog(page).getByRole('textbox', { name: 'Train' }).fill('one')
  await dialog(page).getByText('Give whole numbers, one of them above 0.').waitFor()
  expect(await dialog(page).getByRole('button', { name: 'Export' }).isDisabled()).toBe(true)
  await dialog(page).getByRole('textbox', { name: 'Train' }).fill('1')
  await dialog(page).getByRole('textbox', { name: 'Val' }).fill('1')
  await dialog(page).getByRole('textbox', { name: 'Test' }).fill('0')
  await dialog(page).getByRole('button', { name: 'Export', exact: true }).press('Enter')

  const proof = dialog(page).getByRole('region', { name: 'Exported as YOLO segmentation' })
  await proof.getByText(/^Read back: 0 of [\d,]+ pixels differ in 3 objects\.$/).waitFor()
  await proof.getByText('Splits: 1 train, 1 val.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  const files = await saved(page, () =>
    dialog(page).getByRole('button', { name: 'Save the archive' }).click(),
  )
  expect([...files.keys()].sort()).toEqual([
    'data.yaml',
    ...['images', 'labels'].flatMap((kind) => [
      expect.stringMatching(new RegExp(`^${kind}/train/street-[12]`)),
      expect.stringMatching(new RegExp(`^${kind}/val/street-[12]`)),
    ]),
  ])
  expect(files.get('data.yaml')).toContain('names:')
})

it('exports what is there now from anywhere, and remembers what was chosen', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Type a command').fill('export labels for')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+Shift+E')
  await dialog(page).getByText('3 labels with 5 objects').waitFor()
  const formats = dialog(page).getByRole('radiogroup', { name: 'Format' })
  await formats.getByRole('radio', { name: /^COCO instances every pixel/ }).click()
  await dialog(page).getByRole('switch', { name: 'With the images' }).click()
  await dialog(page).getByRole('button', { name: 'Export', exact: true }).click()
  await dialog(page)
    .getByText(/^Read back: 0 of [\d,]+ pixels differ in 5 objects\.$/)
    .waitFor()
  const files = await saved(page, () =>
    dialog(page).getByRole('button', { name: 'Save the archive' }).click(),
  )
  expect([...files.keys()]).toEqual(['annotations/instances.json'])
  expect(JSON.parse(files.get('annotations/instances.json')!).annotations).toHaveLength(5)
  // Closed, it stays in the corner until it is put away.
  await dialog(page).getByRole('button', { name: 'Close' }).last().click()
  const card = page.getByRole('region', { name: 'Exported as COCO instances' })
  await card.getByText('pixels differ').waitFor()
  await card.getByRole('button', { name: 'Dismiss' }).click()
  await card.waitFor({ state: 'detached' })
  await page.keyboard.press('ControlOrMeta+Shift+E')
  expect(await dialog(page).getByRole('switch', { name: 'With the images' }).isChecked()).toBe(false)
})
