import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed, savedIds } from './page.ts'

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
  'gives every control a name, every text its contrast and every target its size in the %s theme',
  async (colorScheme) => {
    const { page } = await tessera.open({ colorScheme })
    const found: Record<string, string[]> = {}
    const look = async (screen: string) => {
      const checks = [namelessControls, smallTargets, faintTexts, clippedTexts]
      for (const check of checks) {
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${check.name}`] = results
      }
    }
    const dialog = page.getByRole('dialog')
    const closed = () => dialog.waitFor({ state: 'detached' })

    await page.getByRole('gridcell').first().waitFor()
    await look('dataset')
    await page.getByRole('gridcell').first().click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Reviewed' }).waitFor()
    await look('menu of an image')
    await page.keyboard.press('Escape')
    await page.getByRole('menuitem', { name: 'Reviewed' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Add category' }).click()
    await dialog.waitFor()
    await look('category')
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('ControlOrMeta+,')
    await dialog.waitFor()
    await look('settings')
    await page.getByRole('tab', { name: 'Weights & Biases' }).click()
    await page.getByLabel('API key').fill('x')
    await look('W&B settings')
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('?')
    await dialog.waitFor()
    await look('shortcuts')
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('option').first().waitFor()
    await look('palette')
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('Alt+2')
    await page.getByText('Working copy').waitFor()
    await look('history')
    await page.keyboard.press('Alt+3')
    await page.getByRole('heading', { name: 'Artifacts' }).waitFor()
    await look('sync')
    await page.keyboard.press('Alt+1')
    await Labeler.open(page, 'street-2.jpg', size)
    await look('labeler')
    await page.getByRole('button', { name: 'Superpixel options' }).click()
    await dialog.waitFor()
    await look('superpixel options')
    await page.keyboard.press('Escape')
    await closed()
    await page.getByRole('combobox', { name: 'Status of this image' }).click()
    await page.getByRole('option').first().waitFor()
    await look('status list')
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
  const places = ['Dataset', 'Settings', 'Add category', 'Search images', 'Images'].map((name) =>
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

it('cuts no words off at twice the text size', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  await page.getByRole('gridcell').first().waitFor()
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '162.5%'
  })
  expect(await clippedTexts(page)).toEqual([])
  for (const keys of ['Alt+2', 'Alt+3', 'ControlOrMeta+,']) {
    await page.keyboard.press(keys)
    await page.getByRole('heading').first().waitFor()
    expect(await clippedTexts(page)).toEqual([])
  }
})
