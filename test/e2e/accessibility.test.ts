import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets, unspokenLabels } from './audit.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed, savedIds } from './page.ts'
import { visitScreens } from './screens.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

/** Goes on with Tab until `name` has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
    if (name.test(focused)) return
  }
  throw new Error(`Tab does not lead to ${name}`)
}

it('leads from the dataset over a label to a version without a pointer', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell', { name: 'street-2.jpg' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const labeler = await Labeler.shown(page, size)
  await labeler.cellsReady()
  await tabTo(page, /^Add category$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New category' }).locator('input:focus').waitFor()
  await page.keyboard.type('Puddle')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Puddle, 0 objects', pressed: true }).waitFor()

  await labeler.canvas.focus()
  await page.keyboard.press('j')
  await page.getByText('Arrows').waitFor()
  for (const key of [']', ']', 'ArrowDown', 'ArrowDown', 'Enter', 'ArrowRight', 'Enter'])
    await page.keyboard.press(key)
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await page.keyboard.press('Escape')
  await labeler.saved()
  const ids = await savedIds(page, 'street-2.jpg')
  const labeled = ids!.reduce((count, id) => count + Number(id === 1), 0)
  expect(labeled).toBe((await labeler.objects())[0]!.pixels)

  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(async () => (await sampleNamed(page, 'street-2.jpg')).status).toBe('labeled')
  await page.keyboard.press('Alt+2')
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  await tabTo(page, /^Message$/)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('By keys alone')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('Everything is in v1.').waitFor()
  expect(await callHost(page, 'versions.list', {})).toMatchObject([{ message: 'By keys alone' }])
})

it.each(['dark', 'light'] as const)(
  'passes axe, names every control, gives texts their contrast and targets their size on every screen in the %s theme',
  async (colorScheme) => {
    const { page } = await tessera.open({ colorScheme })
    const found: Record<string, string[]> = {}
    const checks = { axeViolations, namelessControls, smallTargets, faintTexts, clippedTexts, unspokenLabels }
    await visitScreens(page, async (screen) => {
      for (const [name, check] of Object.entries(checks)) {
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${name}`] = results
      }
    })
    expect(found).toEqual({})
  },
)

it('shows where the focus is at every stop of Tab, and comes round to the first', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  const seen: string[] = []
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return null
      const rings = [element, ...element.querySelectorAll('[data-active]')].map((each) =>
        getComputedStyle(each),
      )
      const isShown = rings.some(
        ({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none',
      )
      const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
      return { name, isShown }
    })
    // Between the last stop and the first lies the browser's own bar.
    if (stop === null && seen.length > 0) break
    if (stop === null) continue
    if (!stop.isShown) throw new Error(`no ring around ${stop.name}`)
    seen.push(stop.name)
  }
  const places = ['Dataset', 'Settings', 'Add category', 'Search names', 'Images'].map((name) =>
    seen.indexOf(name),
  )
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})

it('keeps the focus inside of a dialog and gives it back', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await page.getByRole('button', { name: 'Settings' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.waitFor()
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press(i % 7 === 6 ? 'Shift+Tab' : 'Tab')
    // At either end the focus passes the browser's own bar.
    const isOutside = () =>
      dialog.evaluate(
        (element) => document.activeElement !== document.body && !element.contains(document.activeElement),
      )
    await expect.poll(isOutside).toBe(false)
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  expect(focused).toBe('Settings')
})

it('moves nothing for those who asked for less motion', async () => {
  const { page } = await tessera.open()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await Labeler.open(page, 'street-2.jpg', size)
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element)
      const isStill = transitionDuration.split(', ').every((each) => Number.parseFloat(each) === 0)
      return isStill && animationName === 'none' ? [] : [element.className]
    }),
  )
  expect(moving).toEqual([])
})

it('cuts no words off at twice the text size in a window of 1280 × 800', async () => {
  const { page } = await tessera.open()
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '162.5%'
  })
  const found: Record<string, string[]> = {}
  await visitScreens(page, async (screen) => {
    const results = await clippedTexts(page)
    if (results.length > 0) found[screen] = results
  })
  expect(found).toEqual({})
})

/** What sets an element off from others of its kind, as it is painted. */
const looks = (element: Locator) =>
  element.evaluate((each) => {
    const { backgroundColor, borderColor, color, outlineStyle } = getComputedStyle(each)
    return [backgroundColor, borderColor, color, outlineStyle].join(' | ')
  })

it('says under forced colours what is on, chosen and under the keys, and keeps the colours of categories', async () => {
  const { page } = await tessera.open()
  await page.emulateMedia({ forcedColors: 'active' })
  const differ = async (on: Locator, off: Locator) => {
    const [a, b] = await Promise.all([looks(on.first()), looks(off.first())])
    expect(a).not.toBe(b)
  }
  await page.getByRole('gridcell').first().click()
  await differ(
    page.getByRole('gridcell', { selected: true }),
    page.getByRole('gridcell', { selected: false }),
  )
  const nav = page.getByRole('navigation')
  await differ(nav.locator('[aria-current]'), nav.locator('button:not([aria-current])'))
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('tab', { name: 'Keyboard' }).click()
  await differ(page.getByRole('tab', { selected: true }), page.getByRole('tab', { selected: false }))
  const single = page.getByRole('switch', { name: 'Single-key shortcuts' })
  const [on, knob] = await Promise.all([looks(single), looks(single.locator('span').first())])
  expect(on.split(' | ')[0]).not.toBe(knob.split(' | ')[0])
  await single.click()
  expect(await looks(single)).not.toBe(on)
  await single.click()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('ControlOrMeta+k')
  await differ(
    page.locator('[role=option][data-highlighted]'),
    page.locator('[role=option]:not([data-highlighted])'),
  )
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await Labeler.open(page, 'street-2.jpg', size)
  const rail = page.getByRole('toolbar')
  await differ(rail.getByRole('button', { pressed: true }), rail.getByRole('button', { name: 'Brush' }))
  const categories = page.getByRole('list', { name: 'Categories' }).locator('[style*=background]')
  const colors = await categories.evaluateAll((all) =>
    all.map((each) => getComputedStyle(each).backgroundColor),
  )
  expect(new Set(colors).size).toBe(colors.length)
})
