import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'
import { saveBlocks } from './saved-label.ts'

// Keys that come before the app is ready for them.
const tessera = startTessera({ arguments: ['--sample'] })
const statusOf = async (page: Page, name: string) => (await sampleNamed(page, name)).status
const carOf = async (page: Page) =>
  (await callHost(page, 'categories.list', {})).find(({ name }) => name === 'Car')!.id

/** Labels stay on their way until the returned function is called. */
async function slowLabels(page: Page): Promise<() => void> {
  let go = () => {}
  const gone = new Promise<void>((resolve) => {
    go = resolve
  })
  await page.route('**/data/labels/*', async (route) => {
    await gone
    await route.continue().catch(() => {})
  })
  return go
}

it('marks an image whose label is still being opened as soon as it is there, once', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-1.jpg', [[1, await carOf(page), 300, 300, 200, 150]])
  const go = await slowLabels(page)
  await page.getByRole('gridcell', { name: 'street-1.jpg' }).dblclick()
  await page.getByRole('application', { name: 'Image canvas' }).waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('It is marked as soon as it is there.').waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  expect(await statusOf(page, 'street-1.jpg')).toBe('in progress')
  go()
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  await expect.poll(() => statusOf(page, 'street-1.jpg')).toBe('labeled')
  expect(await statusOf(page, 'street-2.jpg')).toBe('unlabeled')
})

it('says that an image was not marked when it was left before its label was there', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-2.jpg', [[1, await carOf(page), 300, 300, 200, 150]])
  const go = await slowLabels(page)
  await page.getByRole('gridcell', { name: 'street-2.jpg' }).dblclick()
  await page.getByRole('application', { name: 'Image canvas' }).waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.keyboard.press('d')
  await page.getByText('street-2.jpg was not marked: its label did not open before you left.').waitFor()
  go()
  await page.getByText('street-3.jpg', { exact: true }).waitFor()
  expect(await statusOf(page, 'street-2.jpg')).toBe('in progress')
})

it('applies a cleanup with the number that was typed, however soon Enter follows', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-4.jpg', [
    [1, await carOf(page), 300, 300, 200, 150],
    [0, 1, 350, 350, 30, 30],
  ])
  const labeler = await Labeler.open(page, 'street-4.jpg', await sampleNamed(page, 'street-4.jpg'))
  await page.keyboard.press('v')
  await labeler.click({ x: 310, y: 310 })
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('Fill holes')
  await page.getByRole('option', { name: /^Fill holes …/ }).waitFor()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('region', { name: 'Fill holes' })
  await panel.getByText('No hole like that.').waitFor()
  // No more than a turn of the page in between, so that nothing is counted yet.
  await panel.getByRole('spinbutton').evaluate(async (input: HTMLInputElement) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!
    set.call(input, '1000')
    input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await new Promise((resolve) => setTimeout(resolve))
    input.form!.requestSubmit(input.form!.querySelector<HTMLButtonElement>('[type=submit]'))
  })
  await page.getByText('Fill a hole of Car 1.').waitFor()
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBe(200 * 150)
  await labeler.saved()
})
