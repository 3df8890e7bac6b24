import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const tessera = startTessera({ arguments: ['--sample'] })
const findings = (page: Page) => page.getByRole('region', { name: 'Findings' })
const rows = (page: Page) => findings(page).getByRole('listitem')

/** The sample library has these two. */
const [CAR, ROAD] = [1, 2]
async function openBlocks(page: Page, name: string, ...blocks: readonly Block[]): Promise<Labeler> {
  const list = await callHost(page, 'categories.list', {})
  const [car, road] = ['Car', 'Road'].map((each) => list.find((category) => category.name === each)!.id)
  const own = blocks.map(([id, category, ...place]): Block => [id, category === CAR ? car! : road!, ...place])
  await saveBlocks(page, name, own)
  return Labeler.open(page, name, await sampleNamed(page, name))
}
const statusOf = async (page: Page, name: string) => (await sampleNamed(page, name)).status

it('looks at a label that is marked as labeled, shows where, keeps what is no problem, and lets the person go on', async () => {
  const { page } = await tessera.open()
  await openBlocks(
    page,
    'street-1.jpg',
    [1, CAR, 300, 300, 200, 150],
    [1, CAR, 700, 300, 4, 4],
    [0, CAR, 350, 350, 3, 3],
  )
  await page.keyboard.press('ControlOrMeta+Enter')
  await findings(page).waitFor()
  await expect.poll(() => rows(page).count()).toBe(2)
  // It is marked, and the image is still there.
  await expect.poll(() => statusOf(page, 'street-1.jpg')).toBe('labeled')
  await page.getByText('street-1.jpg', { exact: true }).waitFor()
  await rows(page).getByText('A part of 16 px lies apart from the rest (below 30 px).').waitFor()
  await rows(page).getByText('A hole of 9 px inside (below 30 px).').waitFor()

  // The way to the place: enlarged, with the object chosen.
  const zoom = () =>
    page
      .getByRole('button', { name: /^\d+ %/ })
      .first()
      .textContent()
  const before = await zoom()
  await page.keyboard.press('F8')
  expect(await rows(page).first().getByRole('button').first().getAttribute('aria-current')).toBe('true')
  expect(await zoom()).not.toBe(before)
  await page.keyboard.press('F8')
  await page.keyboard.press('Shift+F8')

  await rows(page)
    .first()
    .getByRole('button', { name: /^Not a problem: Island/ })
    .click()
  await expect.poll(() => rows(page).count()).toBe(1)
  await findings(page).getByText('1 dismissed before').waitFor()
  const sample = await sampleNamed(page, 'street-1.jpg')
  const card = await callHost(page, 'cards.get', { sampleId: sample.id })
  expect(card.dismissed).toMatchObject([{ check: 'islands', objects: [1] }])

  await page.keyboard.press('Alt+F8')
  await expect.poll(() => rows(page).count()).toBe(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expect.poll(() => rows(page).count()).toBe(1)
  // Marked once more, it goes on all the same.
  await page.locator('[role=application]').focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  await findings(page).waitFor({ state: 'detached' })
})

it('does not tell again of what is no problem, until the pixels of the object change', async () => {
  const { page } = await tessera.open()
  const labeler = await openBlocks(
    page,
    'street-2.jpg',
    [1, CAR, 300, 300, 200, 150],
    [1, CAR, 700, 300, 4, 4],
  )
  await page.keyboard.press('ControlOrMeta+F8')
  await rows(page)
    .getByRole('button', { name: /^Not a problem/ })
    .click()
  await findings(page).getByText('Nothing to look at').first().waitFor()
  await page.keyboard.press('ControlOrMeta+F8')
  await findings(page).getByText('1 dismissed before').waitFor()
  await findings(page).getByRole('button', { name: 'Close' }).click()

  await page.keyboard.press('ControlOrMeta+F8')
  await page.keyboard.press('v')
  await labeler.click({ x: 400, y: 360 })
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 400, y: 452 },
    { x: 410, y: 452 },
  ])
  // The label is looked at again by itself, once the hand rests.
  await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(1)
})

it('goes on at once where nothing is found, and looks at nothing when it is switched off', async () => {
  const { page } = await tessera.open()
  await openBlocks(page, 'street-3.jpg', [1, CAR, 300, 300, 200, 150])
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => statusOf(page, 'street-3.jpg'), { timeout: 20_000 }).toBe('labeled')
  await page.getByText('street-3.jpg', { exact: true }).waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+1')

  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('switch', { name: /^Check labels when/ }).click()
  await page.keyboard.press('Escape')
  await openBlocks(page, 'street-1.jpg', [1, CAR, 300, 300, 200, 150], [2, CAR, 502, 300, 200, 150])
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  expect(await findings(page).count()).toBe(0)
})

it('shows three first steps, each until it was done, and again when somebody asks', async () => {
  const { page } = await tessera.open()
  const labeler = await openBlocks(page, 'street-2.jpg', [1, CAR, 300, 300, 200, 150])
  await labeler.cellsReady()
  const mark = page.getByRole('complementary', { name: 'First steps' })
  await mark.getByText('1 of 3').waitFor()
  await page.keyboard.press('b')
  await labeler.hover({ x: 900, y: 600 })
  await labeler.wheel(2)
  await mark.getByText('2 of 3').waitFor()
  await page.keyboard.press('v')
  await labeler.click({ x: 400, y: 360 })
  await page.keyboard.press('b')
  await labeler.drag(
    [
      { x: 400, y: 360 },
      { x: 440, y: 360 },
    ],
    { alt: true },
  )
  await mark.getByText('3 of 3').waitFor()
  await mark.getByRole('button', { name: 'Skip all' }).click()
  await mark.waitFor({ state: 'detached' })
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('first steps')
  await page.keyboard.press('Enter')
  await mark.getByText('1 of 3').waitFor()
})

it.each(['dark', 'light'] as const)('can be read and reached in the %s theme', async (colorScheme) => {
  const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
  const labeler = await openBlocks(
    page,
    'street-4.jpg',
    [1, CAR, 300, 300, 200, 150],
    [2, CAR, 502, 300, 200, 150],
    [3, CAR, 300, 450, 200, 100],
    [3, CAR, 900, 450, 40, 40],
    [4, ROAD, 900, 700, 3, 3],
  )
  await labeler.cellsReady()
  await page.keyboard.press('ControlOrMeta+F8')
  await expect.poll(() => rows(page).count()).toBeGreaterThan(3)
  await page.keyboard.press('F8')
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    if (process.env.TESSERA_PICTURES)
      await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/checks-${screen}-${colorScheme}.png` })
    for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${check.name}`] = results
    }
  }
  await look('findings')
  await page.setViewportSize({ width: 900, height: 600 })
  await look('small')
  expect(found).toEqual({})
})
