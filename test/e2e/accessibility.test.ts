import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  clippedTexts,
  faintEdges,
  faintTexts,
  namelessControls,
  smallTargets,
  unspokenLabels,
} from './audit.ts'
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
  for (const key of [']', ']', 'ArrowDown', 'ArrowDown', 'Space', 'ArrowRight', 'Space'])
    await page.keyboard.press(key)
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await page.keyboard.press('Escape')
  await labeler.saved()
  const ids = await savedIds(page, 'street-2.jpg')
  const labeled = ids!.reduce((count, id) => count + Number(id === 1), 0)
  expect(labeled).toBe((await labeler.objects())[0]!.pixels)

  await page.keyboard.press('ControlOrMeta+Enter')
  await expect
    .poll(async () => (await sampleNamed(page, 'street-2.jpg')).status, { timeout: 20_000 })
    .toBe('labeled')
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
    const checks = {
      axeViolations,
      namelessControls,
      smallTargets,
      faintTexts,
      faintEdges,
      clippedTexts,
      unspokenLabels,
    }
    await visitScreens(page, async (screen) => {
      for (const [name, check] of Object.entries(checks)) {
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${name}`] = results
      }
    })
    expect(found).toEqual({})
  },
)

/** One stop of Tab: its name, whether a ring shows it, and whether it is in sight. Null on the page itself. */
const focused = (page: Page) =>
  page.evaluate(async () => {
    // A list follows the focus with the next frame.
    await new Promise(requestAnimationFrame)
    const element = document.activeElement
    if (!element || element === document.body) return null
    const rings = [element, ...element.querySelectorAll('[data-active]')].map((each) =>
      getComputedStyle(each),
    )
    const hasRing = rings.some(
      ({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none',
    )
    const box = element.getBoundingClientRect()
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const isOnTop = () => {
      const top = document.elementFromPoint(x, y)
      return top !== null && (element.contains(top) || top.contains(element))
    }
    // The words about the stop before may still be fading.
    for (let frame = 0; frame < 60 && !isOnTop(); frame++) await new Promise(requestAnimationFrame)
    const isSeen = isOnTop()
    const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
    return { name: name.trim(), hasRing, isSeen }
  })

/** All stops of Tab, from the first of the page to the last, where it is left. Throws when that never happens. */
async function stopsOfTab(page: Page): Promise<string[]> {
  let seen: string[] | null = null
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab')
    const stop = await focused(page)
    // Between the last stop and the first lies the browser's own bar.
    if (stop === null && seen !== null) return seen
    if (stop === null) seen = []
    if (stop === null || seen === null) continue
    if (!stop.hasRing) throw new Error(`no ring around ${stop.name}`)
    if (!stop.isSeen) throw new Error(`${stop.name} has the focus and is out of sight`)
    seen.push(stop.name)
  }
  throw new Error(`Tab never leaves the page: ${seen?.slice(-5).join(', ')}`)
}

it.each([
  [
    'dataset',
    [
      'Dataset',
      'Settings',
      'Add category',
      'Search images',
      'Sort by',
      'Add images',
      'Start labeling',
      'Images',
    ],
  ],
  ['history', ['History', 'Settings']],
  ['sync', ['Sync', 'Settings', 'Set up W&B', 'Set up Segments.ai']],
  ['Segments.ai', ['Sync', 'Settings', 'Enter a key']],
  [
    'labeler',
    [
      'Dataset',
      'Settings',
      'Back to the dataset',
      'Zoom in',
      'Superpixels',
      'Image canvas',
      'Add category',
      'Status of this image',
    ],
  ],
] as const)(
  'leads Tab through the %s in the order of reading, shows every stop and lets go of it',
  async (screen, wanted) => {
    const { page } = await tessera.open()
    await page.getByRole('gridcell').first().waitFor()
    if (screen === 'history') await page.keyboard.press('Alt+2')
    if (screen === 'sync') await page.keyboard.press('Alt+3')
    if (screen === 'Segments.ai') {
      await page.keyboard.press('Alt+6')
      await page.getByRole('button', { name: 'Enter a key' }).waitFor()
    }
    if (screen === 'labeler') await Labeler.open(page, 'street-4.jpg', size)
    const seen = await stopsOfTab(page)
    const places = wanted.map((name) => seen.findIndex((each) => each.startsWith(name)))
    expect(places, seen.join(' · ')).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  },
)

it('goes through the tools with arrows, one stop of Tab for all of them', async () => {
  const { page } = await tessera.open()
  await Labeler.open(page, 'street-2.jpg', size)
  await page.keyboard.press('b')
  await tabTo(page, /^Brush$/)
  await page.keyboard.press('ArrowDown')
  expect((await focused(page))?.name).toBe('Eraser')
  await page.keyboard.press('Enter')
  await page.getByRole('toolbar').getByRole('button', { name: 'Eraser', pressed: true }).waitFor()
  await page.keyboard.press('Home')
  expect((await focused(page))?.name).toBe('Select')
  await page.keyboard.press('Tab')
  expect((await focused(page))?.name).toBe('Image canvas')
  await page.keyboard.press('Shift+Tab')
  expect((await focused(page))?.name).toBe('Eraser')
})

it.each([
  ['Settings', 'ControlOrMeta+,'],
  ['Keyboard shortcuts', 'F1'],
  ['Command palette', 'ControlOrMeta+k'],
  ['New category', 'Enter'],
])(
  'keeps the focus inside of the dialog %s, closes it with Esc and gives the focus back',
  async (name, keys) => {
    const { page } = await tessera.open()
    await page.getByRole('gridcell').first().waitFor()
    const from = page.getByRole('button', { name: 'Add category' })
    await from.focus()
    await page.keyboard.press(keys)
    const dialog = page.getByRole('dialog', { name })
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
    // The first Esc may only be for the tooltip of what has the focus.
    const stays = async () => {
      await page.keyboard.press('Escape')
      return dialog.isVisible()
    }
    await expect.poll(stays).toBe(false)
    await expect.poll(() => from.evaluate((each) => each === document.activeElement)).toBe(true)
  },
)

it('moves nothing on any screen for those who asked for less motion', async () => {
  const { page } = await tessera.open()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const found: Record<string, unknown[]> = {}
  await visitScreens(page, async (screen) => {
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, animationName, animationPlayState, scrollBehavior } =
          getComputedStyle(element)
        const isStill = transitionDuration.split(', ').every((each) => Number.parseFloat(each) === 0)
        const isAnimated = animationName !== 'none' && animationPlayState !== 'paused'
        return isStill && !isAnimated && scrollBehavior === 'auto' ? [] : [element.className]
      }),
    )
    if (moving.length > 0) found[screen] = moving
  })
  expect(found).toEqual({})
})

it.each([
  ['text size', { width: 1280, height: 800 }, '162.5%'],
  ['zoom', { width: 640, height: 400 }, ''],
])('cuts no words off at twice the %s of a window of 1280 × 800', async (_, window, fontSize) => {
  const { page } = await tessera.open(window)
  await page.evaluate((fontSize) => {
    document.documentElement.style.fontSize = fontSize
  }, fontSize)
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
