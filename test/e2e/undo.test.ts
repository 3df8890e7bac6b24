import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { axeViolations } from './axe.ts'
import { isLostLine, startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { type AppPage, callHost, sampleNamed, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const large = { width: 1920, height: 1208 }
const tessera = startTessera({ arguments: ['--sample'] })

async function openScene(name: string, options: Parameters<typeof tessera.open>[0] = {}) {
  const window = await tessera.open(options)
  const labeler = await Labeler.open(window.page, name, name === 'street-4.jpg' ? large : size)
  return { window, page: window.page, labeler }
}

/** A line of the brush as thick as it is. */
async function line(labeler: Labeler, y: number): Promise<void> {
  await labeler.page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y },
    { x: 600, y },
  ])
}

const button = (page: Page, name: RegExp) => page.getByRole('button', { name })
const steps = (page: Page) => page.getByRole('listbox', { name: 'Steps' })
const titles = (page: Page) =>
  steps(page)
    .getByRole('option')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.textContent))
const stepsWritten = (page: Page) =>
  page.waitForResponse(
    (response) => response.url().endsWith('/steps') && response.request().method() === 'POST',
  )

function forgiveLostLine({ problems }: AppPage): void {
  const others = problems.filter((problem) => !isLostLine(problem))
  problems.splice(0, problems.length, ...others)
}

it('names the step at the buttons, in the menu and in the palette, and marks what was taken back', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await expect.poll(() => button(page, /^Undo$/).isDisabled()).toBe(true)
  await page.keyboard.press('8')
  await line(labeler, 200)
  await button(page, /^Undo Brush on Car 1$/).waitFor()
  await expect.poll(() => button(page, /^Redo$/).isDisabled()).toBe(true)
  // What was changed is out of sight: it comes back into it, with a frame around it.
  for (let i = 0; i < 12; i++) await page.keyboard.press('Control+=')
  for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Control+z')
  await page.locator('[data-flash]:visible').waitFor()
  const [frame, canvas] = await Promise.all([
    page.locator('[data-flash]').boundingBox(),
    labeler.canvas.boundingBox(),
  ])
  expect(frame!.y + frame!.height).toBeGreaterThan(canvas!.y)
  expect(frame!.y).toBeLessThan(canvas!.y + canvas!.height)
  await page.locator('[data-flash]').waitFor({ state: 'hidden' })
  await button(page, /^Redo Brush on Car 1$/).waitFor()
  expect(await labeler.objects()).toEqual([])
  await page.keyboard.press('f')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('redo')
  await page
    .getByRole('option', { name: /Redo Brush on Car 1/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => labeler.objects()).toMatchObject([{ name: 'Car 1' }])
  await labeler.click({ x: 900, y: 700 }, { button: 'right' })
  await page.getByRole('menuitem', { name: /Undo Brush on Car 1/ }).click()
  await expect.poll(() => labeler.objects()).toEqual([])
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(() => labeler.objects()).toMatchObject([{ name: 'Car 1' }])
})

it('takes back and makes again after a reload, and after the program was killed', async () => {
  const { window, page, labeler } = await openScene('street-2.jpg')
  await page.keyboard.press('8')
  for (const y of [200, 300, 400]) {
    const written = stepsWritten(page)
    await line(labeler, y)
    await page.keyboard.press('n')
    await written
  }
  await page.keyboard.press('Control+z')
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  await labeler.saved()
  await page.reload()
  const again = await Labeler.shown(page, size)
  await button(page, /^Undo Brush on Car 2$/).waitFor()
  await button(page, /^Redo Brush on Car 3$/).waitFor()
  await page.keyboard.press('Control+z')
  await expect.poll(() => again.objects()).toHaveLength(1)
  for (let n = 0; n < 2; n++) {
    const written = stepsWritten(page)
    await page.keyboard.press('Control+y')
    await written
  }
  await expect.poll(() => again.objects()).toHaveLength(3)
  const changed = stepsWritten(page)
  await page.keyboard.press('Control+z')
  await changed
  await tessera.app.kill()
  await page.close()
  forgiveLostLine(window)

  tessera.forgetSession()
  await tessera.app.restart()
  const { page: next, labeler: last } = await openScene('street-2.jpg')
  await button(next, /^Undo Brush on Car 2$/).waitFor()
  await next.keyboard.press('Control+z')
  await next.keyboard.press('Control+z')
  await expect.poll(() => last.objects()).toEqual([])
  for (let i = 0; i < 3; i++) await next.keyboard.press('Control+y')
  await expect.poll(() => last.objects()).toHaveLength(3)
  await last.saved()
  const ids = await savedIds(next, 'street-2.jpg')
  expect([200, 300, 400].map((y) => ids![y * size.width + 450])).toEqual([1, 2, 3])
})

