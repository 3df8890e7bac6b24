import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost } from './page.ts'

const tessera = startTessera({ arguments: ['--sample'] })

const cells = (page: Page) => page.getByRole('gridcell')
const cell = (page: Page, n: number) => page.getByRole('gridcell', { name: new RegExp(`^street-${n}\\.jpg`) })
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search images' })
async function shown(page: Page, ...numbers: number[]): Promise<void> {
  await expect
    .poll(
      async () =>
        await cells(page).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? '')),
    )
    .toEqual(numbers.map((n) => expect.stringMatching(new RegExp(`^street-${n}\\.jpg`))))
}
async function selected(page: Page, ...numbers: number[]): Promise<void> {
  await expect
    .poll(() =>
      cells(page).evaluateAll((all) =>
        all.flatMap((each, i) => (each.getAttribute('aria-selected') === 'true' ? [i + 1] : [])),
      ),
    )
    .toEqual(numbers)
}

it('selects by click, Ctrl, Shift, rubber band and Ctrl+A, and says how many', async () => {
  const { page } = await tessera.open()
  await shown(page, 1, 2, 3, 4)
  await cell(page, 2).click()
  await selected(page, 2)
  await cell(page, 4).click({ modifiers: ['ControlOrMeta'] })
  await selected(page, 2, 4)
  await cell(page, 2).click()
  await cell(page, 4).click({ modifiers: ['Shift'] })
  await selected(page, 2, 3, 4)
  await page.getByText('3 selected').waitFor()
  await page.keyboard.press('Escape')
  await selected(page)

  const [first, third] = [(await cell(page, 1).boundingBox())!, (await cell(page, 3).boundingBox())!]
  await page.mouse.move(third.x + 30, third.y + third.height + 120)
  await page.mouse.down()
  await page.mouse.move(first.x + 40, first.y + 60, { steps: 6 })
  await page.mouse.up()
  await expect
    .poll(() =>
      page
        .getByText(/selected/)
        .first()
        .textContent(),
    )
    .toMatch(/\d selected/)
  await page.keyboard.press('ControlOrMeta+a')
  await selected(page, 1, 2, 3, 4)
  await page.getByText('4 selected').waitFor()
})

it('finds what is typed, in step with chips, and points at what means nothing', async () => {
  const { page } = await tessera.open()
  await shown(page, 1, 2, 3, 4)
  await page.keyboard.press('/')
  await page.keyboard.type('street-2')
  await shown(page, 2)
  await search(page).fill('status:done')
  await page.getByText('A status is one of').waitFor()
  await shown(page, 1, 2, 3, 4)
  await search(page).fill('-street-1 status:unlabeled')
  await shown(page, 2, 3, 4)
  await page.getByRole('button', { name: 'Remove the filter -street-1' }).click()
  await expect.poll(() => search(page).inputValue()).toBe('status:unlabeled')
  await shown(page, 1, 2, 3, 4)
  await page.getByRole('button', { name: /^Labeled/ }).click()
  await page.getByText('No image matches').waitFor()
  expect(await search(page).inputValue()).toBe('status:labeled')
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await shown(page, 1, 2, 3, 4)
})

it('tags many by keys alone, takes it back, and finds them by the tag', async () => {
  const { page } = await tessera.open()
  await shown(page, 1, 2, 3, 4)
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await selected(page, 1, 2)
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'New tag' }).waitFor()
  await page.keyboard.type('night, wet')
  await page.keyboard.press('Enter')
  await page.getByText('Tags of 2 images changed.').waitFor()
  await search(page).fill('tag:NIGHT')
  await shown(page, 1, 2)
  await search(page).press('Enter')
  await page.keyboard.press('ControlOrMeta+z')
  await page.getByText('Taken back on 2 images.').waitFor()
  await page.getByText('No image matches').waitFor()
  const { tags } = await callHost(page, 'cards.words', {})
  expect(tags).toEqual([])
  await page.keyboard.press('i')
})

it('keeps metadata, split and priority of an image', async () => {
  const { page } = await tessera.open()
  await cell(page, 3).click()
  await page.keyboard.press('i')
  await page.getByRole('combobox', { name: 'Key' }).fill('weather')
  await page.getByRole('textbox', { name: 'Value' }).fill('rain')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'weather' }).waitFor()
  await page.getByRole('spinbutton', { name: 'Priority' }).fill('7')
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Split' }).click()
  await page.getByRole('option', { name: 'val' }).click()
  const { samples } = await callHost(page, 'samples.list', {})
  const id = samples.find(({ name }) => name === 'street-3.jpg')!.id
  await expect
    .poll(() => callHost(page, 'cards.get', { sampleId: id }))
    .toMatchObject({ metadata: { weather: 'rain' }, split: 'val', priority: 7 })
  await search(page).fill('weather:rain split:val priority:>5')
  await shown(page, 3)
  await page.keyboard.press('i')
})

it('moves images to the trash and back, and asks before it destroys', async () => {
  const { page } = await tessera.open()
  await cell(page, 4).click()
  await page.keyboard.press('Delete')
  await page.getByText('1 image moved to the trash.').waitFor()
  await shown(page, 1, 2, 3)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await shown(page, 1, 2, 3, 4)
  await cell(page, 4).click()
  await page.keyboard.press('Delete')
  await shown(page, 1, 2, 3)
  await page.getByRole('button', { name: /^Trash/ }).click()
  await shown(page, 4)
  await cell(page, 4).click()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('The trash is empty').waitFor()
  await page.getByRole('button', { name: 'Back to the images' }).first().click()
  await shown(page, 1, 2, 3, 4)
})

it('labels in the order of the list, says which, and comes back to where it was', async () => {
  const { page } = await tessera.open()
  await search(page).fill('-street-2')
  await shown(page, 1, 3, 4)
  await cell(page, 3).dblclick()
  await Labeler.shown(page, { width: 1920, height: 1208 })
  await page.getByText('2 of 3 · -street-2').waitFor()
  await page.keyboard.press('d')
  await page.getByText('3 of 3 · -street-2').waitFor()
  await page.getByText('street-4.jpg', { exact: true }).waitFor()
  await page.keyboard.press('Alt+1')
  await shown(page, 1, 3, 4)
  expect(await search(page).inputValue()).toBe('-street-2')
  await expect.poll(() => cell(page, 4).getAttribute('data-active')).toBe('true')
})

it.each(['dark', 'light'] as const)(
  'shows labels over thumbnails and lines with columns that all can read in the %s theme',
  async (colorScheme) => {
    const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
    await shown(page, 1, 2, 3, 4)
    const found: Record<string, string[]> = {}
    const look = async (screen: string) => {
      for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${check.name}`] = results
      }
    }
    await page.keyboard.press('i')
    await page.keyboard.press('ControlOrMeta+a')
    await page.getByText('4 selected').waitFor()
    await look('panel and actions')
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'Show as grid' }).waitFor()
    await look('list')
    await search(page).fill('status:x tag:y')
    await page.getByText('A status is one of').waitFor()
    await look('mistake and chips')
    await search(page).fill('')
    await shown(page, 1, 2, 3, 4)
    await page.setViewportSize({ width: 900, height: 600 })
    // A button that can be pressed again takes a moment to its colour.
    await page.waitForFunction(() => document.getAnimations().length === 0)
    await look('small')
    await search(page).press('Enter')
    for (const key of ['l', 'i']) await page.keyboard.press(key)
    expect(found).toEqual({})
  },
)
