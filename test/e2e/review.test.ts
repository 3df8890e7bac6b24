import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { callHost, sampleNamed } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const tessera = startTessera({ arguments: ['--sample'] })

async function setStatuses(page: Page, ...list: ('labeled' | 'rejected' | 'unlabeled')[]): Promise<void> {
  const { samples } = await callHost(page, 'samples.list', {})
  for (const [i, status] of list.entries())
    await callHost(page, 'samples.setStatus', { id: samples[i]!.id, status })
}
const statusOf = async (page: Page, n: number) => (await sampleNamed(page, `street-${n}.jpg`)).status
const panel = (page: Page) => page.getByRole('complementary', { name: 'Review' })

/** Opens the queue of what waits, and waits until the image stands on the canvas. */
async function startReview(page: Page): Promise<void> {
  await page.getByRole('gridcell').first().waitFor()
  await page.getByRole('button', { name: 'Review', exact: true }).click()
  await panel(page).waitFor()
  await ready(page)
}
const ready = (page: Page) =>
  page.waitForFunction(
    () => document.querySelector('[role=application]')?.getAttribute('aria-busy') === 'false',
  )

it('goes through what waits by keys, records who and when, and draws nothing meanwhile', async () => {
  const { page } = await tessera.open()
  await setStatuses(page, 'labeled', 'labeled', 'labeled')
  const third = await sampleNamed(page, 'street-3.jpg')
  await callHost(page, 'cards.change', { sampleId: third.id, change: { kind: 'priority', priority: 5 } })
  await startReview(page)
  // The one with the higher priority comes first.
  await page.getByText('street-3.jpg', { exact: true }).waitFor()
  await page.getByText(/^1 of 3 · status:/).waitFor()
  await page.getByRole('application').click({ position: { x: 300, y: 300 } })
  await page.mouse.wheel(0, 240)

  await page.keyboard.press('y')
  await page.getByText('street-1.jpg', { exact: true }).waitFor()
  await expect.poll(() => statusOf(page, 3)).toBe('reviewed')
  const states = await callHost(page, 'label.revisions', { sampleId: third.id })
  expect(states[0]).toMatchObject({ tool: 'review', status: 'reviewed', author: expect.stringMatching(/./) })
  expect((await sampleNamed(page, 'street-3.jpg')).objectCount).toBe(0)

  await ready(page)
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Why is it rejected?' }).fill('Two cars are one object')
  await page.keyboard.press('Enter')
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  await expect.poll(() => statusOf(page, 1)).toBe('rejected')
  const first = await sampleNamed(page, 'street-1.jpg')
  const card = await callHost(page, 'cards.get', { sampleId: first.id })
  expect(card.issues).toMatchObject([{ text: 'Two cars are one object', at: null, resolved: null }])

  await ready(page)
  await page.keyboard.press('k')
  await page.getByText('That was the last one.').waitFor()
  expect(await statusOf(page, 2)).toBe('labeled')
})

it('pins issues to places, by pointer and by keys, and answers and resolves them', async () => {
  const { page } = await tessera.open()
  await setStatuses(page, 'unlabeled', 'labeled', 'unlabeled')
  await page.getByRole('searchbox').fill('street-2')
  await expect.poll(() => page.getByRole('gridcell').count()).toBe(1)
  await startReview(page)
  await page.keyboard.press('Shift+I')
  const canvas = (await page.getByRole('application').boundingBox())!
  await page.mouse.click(canvas.x + canvas.width * 0.4, canvas.y + canvas.height * 0.5)
  await page.getByRole('textbox', { name: 'What is wrong?' }).fill('The edge is loose')
  await page.getByRole('button', { name: 'Loose edge' }).click()
  await page.getByRole('button', { name: 'Add issue' }).click()
  const pin = page.getByRole('button', { name: 'Issue 1: The edge is loose' }).first()
  await pin.waitFor()
  const sample = await sampleNamed(page, 'street-2.jpg')
  const cardOf = () => callHost(page, 'cards.get', { sampleId: sample.id })
  expect((await cardOf()).issues[0]).toMatchObject({ tags: ['Loose edge'], at: { x: expect.any(Number) } })
  const { at } = (await cardOf()).issues[0]!
  expect(at!.x).toBeGreaterThan(0)
  expect(at!.x).toBeLessThan(sample.width)

  await page.locator('[role=application]').focus()
  await page.keyboard.press('Shift+I')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'What is wrong?' }).fill('A pole is missing')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await cardOf()).issues.length).toBe(2)

  // The next issue is looked at closely; its pin stands in the middle.
  await page.locator('[role=application]').focus()
  await page.keyboard.press('j')
  const near = page.locator('[data-x][data-active]')
  await expect
    .poll(async () => {
      const box = (await near.boundingBox())!
      return Math.abs(box.x + box.width / 2 - (canvas.x + canvas.width / 2)) < canvas.width * 0.3
    })
    .toBe(true)
  await page.getByRole('textbox', { name: 'Reply to issue 1' }).fill('Which side?')
  await page.keyboard.press('Enter')
  await page.getByText('Which side?').waitFor()
  await page.getByRole('button', { name: 'Resolve' }).click()
  await expect.poll(async () => (await cardOf()).issues[0]!.resolved?.by).toBeTruthy()
  await page.getByRole('combobox', { name: 'Show' }).click()
  await page.getByRole('option', { name: 'Resolved' }).click()
  await page.getByRole('button', { name: 'Resolved issue 1: The edge is loose' }).first().waitFor()
  expect((await sampleNamed(page, 'street-2.jpg')).openIssues).toBe(1)
  // An open issue is reason enough.
  await page.locator('[role=application]').focus()
  await page.keyboard.press('n')
  await expect.poll(() => statusOf(page, 2)).toBe('rejected')
})