it('has the step of a stroke that was made the moment before a reload', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await page.keyboard.press('8')
  for (let n = 0; n < 5; n++) {
    const scene = n === 0 ? labeler : await Labeler.shown(page, size)
    const count = (await scene.objects()).length
    await page.keyboard.press('n')
    await page.keyboard.press('b')
    await scene.drag([
      { x: 900, y: 100 + 90 * n },
      { x: 1200, y: 100 + 90 * n },
    ])
    await page.reload()
    const again = await Labeler.shown(page, size)
    await expect.poll(() => again.objects()).toHaveLength(count + 1)
    await button(page, /^Undo (Brush on Car|Restored edit)/).waitFor()
  }
  for (let n = 0; n < 5; n++) await page.keyboard.press('Control+z')
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await labeler.saved()
})

it('makes a step of edits that a crash left in the journal and whose own steps were lost', async () => {
  const { window, page, labeler } = await openScene('street-3.jpg')
  await page.keyboard.press('8')
  const written = stepsWritten(page)
  await line(labeler, 200)
  await written
  await labeler.saved()
  await page.keyboard.press('n')
  // Neither the label nor the step reaches the host any more; the record of the journal does.
  await page.route('**/data/samples/*/{label,steps}', () => {})
  const recorded = page.waitForResponse((response) => response.url().endsWith('/journal'))
  await line(labeler, 400)
  expect((await recorded).status()).toBe(200)
  await tessera.app.kill()
  await page.close()
  forgiveLostLine(window)

  tessera.forgetSession()
  await tessera.app.restart()
  const { page: next, labeler: again } = await openScene('street-3.jpg')
  await button(next, /^Undo Restored edit$/).waitFor()
  expect(await again.objects()).toHaveLength(2)
  await next.keyboard.press('Control+z')
  await expect.poll(() => again.objects()).toMatchObject([{ name: 'Car 1' }])
  await button(next, /^Undo Brush on Car 1$/).waitFor()
  await next.keyboard.press('Control+z')
  await expect.poll(() => again.objects()).toEqual([])
  await next.keyboard.press('Control+y')
  await next.keyboard.press('Control+y')
  await expect.poll(() => again.objects()).toHaveLength(2)
})

it('makes a step of a save whose own step never came', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await page.keyboard.press('8')
  const written = stepsWritten(page)
  await page.keyboard.press('n')
  await line(labeler, 600)
  await written
  await labeler.saved()
  const count = (await labeler.objects()).length
  await page.route('**/data/samples/*/steps', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ json: {} }) : route.continue(),
  )
  await page.keyboard.press('n')
  await line(labeler, 700)
  await labeler.saved()
  await page.close()

  const { page: next, labeler: again } = await openScene('street-3.jpg')
  await button(next, /^Undo Restored edit$/).waitFor()
  expect(await again.objects()).toHaveLength(count + 1)
  await next.keyboard.press('Control+z')
  await expect.poll(() => again.objects()).toHaveLength(count)
  await button(next, /^Undo Brush on /).waitFor()
})

