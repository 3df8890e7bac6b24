import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { isLostLine, startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { type AppPage, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

/** While its host is away a browser reports each failed request; nothing else may have gone wrong. */
function forgiveLostLine({ problems }: AppPage): void {
  const others = problems.filter((problem) => !isLostLine(problem))
  problems.splice(0, problems.length, ...others)
}

async function restart(): Promise<void> {
  tessera.forgetSession()
  await tessera.app.restart()
}

async function paint(page: Page, labeler: Labeler, y: number): Promise<void> {
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y },
    { x: 600, y },
  ])
}

/** A stroke whose button stays down, once the journal has all of it up to 600. */
async function pressAndDrag(labeler: Labeler, y: number): Promise<void> {
  const [start, end] = await Promise.all([labeler.place({ x: 300, y }), labeler.place({ x: 600, y })])
  await labeler.page.mouse.move(start.x, start.y)
  await labeler.page.mouse.down()
  await labeler.page.mouse.move(end.x, end.y, { steps: 6 })
  // The first record to come may have been on its way already; the next one is made after it.
  for (const more of [4, 8]) {
    const recorded = labeler.page.waitForResponse((response) => response.url().endsWith('/journal'))
    await labeler.page.mouse.move(end.x + more, end.y)
    expect((await recorded).status()).toBe(200)
  }
}

const labeledAt = (ids: Uint32Array | null, y: number) => ids !== null && ids[y * size.width + 450] !== 0

it('keeps a label whose host is killed right after it said "Saved"', async () => {
  const before = await tessera.open()
  const labeler = await Labeler.open(before.page, 'street-1.jpg', size)
  await paint(before.page, labeler, 300)
  await labeler.saved()
  await tessera.app.kill()
  const shown = await labeler.objects()
  await before.page.goto('about:blank')
  forgiveLostLine(before)

  await restart()
  const { page } = await tessera.open()
  const again = await Labeler.open(page, 'street-1.jpg', size)
  await expect.poll(() => again.objects()).toEqual(shown)
  expect(labeledAt(await savedIds(page, 'street-1.jpg'), 300)).toBe(true)
})

it('brings back a stroke that only the journal had, and says so', async () => {
  const before = await tessera.open()
  const labeler = await Labeler.open(before.page, 'street-2.jpg', size)
  // The whole label never reaches the host; the stroke's own record does.
  await before.page.route('**/data/samples/*/label', () => {})
  const recorded = before.page.waitForResponse((response) => response.url().endsWith('/journal'))
  await paint(before.page, labeler, 300)
  expect((await recorded).status()).toBe(200)
  expect(await labeler.saveMark.textContent()).not.toBe('Saved')
  expect(await savedIds(before.page, 'street-2.jpg')).toBeNull()
  await tessera.app.kill()
  await before.page.close()
  forgiveLostLine(before)

  await restart()
  const { page } = await tessera.open()
  const again = await Labeler.open(page, 'street-2.jpg', size)
  await page.getByText('Recovered 1 edit from before the crash.').waitFor()
  expect(await again.objects()).toHaveLength(1)
  expect(labeledAt(await savedIds(page, 'street-2.jpg'), 300)).toBe(true)
})

it('brings back a stroke that was still being drawn, as far as it had come', async () => {
  const before = await tessera.open()
  const { page: drawing } = before
  const labeler = await Labeler.open(drawing, 'street-1.jpg', size)
  await drawing.keyboard.press('b')
  await pressAndDrag(labeler, 550)
  await tessera.app.kill()
  await before.page.close()
  forgiveLostLine(before)

  await restart()
  const { page } = await tessera.open()
  await Labeler.open(page, 'street-1.jpg', size)
  await page.getByText('Recovered 1 edit from before the crash.').waitFor()
  expect(labeledAt(await savedIds(page, 'street-1.jpg'), 550)).toBe(true)
})

it('leaves nothing of a stroke that was cancelled, also after a crash', async () => {
  const before = await tessera.open()
  const { page: drawing } = before
  const labeler = await Labeler.open(drawing, 'street-1.jpg', size)
  const shown = await labeler.objects()
  await drawing.keyboard.press('b')
  await pressAndDrag(labeler, 650)
  // The whole label never reaches the host; what the journal holds must do.
  await drawing.route('**/data/samples/*/label', () => {})
  const takenBack = drawing.waitForResponse((response) => response.url().endsWith('/journal'))
  await drawing.keyboard.press('Escape')
  expect((await takenBack).status()).toBe(200)
  expect(await labeler.objects()).toEqual(shown)
  await tessera.app.kill()
  await before.page.close()
  forgiveLostLine(before)

  await restart()
  const { page } = await tessera.open()
  const again = await Labeler.open(page, 'street-1.jpg', size)
  await expect.poll(() => again.objects()).toEqual(shown)
  expect(labeledAt(await savedIds(page, 'street-1.jpg'), 650)).toBe(false)
})

it('says that the host is gone, keeps what is drawn meanwhile, and saves it when the host is back', async () => {
  const window = await tessera.open()
  const { page, context } = window
  const labeler = await Labeler.open(page, 'street-3.jpg', size)
  await paint(page, labeler, 300)
  await labeler.saved()
  await tessera.app.kill()
  const banner = page.getByRole('alert').filter({ hasText: 'Not connected to Tessera' })
  await banner.waitFor()
  await page.keyboard.press('n')
  await paint(page, labeler, 500)
  await page.locator('[role=status][data-state=failed]').waitFor()
  await page.getByText('kept in this window').waitFor()

  await restart()
  // The program's new link is opened in another tab, which signs this window in as well.
  const tab = await context.newPage()
  await tab.goto(await tessera.app.link())
  await tab.getByText('street-scenes', { exact: true }).waitFor()
  await page.bringToFront()
  await labeler.saved()
  await banner.waitFor({ state: 'detached' })
  await page.getByText('This window is not signed in').waitFor({ state: 'detached' })
  const ids = await savedIds(page, 'street-3.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 400), labeledAt(ids, 500)]).toEqual([true, false, true])
  forgiveLostLine(window)
})

it('tells a page without a session how to get in', async () => {
  const window = await tessera.open()
  const { page, context } = window
  await context.clearCookies()
  await page.reload()
  await page.getByRole('alert').filter({ hasText: 'This window is not signed in' }).waitFor()
  forgiveLostLine(window)
})