it('shows the tools only when somebody asks to edit, and the issues beside them', async () => {
  const { page } = await tessera.open()
  await setStatuses(page, 'unlabeled', 'labeled', 'unlabeled')
  await page.getByRole('searchbox').fill('street-2')
  await expect.poll(() => page.getByRole('gridcell').count()).toBe(1)
  await startReview(page)
  expect(await page.getByRole('button', { name: 'Brush' }).count()).toBe(0)
  await page.locator('[role=application]').focus()
  await page.keyboard.press('e')
  await page.getByRole('button', { name: 'Brush' }).waitFor()
  await page.getByRole('button', { name: /open issue/ }).click()
  await page.getByRole('region', { name: 'Issues of this image' }).getByText('A pole is missing').waitFor()
  await page.getByRole('button', { name: 'Back to review' }).click()
  await panel(page).waitFor()
  expect(await page.getByRole('button', { name: 'Brush' }).count()).toBe(0)
})

it('shows what changed since the last review: held, kept, as it was, and blinking until it is stopped', async () => {
  const { page } = await tessera.open()
  const categories = await callHost(page, 'categories.list', {})
  const [car, road] = ['Car', 'Road'].map((name) => categories.find((each) => each.name === name)!.id)
  await saveBlocks(page, 'street-3.jpg', [
    [1, car!, 300, 300, 200, 150],
    [2, car!, 900, 300, 100, 100],
  ])
  const { id } = await sampleNamed(page, 'street-3.jpg')
  await callHost(page, 'samples.setStatus', { id, status: 'rejected', review: true })
  const after: Block[] = [
    [1, car!, 320, 300, 200, 150],
    [2, road!, 900, 300, 100, 100],
    [3, car!, 600, 700, 50, 40],
  ]
  await saveBlocks(page, 'street-3.jpg', after, 'labeled')
  await page.getByRole('searchbox').fill('street-3')
  await expect.poll(() => page.getByRole('gridcell').count()).toBe(1)
  await startReview(page)
  const overlay = page.locator('canvas[data-shows]')
  const section = page.getByRole('region', { name: 'Since the last review' })
  await section.getByText(/^Rejected/).waitFor()
  await page.locator('[role=application]').focus()
  await page.keyboard.press('b')
  await overlay.waitFor()
  expect(await section.getByRole('listitem').allTextContents()).toEqual([
    'Added5,000 px',
    'Removed3,000 px',
    'Other category10,000 px',
    'Other object0 px',
    'Car 1: +3,000 −3,000 px',
    'Car 2 is Road 2 now',
    'Car 3 added, 2,000 px',
  ])
  await page
    .getByText('Since the last review: 5,000 pixels added, 3,000 removed, 10,000 of another')
    .waitFor({ state: 'attached' })
  if (process.env.TESSERA_PICTURES)
    await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/review-changes.png` })
  await page.keyboard.press('.')
  await page.keyboard.press('.')
  expect(await section.locator('[aria-current=true]').textContent()).toBe('Car 2 is Road 2 now')
  // Tapped once more it is gone; held, it is there while the key is down.
  await page.keyboard.press('b')
  await overlay.waitFor({ state: 'detached' })
  await page.keyboard.down('Shift')
  await page.keyboard.down('B')
  await page.locator('canvas[data-shows=before]').waitFor()
  await page.waitForTimeout(400)
  await page.keyboard.up('B')
  await page.keyboard.up('Shift')
  await overlay.waitFor({ state: 'detached' })

  await page.keyboard.press('Alt+b')
  await page.locator('canvas[data-shows=before]').waitFor()
  await overlay.waitFor({ state: 'detached' })
  await page.locator('canvas[data-shows=before]').waitFor()
  await section.getByRole('button', { name: 'Stop blinking' }).click()
  await overlay.waitFor({ state: 'detached' })
  await page.waitForTimeout(700)
  expect(await overlay.count()).toBe(0)
})

it.each(['dark', 'light'] as const)('can be read and reached in the %s theme', async (colorScheme) => {
  const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
  await setStatuses(page, 'unlabeled', 'labeled', 'unlabeled')
  await page.getByRole('searchbox').fill('street-2')
  await expect.poll(() => page.getByRole('gridcell').count()).toBe(1)
  await startReview(page)
  await page
    .getByRole('button', { name: /^Issue 2: / })
    .first()
    .click()
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${check.name}`] = results
    }
  }
  await look('review')
  await page.setViewportSize({ width: 900, height: 600 })
  await look('small')
  expect(found).toEqual({})
})
