import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { makeVersions } from '../../scripts/screenshots/version-pictures.ts'
import { startTessera } from './fixture.ts'
import { callHost, sampleNamed } from './page.ts'

const tessera = startTessera({ arguments: ['--sample'] })
const tiles = (page: Page) => page.getByRole('grid', { name: 'Changed images' }).getByRole('gridcell')

async function openComparison(): Promise<Page> {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  if ((await callHost(page, 'versions.list', {})).length === 0) await makeVersions(page)
  await page.keyboard.press('Alt+2')
  await page
    .getByRole('grid', { name: 'Versions' })
    .getByRole('row')
    .filter({ hasText: 'Second pass' })
    .click()
  await page.getByRole('heading', { name: 'v2' }).waitFor()
  await page.keyboard.press('c')
  await tiles(page).nth(2).waitFor()
  return page
}

async function saved(page: Page, item: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the comparison' }).click()
  await page.getByRole('menuitem', { name: item }).click()
  return readFileSync(await (await download).path(), 'utf8')
}

it('shows the images of one change of category, by mouse and by keyboard, and all of them again', async () => {
  const page = await openComparison()
  const matrix = page.getByRole('table').filter({ hasText: 'Press a number' })
  const cell = matrix.getByRole('button', { name: /Traffic sign → Pole:/ })
  await cell.click()
  await expect.poll(() => tiles(page).count()).toBe(3)
  await page.getByText('3 of 4 changed images').waitFor()
  await page.getByRole('button', { name: 'Without the filter Traffic sign → Pole' }).click()
  await expect.poll(() => tiles(page).count()).toBe(4)

  await cell.focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  const pressed = matrix.locator('[aria-pressed=true]')
  expect(await pressed.getAttribute('aria-label')).toMatch(/Nature object → Building: [\d,]+ px/)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Added [\d,]+ px/ }).click()
  await expect.poll(() => tiles(page).count()).toBe(4)
})

it('saves the comparison as a table and as JSON', async () => {
  const page = await openComparison()
  await page.waitForFunction(() => document.querySelectorAll('[role=gridcell] b[data-kind]').length > 6)
  const rows = (await saved(page, 'Save as CSV, one row for each image')).trimEnd().split('\r\n')
  expect(rows).toHaveLength(5)
  expect(rows[1]).toMatch(/^street-1\.jpg,changed,false,true,false,.*Traffic sign > Pole: \d+/)
  const json = JSON.parse(await saved(page, 'Save as JSON, everything'))
  expect(json).toMatchObject({
    format: 'tessera-comparison',
    before: { name: 'v1' },
    after: { name: 'v2' },
    counted: { labels: 4, of: 4 },
  })
})

it('shows both labels beside each other, moving as one, and what is under the pointer', async () => {
  const page = await openComparison()
  await tiles(page).first().click()
  await page.getByRole('region', { name: 'Objects' }).getByRole('button').first().waitFor()
  await page.keyboard.press('5')
  const panes = page.getByRole('application')
  await expect.poll(() => panes.count()).toBe(2)
  const before = panes.nth(0)
  const box = (await before.boundingBox())!
  /** The photographs of both panes, pixel by pixel. */
  const isSame = () =>
    page.evaluate(() => {
      const [a, b] = [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-layer=image]')].map(
        (canvas) => canvas.toDataURL(),
      )
      return a === b && a !== undefined
    })
  const shown = () =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')!.toDataURL())
  await expect.poll(isSame).toBe(true)
  const fitted = await shown()
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
  await page.mouse.wheel(0, -400)
  await expect.poll(async () => (await shown()) !== fitted && (await isSame())).toBe(true)
  await page.keyboard.press('f')
  await expect.poll(shown).toBe(fitted)
  // The far car, which is there only after.
  await page.mouse.move(box.x + box.width * 0.76, box.y + box.height * 0.5 + 35)
  await page.getByText(/^was.*unlabeled.*now.*Car 43$/).waitFor()
})

it('restores one object of a version into the label as it is now, and takes that back', async () => {
  const page = await openComparison()
  await tiles(page).first().click()
  const objects = async () => (await sampleNamed(page, 'street-1.jpg')).objectCount
  const before = await objects()
  await page.getByRole('button', { name: 'Restore Car 43 as it was before' }).click()
  await page.getByText('Car 43 of street-1.jpg is as it was before.').waitFor()
  expect(await objects()).toBe(before - 1)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(objects).toBe(before)
  // The change that one is at, by keyboard.
  await page.getByRole('button', { name: 'was Traffic sign 42, now Pole 42' }).click()
  await page.keyboard.press('Shift+R')
  await page.getByText('Pole 42 of street-1.jpg is as it was before.').waitFor()
  expect(await objects()).toBe(before)
})

it('says in the draft of a message what changed within labels', async () => {
  const page = await openComparison()
  await page.keyboard.press('Escape')
  await page.getByRole('grid', { name: 'Versions' }).getByRole('row').first().click()
  await page.getByText('Objects and pixels by category').waitFor()
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toMatch(/^1 relabeled/)
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Message' }).inputValue())
    .toMatch(
      /1 relabeled, 1 object of another category \(Pole → Traffic sign 1\), [\d,]+ px changed in 1 image/,
    )
})