it('takes back a stroke under way and the corners of an open shape before any step', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await page.keyboard.press('8')
  await line(labeler, 350)
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  const [from, to] = await Promise.all([labeler.place({ x: 300, y: 600 }), labeler.place({ x: 900, y: 600 })])
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await page.keyboard.press('Control+z')
  await page.mouse.up()
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  expect(await button(page, /^Undo Brush on Car \d+$/).isEnabled()).toBe(true)

  await page.keyboard.press('g')
  await labeler.click({ x: 900, y: 700 })
  await labeler.click({ x: 1100, y: 700 })
  await button(page, /^Undo the last point$/).waitFor()
  expect(await button(page, /^Redo$/).isDisabled()).toBe(true)
  // A key that is held takes back the corners and stops there.
  await page.keyboard.down('Control')
  for (let i = 0; i < 6; i++) {
    await page.keyboard.down('z')
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
  }
  await page.keyboard.up('z')
  await button(page, /^Undo Brush on Car \d+$/).waitFor()
  expect(await labeler.objects()).toHaveLength(2)
  await page.keyboard.press('z')
  await page.keyboard.up('Control')
  await expect.poll(() => labeler.objects()).toHaveLength(1)
})

it('lists the steps, goes to any of them by keys, and says what each is', async () => {
  const { page, labeler } = await openScene('street-4.jpg')
  await page.keyboard.press('y')
  await page.getByText('Nothing was done to this image yet').waitFor()
  await labeler.canvas.focus()
  await page.keyboard.press('8')
  for (const y of [200, 300, 400]) {
    await line(labeler, y)
    await page.keyboard.press('n')
  }
  await page.getByRole('button', { name: 'Lock Car 3' }).click()
  await expect
    .poll(() => titles(page))
    .toEqual([
      expect.stringMatching(/^Lock Car 3, \d\d:\d\d, now$/),
      expect.stringMatching(/^Brush on Car 3, \d\d:\d\d, [\d,]+ px$/),
      expect.stringMatching(/^Brush on Car 2, /),
      expect.stringMatching(/^Brush on Car 1, /),
      expect.stringMatching(/^Opened today \d\d:\d\d$/),
      'Before these steps',
    ])
  await steps(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const active = await steps(page).getAttribute('aria-activedescendant')
  expect(await page.locator(`[id="${active}"]`).getAttribute('aria-label')).toMatch(/^Brush on Car 2/)
  await page.keyboard.press('Enter')
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  await expect.poll(async () => (await titles(page))[2]).toMatch(/^Brush on Car 2, .*, now$/)
  expect((await titles(page))[0]).toMatch(/taken back$/)
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect.poll(() => labeler.objects()).toEqual([])
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect.poll(() => labeler.objects()).toHaveLength(3)
  await page.getByRole('button', { name: 'Unlock Car 3' }).waitFor()
  await steps(page).getByText('Brush on Car 1').click()
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  expect(await axeViolations(page)).toEqual([])
  await steps(page).focus()
  await page.keyboard.press('Escape')
  await steps(page).waitFor({ state: 'detached' })
  expect(await labeler.canvas.evaluate((element) => element === document.activeElement)).toBe(true)
  await labeler.saved()
})

it('keeps to what another window did, and puts what no longer fits out of reach', async () => {
  const { page, labeler } = await openScene('street-4.jpg')
  const { id } = (await sampleNamed(page, 'street-4.jpg'))!
  await callHost(page, 'samples.setStatus', { id, status: 'labeled' })
  await button(page, /^Undo Marked labeled elsewhere$/).waitFor()
  await page.keyboard.press('Control+z')
  await button(page, /^Undo Brush on Car 1$/).waitFor()
  await labeler.saved()

  const { page: other, labeler: second } = await openScene('street-4.jpg')
  await other.keyboard.press('8')
  await line(second, 600)
  await second.saved()
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  await button(page, /^Undo Brush on Car 4$/).waitFor()
  await page.keyboard.press('Control+z')
  await expect.poll(() => labeler.objects()).toHaveLength(1)
})

it('takes the offer to undo away once something else was done', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await page.keyboard.press('8')
  await page.keyboard.press('n')
  await line(labeler, 600)
  await page.keyboard.press('e')
  await labeler.drag([
    { x: 280, y: 600 },
    { x: 620, y: 600 },
  ])
  const offer = page.getByRole('button', { name: 'Undo', exact: true }).filter({ hasText: 'Undo' })
  await offer.waitFor()
  await page.keyboard.press('Control+z')
  await offer.waitFor({ state: 'detached', timeout: 3000 })
  await expect.poll(() => labeler.objects()).toHaveLength(2)
})
