import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { unpacked } from '../support/zip.ts'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const tessera = startTessera({ arguments: ['--sample'] })

async function openCars(page: Page, name: string, ...places: readonly [number, number][]): Promise<Labeler> {
  const list = await callHost(page, 'categories.list', {})
  const car = list.find((each) => each.name === 'Car')!.id
  await saveBlocks(
    page,
    name,
    places.map(([x, y], i): Block => [i + 1, car, x, y, 200, 150]),
  )
  return Labeler.open(page, name, await sampleNamed(page, name))
}
const names = async (labeler: Labeler) => (await labeler.objects()).map(({ name }) => name)
const paths = (zip: Buffer) => unpacked(zip).map(([path]) => path)

it('opens the categories at the pointer with C, finds one by its letters, and gives the keys back', async () => {
  const { page } = await tessera.open()
  const labeler = await openCars(page, 'street-1.jpg', [300, 300], [600, 300])
  await page.keyboard.press('v')
  await labeler.click({ x: 400, y: 360 })
  const picker = page.getByRole('dialog', { name: 'Category of Car 1' })
  await page.keyboard.press('c')
  await picker.waitFor()
  const [box, at] = [(await picker.boundingBox())!, await labeler.place({ x: 400, y: 360 })]
  expect(Math.hypot(box.x - at.x, box.y - at.y)).toBeLessThan(20)
  await page.keyboard.type('pedes')
  await picker.getByRole('option', { name: /^Pedestrian/ }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => names(labeler)).toEqual(['Car 2', 'Pedestrian 1'])
  await picker.waitFor({ state: 'detached' })
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => names(labeler)).toEqual(['Car 2', 'Car 1'])
  // Esc leaves everything as it was, and the next key is the canvas's again.
  await page.keyboard.press('c')
  await picker.waitFor()
  await page.keyboard.press('Escape')
  await picker.waitFor({ state: 'detached' })
  // While drawing, it is for what comes next.
  await page.keyboard.press('b')
  await page.keyboard.press('c')
  await page.getByRole('dialog', { name: 'Category of what is drawn next' }).waitFor()
  await page.keyboard.type('road')
  await page.keyboard.press('Enter')
  await page
    .getByRole('button', { name: /^Road, / })
    .and(page.locator('[aria-pressed=true]'))
    .waitFor()
  expect(await names(labeler)).toEqual(['Car 2', 'Car 1'])
})

it('opens them on an object by a double click in Select, and by none in a tool that draws', async () => {
  const { page } = await tessera.open()
  const labeler = await openCars(page, 'street-2.jpg', [300, 300], [600, 300])
  await page.keyboard.press('v')
  const middle = await labeler.place({ x: 700, y: 360 })
  await page.mouse.dblclick(middle.x, middle.y)
  const picker = page.getByRole('dialog', { name: 'Category of Car 2' })
  await picker.waitFor()
  await picker.getByRole('option', { name: /^Pedestrian/ }).click()
  await expect.poll(() => names(labeler)).toEqual(['Pedestrian 2', 'Car 1'])
  await page.keyboard.press('g')
  await page.mouse.dblclick(middle.x, middle.y)
  expect(await page.getByRole('dialog').count()).toBe(0)
})

it('goes to the next and the previous unlabeled image, and says when there is none', async () => {
  const { page } = await tessera.open()
  const all = (await callHost(page, 'samples.list', {})).samples
  for (const name of ['street-2.jpg', 'street-3.jpg']) {
    const { id } = await sampleNamed(page, name)
    await callHost(page, 'samples.setStatus', { id, status: 'labeled' })
  }
  const { id: third } = await sampleNamed(page, 'street-4.jpg')
  await callHost(page, 'samples.setStatus', { id: third, status: 'unlabeled' })
  const { id: first } = await sampleNamed(page, 'street-1.jpg')
  await callHost(page, 'samples.setStatus', { id: first, status: 'unlabeled' })
  await page.getByRole('gridcell', { name: 'street-1.jpg' }).dblclick()
  await page.getByRole('application', { name: 'Image canvas' }).waitFor()
  await page.keyboard.press('Shift+D')
  await page.getByText('street-4.jpg', { exact: true }).waitFor()
  await page.keyboard.press('Shift+A')
  await page.getByText('street-1.jpg', { exact: true }).waitFor()
  await page.keyboard.press('Shift+D')
  await page.getByText('street-4.jpg', { exact: true }).waitFor()
  for (const { id, name } of all)
    if (name !== 'street-4.jpg') await callHost(page, 'samples.setStatus', { id, status: 'labeled' })
  await page.keyboard.press('Shift+A')
  await page.getByText('No image on that side is unlabeled.').waitFor()
  await page.getByText('street-4.jpg', { exact: true }).waitFor()
})

it('exports the label of the image with what was drawn a moment ago, and those of the selection', async () => {
  const { page } = await tessera.open()
  const labeler = await openCars(page, 'street-3.jpg', [300, 300])
  await page.keyboard.press('b')
  await labeler.click({ x: 800, y: 500 })
  let [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('ControlOrMeta+e')])
  expect(download.suggestedFilename()).toBe('street-3.jpg.zip')
  const file = readFileSync(await download.path())
  expect(paths(file)).toEqual(['labels/street-3.jpg.png', 'labels/street-3.jpg.json', 'ontology.json'])
  expect(file.toString('latin1')).toContain('"id":2')
  await page.keyboard.press('Alt+1')
  await page.getByRole('gridcell', { name: 'street-3.jpg' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  ;[download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('ControlOrMeta+e')])
  expect(download.suggestedFilename()).toBe('labels.zip')
  await page.getByText(/^\d labels in your downloads/).waitFor()
  expect(paths(readFileSync(await download.path()))).toContain('labels/street-3.jpg.json')
})

it.each(['dark', 'light'] as const)('can be read and reached in the %s theme', async (colorScheme) => {
  const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
  const labeler = await openCars(page, 'street-1.jpg', [300, 300])
  await labeler.cellsReady()
  await page.keyboard.press('v')
  await labeler.click({ x: 400, y: 360 })
  await page.keyboard.press('c')
  await page.getByRole('dialog', { name: /^Category of Car/ }).waitFor()
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    if (process.env.TESSERA_PICTURES)
      await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/${screen}-${colorScheme}.png` })
    for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${check.name}`] = results
    }
  }
  await look('picker')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+1')
  await page.getByRole('gridcell', { name: 'street-3.jpg' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByRole('button', { name: 'Labels of the selection as a zip' }).waitFor()
  await look('selection')
  await page.setViewportSize({ width: 900, height: 600 })
  await look('selection-small')
  expect(found).toEqual({})
})
