import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import type { ImagePoint } from '../../renderer/canvas/camera.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
const car = '8'
const road = '2'

async function openScene(name: string, options?: Parameters<typeof tessera.open>[0]) {
  const { page } = await tessera.open(options)
  const labeler = await Labeler.open(page, name, size)
  await labeler.cellsReady()
  await page.keyboard.press('g')
  return { page, labeler }
}

/** Fills a rectangle with the polygon tool, as an object of its own. */
async function fill(labeler: Labeler, key: string, x0: number, y0: number, x1: number, y1: number) {
  const { keyboard } = labeler.page
  await keyboard.press('g')
  await keyboard.press(key)
  const corners = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ] as const
  for (const [x, y] of corners) await labeler.click({ x, y })
  await keyboard.press('Enter')
  await keyboard.press('n')
}

/** Red, green, blue and alpha of one canvas at an image pixel. */
async function onLayer(labeler: Labeler, layer: 'image' | 'label', at: ImagePoint): Promise<number[]> {
  const { x, y } = await labeler.place(at)
  return labeler.page.evaluate(
    ({ layer, x, y }) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-layer=${layer}]`)!
      const box = canvas.getBoundingClientRect()
      const ratio = canvas.width / box.width
      const data = canvas
        .getContext('2d')!
        .getImageData(Math.round((x - box.x) * ratio), Math.round((y - box.y) * ratio), 1, 1).data
      return [...data]
    },
    { layer, x, y },
  )
}
const alpha = async (labeler: Labeler, at: ImagePoint) => (await onLayer(labeler, 'label', at))[3]!
const away = (page: Page) => page.mouse.move(5, 5)
const chip = (page: Page) => page.getByRole('status').filter({ hasText: 'Show everything' })

it('draws objects as areas, as lines and as both, and makes the chosen one less transparent', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await fill(labeler, road, 200, 500, 600, 700)
  await fill(labeler, car, 800, 300, 1000, 450)
  await page.keyboard.press('v')
  await away(page)
  const inside = { x: 400, y: 600 }
  expect(await alpha(labeler, inside)).toBeCloseTo(128, -1)

  await page.keyboard.press('o')
  await expect.poll(() => alpha(labeler, inside)).toBe(0)
  // Along the left border: a line as wide on the screen as ever, found by going in from outside.
  const row = await Promise.all(
    Array.from({ length: 12 }, (_, i) => onLayer(labeler, 'label', { x: 196 + i, y: 600 })),
  )
  const lit = row.filter(([r, , , a]) => a! > 200 && r! > 60)
  expect(lit.length).toBeGreaterThan(0)
  expect(lit.length).toBeLessThan(6)

  await page.keyboard.press('o')
  await expect.poll(() => alpha(labeler, inside)).toBeCloseTo(128, -1)
  await page.keyboard.press('o')
  await labeler.click(inside)
  await away(page)
  await expect.poll(() => alpha(labeler, inside)).toBeCloseTo(0.7 * 255, -1)

  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+BracketRight')
  await page.keyboard.press('Shift+BracketRight')
  await expect.poll(() => alpha(labeler, { x: 300, y: 600 })).toBeCloseTo(0.7 * 255, -1)
  await page.keyboard.press('Shift+BracketLeft')
  await page.keyboard.press('Shift+BracketLeft')
  await labeler.saved()
})

it('hides and isolates by keys, says so, and hidden objects do not catch clicks', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  await fill(labeler, car, 200, 300, 500, 500)
  await fill(labeler, car, 700, 300, 1000, 500)
  await page.keyboard.press('v')
  const [left, right] = [
    { x: 350, y: 400 },
    { x: 850, y: 400 },
  ]
  await labeler.click(left)
  await page.getByRole('button', { name: /^Car 1, /, pressed: true }).waitFor()
  await page.keyboard.press('h')
  await expect.poll(() => alpha(labeler, left)).toBe(0)
  await chip(page).getByText('1 object hidden').waitFor()
  await labeler.click(left)
  await expect.poll(() => page.getByRole('button', { name: /^Car \d, /, pressed: true }).count()).toBe(0)
  await labeler.hover(left)
  await page.locator('footer').getByText('unlabeled').waitFor({ state: 'detached' })
  await page.keyboard.press('ControlOrMeta+Shift+h')
  await expect.poll(() => alpha(labeler, left)).toBeGreaterThan(100)
  expect(await chip(page).count()).toBe(0)

  await labeler.click(right)
  await page.keyboard.press('Shift+H')
  await expect.poll(() => alpha(labeler, left)).toBe(0)
  await expect.poll(() => alpha(labeler, right)).toBeGreaterThan(100)
  await chip(page).getByText('Only Car 2 shown').waitFor()
  await page.keyboard.press('Shift+H')
  await expect.poll(() => alpha(labeler, left)).toBeGreaterThan(100)

  // From the list, by its icon; what is worked on shows whatever is hidden.
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Hide Car 1' }).click()
  await expect.poll(() => alpha(labeler, left)).toBe(0)
  await page.getByRole('button', { name: /^Car 1, / }).click()
  await expect.poll(() => alpha(labeler, left)).toBeGreaterThan(100)
  await labeler.saved()
})

it('keeps a category hidden on the next image, and an object not', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await fill(labeler, car, 200, 300, 500, 500)
  await fill(labeler, road, 600, 600, 900, 700)
  await page.keyboard.press('v')
  await page.getByRole('button', { name: 'Hide Car', exact: true }).click()
  await labeler.click({ x: 700, y: 650 })
  await page.keyboard.press('h')
  await chip(page).getByText('Hidden: Car · 1 object hidden').waitFor()
  await labeler.saved()
  await page.keyboard.press('d')
  await page.locator('[role=application][aria-busy=false]').waitFor()
  await chip(page).getByText('Hidden: Car', { exact: true }).waitFor()
  await page.keyboard.press('a')
  await page.locator('[role=application][aria-busy=false]').waitFor()
  await expect.poll(() => alpha(labeler, { x: 700, y: 650 })).toBeGreaterThan(100)
  expect(await alpha(labeler, { x: 300, y: 400 })).toBe(0)
  await page.keyboard.press('ControlOrMeta+Shift+h')
})

it('shows labels or the image only while the key is held, and never keeps it when the window loses the focus', async () => {
  const { page } = await openScene('street-1.jpg')
  await away(page)
  const layer = (name: string) =>
    page.locator(`canvas[data-layer=${name}]`).evaluate((element) => getComputedStyle(element).visibility)
  await page.keyboard.down('i')
  await expect.poll(() => layer('label')).toBe('hidden')
  await chip(page).getByText('Labels are hidden').waitFor()
  await page.keyboard.up('i')
  await expect.poll(() => layer('label')).toBe('visible')
  await page.keyboard.down('l')
  await expect.poll(() => layer('image')).toBe('hidden')
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await expect.poll(() => layer('image')).toBe('visible')
  await page.keyboard.up('l')

  // From the palette it stays until everything is shown.
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('image only')
  await page.keyboard.press('Enter')
  await expect.poll(() => layer('label')).toBe('hidden')
  await page.keyboard.press('ControlOrMeta+Shift+h')
  await expect.poll(() => layer('label')).toBe('visible')
})

it('adjusts what is seen by keys, says so, keeps it, and never touches the file or the superpixels', async () => {
  const { page, labeler } = await openScene('street-4.jpg')
  await page.keyboard.press('v')
  const at = { x: 640, y: 700 }
  const told = async () => {
    await labeler.hover(at)
    return page
      .locator('footer')
      .getByText(/^\d+ \d+ \d+$/)
      .textContent()
  }
  const colour = await told()
  await away(page)
  const plain = await onLayer(labeler, 'image', at)
  const cells = await labeler.level.textContent()
  const [sample] = (await callHost(page, 'samples.list', {})).samples.filter(
    ({ name }) => name === 'street-4.jpg',
  )
  const bytes = async () => {
    const answer = await page.request.get(`${tessera.app.origin}/data/images/${sample!.id}`)
    return Buffer.from(await answer.body()).toString('base64')
  }
  const file = await bytes()

  await page.keyboard.press('Shift+V')
  const brightness = page.getByRole('slider', { name: 'Brightness' })
  await brightness.focus()
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight')
  await page.locator('footer').getByText('Brightness +20').waitFor()
  await expect.poll(async () => (await onLayer(labeler, 'image', at))[0]!).toBeGreaterThan(plain[0]! + 40)
  await page.getByRole('slider', { name: 'Saturation' }).focus()
  await page.keyboard.press('Home')
  await expect
    .poll(async () => {
      const [r, g, b] = await onLayer(labeler, 'image', at)
      return Math.max(r!, g!, b!) - Math.min(r!, g!, b!)
    })
    .toBeLessThan(4)
  await page.keyboard.press('Escape')
  expect(await bytes()).toBe(file)
  // The status bar tells the colour that is in the file.
  expect(await told()).toBe(colour)
  expect(await labeler.level.textContent()).toBe(cells)

  await page.reload()
  const again = await Labeler.shown(page, size)
  await again.cellsReady()
  await page.locator('footer').getByText('Brightness +20, Saturation −100').waitFor()
  expect(await again.level.textContent()).toBe(cells)
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('reset image adj')
  await page.keyboard.press('Enter')
  await expect.poll(() => onLayer(again, 'image', at)).toEqual(plain)
  expect(await page.locator('footer').getByText('Brightness').count()).toBe(0)
})

it('has an overview map to pan by, rulers, a crosshair and the value of a pixel', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await page.keyboard.press('v')
  const map = page.locator('[data-minimap]')
  expect(await map.isVisible()).toBe(false)
  for (let i = 0; i < 6; i++) await page.keyboard.press('ControlOrMeta+=')
  await map.waitFor()
  const box = (await map.boundingBox())!
  const canvas = (await labeler.canvas.boundingBox())!
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 }
  await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.25)
  await page.mouse.move(middle.x, middle.y)
  await expect.poll(async () => Math.abs(((await labeler.under())?.x ?? 0) - 320)).toBeLessThan(12)
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.25)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 4 })
  await page.mouse.up()
  await page.mouse.move(middle.x, middle.y)
  await expect.poll(async () => Math.abs(((await labeler.under())?.x ?? 0) - 768)).toBeLessThan(12)

  expect(await page.locator('[data-ruler]').count()).toBe(0)
  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('switch', { name: 'Rulers' }).click()
  await page.getByRole('switch', { name: 'Crosshair' }).click()
  await page.keyboard.press('Escape')
  expect(await page.locator('[data-ruler]').count()).toBe(2)

  const value = page.locator('[data-value]')
  expect(await value.isVisible()).toBe(false)
  for (let i = 0; i < 16; i++) await page.keyboard.press('ControlOrMeta+=')
  await page.mouse.move(middle.x + 20, middle.y + 20)
  await value.waitFor()
  expect(await value.textContent()).toMatch(/^\d+ \d+ \d+$/)
})

it('keeps the status bar readable beside every popover in a small window', async () => {
  const { page, labeler } = await openScene('street-2.jpg', { width: 900, height: 600, colorScheme: 'light' })
  const footer = (await page.locator('footer').boundingBox())!
  for (const [key, title] of [
    ['Shift+O', 'Superpixels'],
    ['Shift+V', 'Image adjustments'],
  ] as const) {
    await page.keyboard.press(key)
    const popup = page.getByRole('dialog', { name: title })
    await popup.waitFor()
    await expect
      .poll(async () => {
        const box = (await popup.boundingBox())!
        return box.y + box.height
      })
      .toBeLessThanOrEqual(footer.y)
    await page.keyboard.press('Escape')
    await popup.waitFor({ state: 'detached' })
  }
  await labeler.hover({ x: 600, y: 400 })
  const save = (await labeler.saveMark.boundingBox())!
  expect(save.x + save.width).toBeLessThanOrEqual(900)
})

it('shows a 16-bit scan through a window, with its true values under the pointer', async () => {
  const { page } = await tessera.open()
  const scanSize = { width: 600, height: 400 }
  // 12 bits in 16, as sensors give: at full range it is black.
  const values = Uint16Array.from({ length: 600 * 400 }, (_, i) => 200 + (i % 600) * 6)
  const png = await sharp(values, { raw: { ...scanSize, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('ControlOrMeta+o')
  await page
    .getByRole('button', { name: /Choose files|Add images|Choose images/ })
    .first()
    .click()
  await (await chooser).setFiles({ name: 'scan.png', mimeType: 'image/png', buffer: png })
  const labeler = await Labeler.open(page, 'scan.png', scanSize)
  await page
    .locator('footer')
    .getByText(/^\d+ … \d+/)
    .waitFor()
  await labeler.hover({ x: 300, y: 200 })
  await page.locator('footer').getByText('2000', { exact: true }).waitFor()
  const grey = async () => (await onLayer(labeler, 'image', { x: 300, y: 200 }))[0]!
  expect(Math.abs((await grey()) - 128)).toBeLessThan(6)

  await page.keyboard.press('Shift+V')
  await page.getByRole('button', { name: 'Full range' }).click()
  await expect.poll(grey).toBeLessThan(12)
  await page.getByRole('spinbutton', { name: 'White, as a number' }).fill('2000')
  await expect.poll(grey).toBe(255)
  await page.getByRole('button', { name: 'Darkest to brightest' }).click()
  await page.locator('footer').getByText('200 … 3794').waitFor()
  await page.getByRole('button', { name: 'Auto' }).click()
  await expect.poll(grey).toBeLessThan(140)
  await page.keyboard.press('Escape')
})
