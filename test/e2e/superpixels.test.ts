import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasTestData, testData, whyNoTestData } from '../support/test-data.ts'
import { startTessera } from './fixture.ts'
import { Labeler, layerPixels } from './labeler.ts'
import { savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const largeSize = { width: 1920, height: 1208 }
const tessera = startTessera({ arguments: ['--sample'] })
const car = '8'

async function openScene(name: string, options: Parameters<typeof tessera.open>[0] = {}) {
  const { page } = await tessera.open(options)
  const labeler = await Labeler.open(page, name, name === 'street-4.jpg' ? largeSize : size)
  await labeler.cellsReady()
  return { page, labeler }
}

const pixelsOf = (ids: Uint32Array | null, id: number) =>
  ids?.reduce((count, each) => count + Number(each === id), 0) ?? 0

it.each(['street-1.jpg', 'street-2.jpg', 'street-4.jpg'])(
  'lets the cell under the pointer grow and shrink with every notch, wherever it is on %s',
  async (name) => {
    const { page, labeler } = await openScene(name)
    const places = [
      { x: 640, y: 700 },
      { x: 90, y: 120 },
      { x: 1010, y: 430 },
    ]
    for (const place of places) {
      await labeler.sizeTo(2500)
      await labeler.hover(place)
      let shown = await layerPixels(page, 'cursor')
      for (let notch = 0; notch < 6; notch++) {
        await labeler.wheel(1)
        await expect.poll(() => layerPixels(page, 'cursor')).toBeGreaterThan(shown)
        shown = await layerPixels(page, 'cursor')
      }
      for (let notch = 0; notch < 6; notch++) {
        await labeler.wheel(-1)
        await expect.poll(() => layerPixels(page, 'cursor')).toBeLessThan(shown)
        shown = await layerPixels(page, 'cursor')
      }
    }
  },
)

it('keeps the size of cells from image to image, however many that are, and through a reload', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await labeler.hover({ x: 640, y: 400 })
  await labeler.sizeTo(400)
  const side = async () => Number(/^([\d.]+) px/.exec((await labeler.level.textContent()) ?? '')?.[1])
  const chosen = await side()
  const few = await labeler.cellCount()
  await page.keyboard.press('d')
  const next = await Labeler.shown(page, largeSize)
  await next.cellsReady()
  expect(await side()).toBe(chosen)
  expect(await next.cellCount()).toBeGreaterThan(2 * few)
  await page.keyboard.press('a')
  await (await Labeler.shown(page, size)).cellsReady()
  await expect.poll(() => labeler.cellCount()).toBe(few)
  await page.reload()
  const again = await Labeler.shown(page, size)
  await again.cellsReady()
  expect(await again.cellCount()).toBe(few)
})

it('splits the cell under the pointer by key and by wheel, takes its part, joins it, and forgets it with the image', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  const at = { x: 640, y: 700 }
  await labeler.hover(at)
  await labeler.sizeTo(150)
  const count = await labeler.cellCount()
  const whole = await layerPixels(page, 'cursor')
  const outlines = await layerPixels(page, 'outline')
  await page.keyboard.press('z')
  await expect.poll(() => labeler.cellCount()).toBe(count + 1)
  await expect.poll(() => layerPixels(page, 'cursor')).toBeLessThan(whole)
  await expect.poll(() => layerPixels(page, 'outline')).toBeGreaterThan(outlines)
  const part = await layerPixels(page, 'cursor')

  await page.keyboard.down('Alt')
  await page.keyboard.down('Shift')
  await labeler.wheel(-1)
  await expect.poll(() => labeler.cellCount()).toBe(count + 2)
  await labeler.wheel(1)
  await expect.poll(() => labeler.cellCount()).toBe(count + 1)
  await page.keyboard.up('Shift')
  await page.keyboard.up('Alt')
  await expect.poll(() => layerPixels(page, 'cursor')).toBe(part)

  await page.keyboard.press(car)
  await labeler.click(at)
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await page.keyboard.press('Shift+Z')
  await expect.poll(() => labeler.cellCount()).toBe(count)
  await expect.poll(() => layerPixels(page, 'outline')).toBeGreaterThan(0)
  // What was taken stays, and the whole cell is partly labeled now.
  await page.getByText(/^partly Car 1: click completes the cell, Alt\+click clears it$/).waitFor()
  const before = (await labeler.objects())[0]!.pixels

  await page.keyboard.press('z')
  await page.keyboard.press('d')
  await (await Labeler.shown(page, size)).cellsReady()
  await page.keyboard.press('a')
  const again = await Labeler.shown(page, size)
  await again.cellsReady()
  await expect.poll(() => again.cellCount()).toBe(count)
  expect((await again.objects())[0]!.pixels).toBe(before)
  await labeler.saved()
  expect(pixelsOf(await savedIds(page, 'street-1.jpg'), 1)).toBe(before)
})

it('says that a cell is partly labeled, completes it by a click and clears it by one with Alt', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  const at = { x: 640, y: 400 }
  await page.keyboard.press(car)
  await page.keyboard.press('b')
  await labeler.drag([at, { x: at.x + 3, y: at.y }])
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  const dab = (await labeler.objects())[0]!.pixels
  await page.keyboard.press('s')
  await labeler.hover(at)
  await labeler.sizeTo(60)
  const words = page.getByText(/^partly Car 1/)
  await words.waitFor()
  await labeler.click(at)
  await words.waitFor({ state: 'detached' })
  const whole = (await labeler.objects())[0]!.pixels
  expect(whole).toBeGreaterThan(dab)
  // One step completes; taking it back leaves the dab.
  await page.keyboard.press('ControlOrMeta+z')
  await words.waitFor()
  expect((await labeler.objects())[0]!.pixels).toBe(dab)
  const shown = await layerPixels(page, 'cursor')
  await page.keyboard.down('Alt')
  // Only the dab would go.
  await expect.poll(() => layerPixels(page, 'cursor')).toBeLessThan(shown / 2)
  await page.keyboard.up('Alt')
  await expect.poll(() => layerPixels(page, 'cursor')).toBe(shown)
  await labeler.click(at, { alt: true })
  await expect.poll(() => labeler.objects()).toEqual([])
})

