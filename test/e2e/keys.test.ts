import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

/** Opens the page of the settings that is about keys. */
async function openKeys(page: Page) {
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('tab', { name: 'Keyboard' }).click()
  await page.getByRole('button', { name: /“Brush”/ }).waitFor()
}
async function closeDialogs(page: Page) {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}
async function choosePreset(page: Page, name: string) {
  await page.getByRole('combobox', { name: 'Preset' }).click()
  await page.getByRole('option', { name, exact: true }).click()
  await page.getByRole('option').first().waitFor({ state: 'detached' })
}
const isPressed = (page: Page, tool: string) =>
  page.getByRole('toolbar').getByRole('button', { name: tool, pressed: true }).isVisible()
const focusName = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
  )

it('gives an action another key by keys alone, asks before taking it, and shows it everywhere and after a reload', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('dialog', { name: 'Settings' }).waitFor()
  await page.getByRole('tab', { name: 'General' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const search = page.getByLabel('Find an action or a key')
  for (let i = 0; i < 8 && !(await search.evaluate((each) => each === document.activeElement)); i++)
    await page.keyboard.press('Tab')
  await page.keyboard.type('brush')
  await page.getByText(/^\d+ of \d+ actions$/).waitFor()
  // Past import and export; the list is one stop, whose first action has the focus.
  const isRow = async () => /^Change the key of “/.test((await focusName(page)) ?? '')
  for (let i = 0; i < 6 && !(await isRow()); i++) await page.keyboard.press('Tab')
  const first = await focusName(page)
  await page.keyboard.press('End')
  expect(await isRow()).toBe(true)
  expect(await focusName(page)).not.toBe(first)
  await page.keyboard.press('Home')
  expect(await focusName(page)).toBe(first)
  for (let i = 0; i < 9 && !/“Brush”/.test((await focusName(page)) ?? ''); i++)
    await page.keyboard.press('ArrowDown')
  expect(await focusName(page)).toBe('Change the key of “Brush”, now B')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Keys of “Brush”' })
  const waiting = dialog.getByLabel(/Press the key instead of B/)
  await expect.poll(() => waiting.evaluate((each) => each.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('f')
  await dialog.getByText('F is the key of “Fit image” (Labeling).').waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByText('“Brush” has F now. Taken from “Fit image”.').waitFor()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => focusName(page)).toBe('Change the key of “Brush”, now F')
  await closeDialogs(page)

  await page.reload()
  await Labeler.open(page, 'street-2.jpg', size)
  await page.keyboard.press('b')
  expect(await isPressed(page, 'Brush')).toBe(false)
  await page.keyboard.press('f')
  await expect.poll(() => isPressed(page, 'Brush')).toBe(true)
  const brush = page.getByRole('toolbar').getByRole('button', { name: 'Brush' })
  expect(await brush.getAttribute('aria-keyshortcuts')).toBe('F')
  await brush.hover()
  await page.locator('[class*=tooltip]').getByText('F', { exact: true }).waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('brush')
  expect(
    await page
      .getByRole('option', { name: /^Brush/ })
      .locator('kbd')
      .allTextContents(),
  ).toEqual(['F'])
  await closeDialogs(page)
  await page.keyboard.press('?')
  const row = page.locator('dl > div').filter({ has: page.getByText('Brush', { exact: true }) })
  expect(await row.locator('kbd').allTextContents()).toEqual(['F'])
  await closeDialogs(page)

  await page.keyboard.press('Alt+1')
  await openKeys(page)
  await page.getByRole('button', { name: 'Reset all' }).click()
  await page.getByRole('button', { name: 'Change the key of “Brush”, now B' }).waitFor()
  await page.getByRole('button', { name: 'Change the key of “Fit image”, now F' }).waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByRole('button', { name: 'Change the key of “Brush”, now F' }).waitFor()
})

it('traps no focus while it waits for a key, refuses keys that are not ours, and lets go of the question', async () => {
  const { page } = await tessera.open()
  await openKeys(page)
  await page.getByRole('button', { name: /“Brush”/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Keys of “Brush”' })
  const box = dialog.getByLabel(/Press the key/)
  await expect.poll(() => box.evaluate((each) => each === document.activeElement)).toBe(true)
  await page.keyboard.press('Tab')
  expect(await box.evaluate((each) => each === document.activeElement)).toBe(false)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ControlOrMeta+w')
  await dialog.getByText(/This key cannot be used/).waitFor()
  await page.keyboard.press('s')
  await dialog.getByText('S is the key of “Superpixels” (Labeling).').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByRole('button', { name: 'Reassign' }).waitFor({ state: 'detached' })
  // Esc gives up listening, then closes one dialog after the other.
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Add a key' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Change the key of “Brush”, now B' }).waitFor()
  await closeDialogs(page)
})

it('exports keys to a file and takes them back, and says what is wrong with a file that is none', async () => {
  const { page } = await tessera.open()
  await openKeys(page)
  await choosePreset(page, 'CVAT')
  await page.getByRole('button', { name: /“Superpixels”/ }).click()
  await page.keyboard.press('Control+Shift+x')
  await page.getByText('“Superpixels” has Ctrl Shift X now.').waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('tessera-keys.json')
  const content = readFileSync(await download.path(), 'utf8')
  expect(JSON.parse(content)).toEqual({
    format: 'tessera-keys',
    format_version: 1,
    preset: 'cvat',
    keys: { 'canvas.tool.superpixel': ['Mod+Shift+X'] },
  })

  const give = (text: string) =>
    page
      .getByTestId('key-file')
      .setInputFiles({ name: 'keys.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await give('{"format":"tessera-keys","format_version":1,"preset":"default","keys":{"canvas.fit":["Tab"]}}')
  await page
    .getByRole('alert')
    .getByText(/Tab moves the focus/)
    .waitFor()
  await give('no keys at all')
  await page
    .getByRole('alert')
    .getByText(/not JSON/)
    .waitFor()
  await page.getByRole('button', { name: 'Change the key of “Superpixels”, now Ctrl Shift X' }).waitFor()

  await choosePreset(page, 'Default')
  await give(content)
  await page.getByText('Keys imported: 1 change.').waitFor()
  await page.getByRole('button', { name: 'Change the key of “Superpixels”, now Ctrl Shift X' }).waitFor()
  expect(await page.getByRole('combobox', { name: 'Preset' }).textContent()).toContain('CVAT')
  expect(await page.getByRole('alert').count()).toBe(0)
})

it('confirms the object with a tap of Space in the preset Segments.ai, and pans with Space held', async () => {
  const { page } = await tessera.open()
  await openKeys(page)
  await choosePreset(page, 'Segments.ai')
  await closeDialogs(page)
  const labeler = await Labeler.open(page, 'street-3.jpg', size)
  await labeler.cellsReady()
  await page.getByRole('button', { name: /^Car, / }).click()
  await labeler.click({ x: 200, y: 500 })
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await labeler.canvas.focus()
  await page.keyboard.press('Space')
  await labeler.click({ x: 900, y: 500 })
  await expect.poll(() => labeler.objects()).toHaveLength(2)
  // Held, it pans: the pixel under the pointer goes along.
  const before = await labeler.under()
  await page.keyboard.down('Space')
  const at = await labeler.place({ x: 900, y: 500 })
  await page.mouse.down()
  await page.mouse.move(at.x - 60, at.y - 20, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Space')
  await expect.poll(() => labeler.under()).toEqual(before)
  await labeler.saved()
})

it('leaves single characters alone once they are switched off, and does not show them', async () => {
  const { page } = await tessera.open()
  await openKeys(page)
  await page.getByRole('switch', { name: 'Single-key shortcuts' }).click()
  await closeDialogs(page)
  await Labeler.open(page, 'street-2.jpg', size)
  await page.keyboard.press('b')
  await page.keyboard.press('?')
  expect(await isPressed(page, 'Brush')).toBe(false)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(
    await page.getByRole('toolbar').getByRole('button', { name: 'Brush' }).getAttribute('aria-keyshortcuts'),
  ).toBeNull()
  await page.keyboard.press('F1')
  await page.getByText(/Single-key shortcuts are off/).waitFor()
  const caps = await page.locator('dl kbd').allTextContents()
  expect(caps).toContain('Ctrl')
  expect(
    await page
      .locator('dl > div')
      .filter({ has: page.getByText('Brush', { exact: true }) })
      .count(),
  ).toBe(0)
})

it('types into text fields what would be commands elsewhere', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('?b/')
  expect(await page.getByRole('searchbox', { name: 'Search images' }).inputValue()).toBe('?b/')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('dialog').waitFor()
  // A dialog keeps every key: this one would go to the history.
  await page.keyboard.press('Alt+2')
  expect(await page.getByText('Working copy').count()).toBe(0)
})

it('leaves a slider the keys that move it, and a button the keys that press it', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  await labeler.hover({ x: 640, y: 400 })
  const under = await labeler.under()
  const opacity = page.getByLabel('Label opacity')
  const before = await opacity.inputValue()
  await opacity.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(Number(await opacity.inputValue())).toBeGreaterThan(Number(before))
  await page.keyboard.press('PageDown')
  await page.getByRole('toolbar').getByRole('button', { name: 'Brush' }).focus()
  await page.keyboard.press('Enter')
  expect(await isPressed(page, 'Brush')).toBe(true)
  // Neither was the image moved nor another one opened.
  await labeler.hover({ x: 640, y: 400 })
  expect(await labeler.under()).toEqual(under)
  await page.getByText('street-2.jpg').first().waitFor()
})

it('forgets a held key whose release it never hears of', async () => {
  const { page } = await tessera.open()
  await Labeler.open(page, 'street-2.jpg', size)
  await page.keyboard.down('e')
  await expect.poll(() => isPressed(page, 'Eraser')).toBe(true)
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await expect.poll(() => isPressed(page, 'Eraser')).toBe(false)
  await page.keyboard.up('e')
})

it('shows what the keyboard prints, and offers letters for the size where there are no brackets', async () => {
  const { page } = await tessera.open()
  await page.addInitScript(() => {
    const german = new Map([
      ['BracketLeft', 'ü'],
      ['BracketRight', '+'],
    ])
    Object.defineProperty(navigator, 'keyboard', { value: { getLayoutMap: async () => german } })
  })
  await page.reload()
  await openKeys(page)
  await page.getByRole('button', { name: /“Smaller cells, brush or tolerance”, now Ü/ }).waitFor()
  await page.getByRole('button', { name: 'Use Q and W' }).click()
  await page.getByRole('button', { name: /“Smaller cells, brush or tolerance”, now Q/ }).waitFor()
  await page.getByRole('button', { name: /“Larger cells, brush or tolerance”, now W/ }).waitFor()
  expect(await page.getByRole('button', { name: 'Use Q and W' }).count()).toBe(0)
})

it('goes by Cmd on a Mac and shows its symbols', async () => {
  const { page } = await tessera.open()
  await page.addInitScript(() => Object.defineProperty(navigator, 'platform', { value: 'MacIntel' }))
  await page.reload()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('Control+k')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.keyboard.press('Meta+k')
  await page.getByLabel('Type a command').fill('settings')
  expect(
    await page
      .getByRole('option', { name: /^Settings/ })
      .locator('kbd')
      .allTextContents(),
  ).toEqual(['⌘', ','])
})

it('finds commands by their letters, runs them, and says why others cannot be run', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('fimg')
  const fit = page.getByRole('option', { name: /^Fit image/ })
  await fit.getByText('Open an image first.').waitFor()
  expect(await fit.getAttribute('aria-disabled')).toBe('true')
  expect(await fit.textContent()).toContain('Labeling')
  expect(await fit.locator('kbd').allTextContents()).toEqual(['F'])
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('“Fit image” cannot be run. Open an image first.').waitFor()
  await page.getByLabel('Type a command').fill('ghist')
  await page.getByRole('option', { name: /^Go to the history/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Working copy').waitFor()
})

it('prints the sheet of keys alone', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.evaluate(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', '')
  })
  await page.keyboard.press('F1')
  await page.getByRole('button', { name: 'Print' }).click()
  expect(await page.evaluate(() => document.documentElement.hasAttribute('data-printed'))).toBe(true)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('#root').isVisible()).toBe(false)
  expect(await page.getByRole('heading', { name: 'Keyboard shortcuts' }).isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
  const cut = await page.locator('[data-print]').evaluate((sheet) => {
    const body = sheet.parentElement!
    return body.scrollHeight - body.clientHeight
  })
  expect(cut).toBeLessThanOrEqual(1)
})
