import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { callHost, sampleNamed } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const tessera = startTessera({ arguments: ['--sample'] })
let [car, pole] = [0, 0]
beforeAll(async () => {
  const { page, close } = await tessera.open()
  const categories = await callHost(page, 'categories.list', {})
  car = categories.find(({ name }) => name === 'Car')!.id
  pole = categories.find(({ name }) => name === 'Pole')!.id
  for (const n of [1, 2, 3]) {
    const blocks = Array.from(
      { length: 8 },
      (_, i): Block => [i + 1, car, 60 + 140 * i, 420, 100 + 3 * i, 70 + i],
    )
    // One that is thin and tall, as a pole is.
    if (n === 2) blocks.push([9, car, 700, 60, 12, 260])
    await saveBlocks(page, `street-${n}.jpg`, blocks, 'labeled')
  }
  await close()
})
const cells = (page: Page) => page.getByRole('gridcell')

async function openObjects(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Images' }).waitFor()
  await page.keyboard.press('ControlOrMeta+Shift+O')
  await page.getByRole('grid', { name: 'Objects' }).or(page.getByText('No object of this category')).waitFor()
  await page.getByRole('combobox', { name: 'Category' }).click()
  await page.getByRole('option', { name: 'Car' }).click()
  await page.getByText('25 objects', { exact: true }).waitFor()
}
const categoriesOf = async (page: Page, name: string) => {
  const { id } = await sampleNamed(page, name)
  const { objects } = await callHost(page, 'label.open', { sampleId: id })
  return objects.map(({ categoryId }) => categoryId)
}

it('puts the most unusual first, marks by keys, opens at an object, adds issues and changes the category, and back', async () => {
  const { page } = await tessera.open()
  await openObjects(page)
  expect(await cells(page).first().getAttribute('aria-label')).toMatch(
    /^street-2.jpg, object 9, (elsewhere|taller)/,
  )
  await page.getByRole('grid', { name: 'Objects' }).focus()
  await page.keyboard.press('Space')
  await page.getByText('1 marked as wrong').waitFor()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('m')
  await page.getByText('2 marked as wrong').waitFor()
  await page.keyboard.press('Space')
  await page.getByText('1 marked as wrong').waitFor()

  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.locator('[role=application][aria-busy=false]').waitFor()
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  // Enlarged, with the object chosen.
  await page
    .getByRole('region', { name: /^Objects/ })
    .locator('[aria-pressed=true]', { hasText: 'Car 9' })
    .waitFor()
  await page.goBack()
  await page.getByText('1 marked as wrong').waitFor()

  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Change category' })
  await dialog.getByRole('button', { name: 'Pole' }).click()
  await dialog.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByText('1 object changed to Pole.').waitFor()
  expect((await categoriesOf(page, 'street-2.jpg')).at(-1)).toBe(pole)
  await page.getByText('24 objects', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByText('Taken back on 1 image.').waitFor()
  expect((await categoriesOf(page, 'street-2.jpg')).at(-1)).toBe(car)
  await page.getByText('25 objects', { exact: true }).waitFor()

  await cells(page).first().click()
  await page.getByRole('grid', { name: 'Objects' }).focus()
  await page.keyboard.press('Shift+I')
  await page.getByRole('dialog', { name: 'Add an issue to each' }).getByRole('textbox').fill('This is a pole')
  await page.keyboard.press('Enter')
  await page.getByText('1 issue added.').waitFor()
  const { id } = await sampleNamed(page, 'street-2.jpg')
  const { issues } = await callHost(page, 'cards.get', { sampleId: id })
  expect(issues).toMatchObject([{ text: 'This is a pole', objectId: 9, at: { x: 706, y: 190 } }])
})

it.each(['dark', 'light'] as const)('can be read and reached in the %s theme', async (colorScheme) => {
  const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
  await openObjects(page)
  await cells(page).first().click()
  await expect
    .poll(() =>
      page
        .locator('[role=gridcell] canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(canvas.width / 2, 4, 1, 1)
          return data[3]
        }),
    )
    .toBe(255)
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    if (process.env.TESSERA_PICTURES)
      await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/objects-${screen}-${colorScheme}.png` })
    for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${check.name}`] = results
    }
  }
  await look('objects')
  await page.setViewportSize({ width: 900, height: 600 })
  await look('small')
  expect(found).toEqual({})
})