it('goes on with a drag in cells of another size when the wheel turns on the way, as one step', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await page.keyboard.press(car)
  const places = await Promise.all(
    [
      { x: 200, y: 600 },
      { x: 300, y: 600 },
      { x: 900, y: 600 },
    ].map((at) => labeler.place(at)),
  )
  await labeler.hover({ x: 200, y: 600 })
  await labeler.sizeTo(1500)
  const { mouse } = page
  await mouse.move(places[0]!.x, places[0]!.y)
  await mouse.down()
  await mouse.move(places[1]!.x, places[1]!.y, { steps: 3 })
  const small = await layerPixels(page, 'cursor')
  await labeler.wheel(6)
  await expect.poll(() => labeler.cellCount()).toBeLessThan(400)
  expect(await labeler.objects()).toEqual([])
  await mouse.move(places[2]!.x, places[2]!.y)
  await expect.poll(() => layerPixels(page, 'cursor')).toBeGreaterThan(4 * small)
  await mouse.up()
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => labeler.objects()).toEqual([])
})

it('makes other superpixels when it is asked to, with those of before in use meanwhile, and leaves labels alone', async () => {
  const { page, labeler } = await openScene('street-4.jpg')
  const at = { x: 900, y: 600 }
  await page.keyboard.press(car)
  await labeler.hover(at)
  await labeler.sizeTo(300)
  await labeler.click(at)
  await labeler.saved()
  const labeled = await savedIds(page, 'street-4.jpg')
  await labeler.hover({ x: 1700, y: 300 })
  const count = await labeler.cellCount()
  const outlines = await layerPixels(page, 'outline')

  await page.getByRole('button', { name: 'Superpixel options' }).click()
  const options = page.getByRole('dialog', { name: 'Superpixels' })
  await options.getByRole('radio', { name: /Strong/ }).click()
  await expect.poll(() => layerPixels(page, 'outline'), { timeout: 60_000 }).not.toBe(outlines)
  expect(await labeler.cellCount()).toBe(count)
  await options.getByRole('switch', { name: 'Cell outlines' }).click()
  await expect.poll(() => layerPixels(page, 'outline')).toBeLessThan(outlines / 2)
  await options.getByRole('switch', { name: 'Cell outlines' }).click()
  await options.getByRole('slider', { name: 'Shape' }).press('ArrowRight')
  await page.keyboard.press('Escape')
  await options.waitFor({ state: 'detached' })
  await labeler.saved()
  expect(await savedIds(page, 'street-4.jpg')).toEqual(labeled)

  await page.reload()
  await (await Labeler.shown(page, largeSize)).cellsReady()
  await page.keyboard.press('Shift+O')
  await expect
    .poll(() =>
      options.getByRole('slider', { name: 'Shape' }).evaluate((it) => it === document.activeElement),
    )
    .toBe(true)
  expect(await options.getByRole('radio', { name: /Strong/ }).isChecked()).toBe(true)
  expect(await options.getByRole('slider', { name: 'Shape' }).inputValue()).toBe('3')
  await page.keyboard.press('Escape')
  await options.waitFor({ state: 'detached' })
  // Where the keys were before, a shortcut works again.
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.type('Superpixel options')
  await page.keyboard.press('Enter')
  await options.waitFor()
  await page.goBack()
  await page.getByRole('gridcell').first().waitFor()
  await page.goForward()
  await Labeler.shown(page, largeSize)
  expect(await options.count()).toBe(0)
})

const photo = 'photos/Kleiber_by_Lukas_Baubkus.jpg'

it.skipIf(!hasTestData(photo))(
  `lets a drag that began on rough superpixels end on them, and shows the finer ones at the same size after it${whyNoTestData(photo)}`,
  async () => {
    const { page } = await tessera.open()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add images' }).click()
    await (await chooser).setFiles(join(testData, photo))
    await page.getByRole('gridcell', { name: 'Kleiber' }).locator('img').waitFor()
    const labeler = await Labeler.open(page, 'Kleiber', { width: 6028, height: 3391 })
    const { mouse, keyboard } = page
    await keyboard.press(car)
    await labeler.cellsReady()
    const coming = page.getByText(/finer ones are coming/)
    const wasRough = await coming.isVisible()
    const shown = await labeler.level.textContent()
    const [from, to] = await Promise.all([
      labeler.place({ x: 2000, y: 1500 }),
      labeler.place({ x: 3000, y: 1700 }),
    ])
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move(to.x, to.y, { steps: 5 })
    await coming.waitFor({ state: 'detached', timeout: 100_000 })
    const highlighted = await layerPixels(page, 'cursor')
    expect(highlighted).toBeGreaterThan(0)
    expect(await labeler.level.textContent()).toBe(shown)
    await mouse.up()
    await expect.poll(() => labeler.objects()).toMatchObject([{ name: 'Car 1' }])
    expect(await labeler.level.textContent()).toBe(shown)
    console.log(`the drag began on ${wasRough ? 'rough' : 'whole'} superpixels`)
  },
)
