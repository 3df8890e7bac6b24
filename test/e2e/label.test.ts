import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler, layerAlpha } from './labeler.ts'
import { callHost, sampleNamed, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
/** Keys of two categories that come with the sample scenes: one region per image, and an object per car. */
const road = '2'
const car = '8'

async function openScene(name: string, options: Parameters<typeof tessera.open>[0] = {}) {
  const { page } = await tessera.open(options)
  const labeler = await Labeler.open(
    page,
    name,
    name === 'street-4.jpg' ? { width: 1920, height: 1208 } : size,
  )
  return { page, labeler }
}

const idAt = (ids: Uint32Array | null, x: number, y: number) => ids?.[y * size.width + x]
const pixelsOf = (ids: Uint32Array | null, id: number) =>
  ids?.reduce((count, each) => count + Number(each === id), 0)

it('labels with superpixels: the wheel sizes, hovering shows, clicks toggle, drags add, Alt and right drags remove', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await labeler.cellsReady()
  const [a, b, c] = [
    { x: 640, y: 700 },
    { x: 900, y: 700 },
    { x: 300, y: 700 },
  ]

  await labeler.hover(a)
  expect(await layerAlpha(page, 'cursor', await labeler.place(a))).toBeGreaterThan(0)
  const first = await labeler.cellCount()
  await labeler.wheel(2)
  await expect.poll(() => labeler.cellCount()).toBeLessThan(first)
  const larger = await labeler.cellCount()
  await labeler.wheel(-1)
  await expect.poll(() => labeler.cellCount()).toBeGreaterThan(larger)

  await page.keyboard.press(road)
  await labeler.click(a)
  await expect.poll(() => labeler.objects()).toMatchObject([{ name: 'Road' }])
  const one = (await labeler.objects())[0]!.pixels
  await labeler.drag([a, b])
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeGreaterThan(one)
  await labeler.saved()
  let ids = await savedIds(page, 'street-1.jpg')
  expect([idAt(ids, a.x, a.y), idAt(ids, b.x, b.y), idAt(ids, c.x, c.y)]).toEqual([1, 1, 0])
  expect(pixelsOf(ids, 1)).toBe((await labeler.objects())[0]!.pixels)
  const both = (await labeler.objects())[0]!.pixels

  // Where the object is, a click takes the cell back; a drag over it with Alt or the right button does too.
  await labeler.click(b)
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeLessThan(both)
  await labeler.click(b)
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBe(both)
  await labeler.drag([b, { x: b.x + 12, y: b.y }], { alt: true })
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeLessThan(both)
  await labeler.drag([a, { x: a.x + 12, y: a.y }], { button: 'right' })
  await labeler.saved()
  ids = await savedIds(page, 'street-1.jpg')
  expect([idAt(ids, a.x, a.y), idAt(ids, b.x, b.y)]).toEqual([0, 0])
})

it('paints and erases with the brush, chooses categories by number, and undoes and redoes each stroke', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  await page.keyboard.press('b')
  await page.keyboard.press(car)
  await labeler.drag([
    { x: 200, y: 300 },
    { x: 400, y: 300 },
  ])
  await page.keyboard.press('n')
  await labeler.drag([
    { x: 200, y: 500 },
    { x: 400, y: 500 },
  ])
  await page.keyboard.press(road)
  await labeler.drag([
    { x: 700, y: 300 },
    { x: 700, y: 500 },
  ])
  expect((await labeler.objects()).map(({ name }) => name)).toEqual(['Road', 'Car 2', 'Car 1'])
  await labeler.saved()
  const painted = await savedIds(page, 'street-2.jpg')
  expect([idAt(painted, 300, 300), idAt(painted, 300, 500), idAt(painted, 700, 400)]).toEqual([1, 2, 3])
  expect(idAt(painted, 300, 400)).toBe(0)

  await page.keyboard.press('e')
  await labeler.drag([
    { x: 700, y: 380 },
    { x: 700, y: 420 },
  ])
  await labeler.saved()
  expect(idAt(await savedIds(page, 'street-2.jpg'), 700, 400)).toBe(0)

  await page.keyboard.press('ControlOrMeta+z')
  await labeler.saved()
  expect(await savedIds(page, 'street-2.jpg')).toEqual(painted)
  for (let i = 0; i < 3; i++) await page.keyboard.press('ControlOrMeta+z')
  await labeler.saved()
  expect(pixelsOf(await savedIds(page, 'street-2.jpg'), 0)).toBe(size.width * size.height)
  for (let i = 0; i < 3; i++) await page.keyboard.press('ControlOrMeta+Shift+z')
  await labeler.saved()
  expect(await savedIds(page, 'street-2.jpg')).toEqual(painted)
})

it.each([1, 2])(
  'zooms at the pointer and pans, and a stroke hits the pixel under the pointer (%i device pixels each)',
  async (ratio) => {
    const { page, labeler } = await openScene('street-4.jpg', { ratio })
    const { mouse, keyboard } = page
    await keyboard.press('b')
    await labeler.hover({ x: 900, y: 700 })
    const onePixel = page.locator('footer').getByText('1 px', { exact: true })
    for (let i = 0; i < 40 && !(await onePixel.isVisible()); i++) await labeler.wheel(-1)
    const before = (await labeler.under())!
    await keyboard.down('Control')
    for (let i = 0; i < 14; i++) await mouse.wheel(0, -120)
    await keyboard.up('Control')
    const zoomed = (await labeler.under())!
    // The point stays; on which side of a pixel's edge it is read may change.
    expect(Math.max(Math.abs(zoomed.x - before.x), Math.abs(zoomed.y - before.y))).toBeLessThanOrEqual(1)

    const at = await labeler.place({ x: 900, y: 700 })
    await keyboard.down('Space')
    await mouse.down()
    await mouse.move(at.x - 60, at.y - 40, { steps: 3 })
    await mouse.up()
    await keyboard.up('Space')
    expect(await labeler.objects()).toHaveLength(ratio - 1)
    await mouse.move(at.x, at.y)
    const target = (await labeler.under())!
    expect(target.x).toBeGreaterThan(zoomed.x)
    await keyboard.press('n')
    await keyboard.press(car)
    await mouse.down()
    await mouse.up()
    expect((await labeler.objects())[0]).toEqual({ name: `Car ${ratio}`, pixels: 1 })
    await labeler.saved()
    const ids = await savedIds(page, 'street-4.jpg')
    expect(ids!.indexOf(ratio)).toBe(target.y * 1920 + target.x)
  },
)

it('finds every saved pixel, the objects and the status again after a reload', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await page.keyboard.press('b')
  await page.keyboard.press(car)
  await labeler.drag([
    { x: 300, y: 400 },
    { x: 500, y: 450 },
  ])
  await page.getByRole('combobox', { name: 'Status of this image' }).click()
  await page.getByRole('option', { name: 'Reviewed' }).click()
  await labeler.saved()
  const before = await savedIds(page, 'street-3.jpg')
  const objects = await labeler.objects()

  await page.reload()
  const again = await Labeler.shown(page, size)
  await expect.poll(() => again.objects()).toEqual(objects)
  expect(await savedIds(page, 'street-3.jpg')).toEqual(before)
  expect(await sampleNamed(page, 'street-3.jpg')).toMatchObject({ status: 'reviewed', objectCount: 1 })
  // What is drawn is what was saved: labeled where it was painted, and bare beside it.
  expect(await layerAlpha(page, 'label', await again.place({ x: 400, y: 425 }))).toBeGreaterThan(0)
  expect(await layerAlpha(page, 'label', await again.place({ x: 400, y: 700 }))).toBe(0)
  await page.getByRole('combobox', { name: 'Status of this image' }).getByText('Reviewed').waitFor()
})

it('gives the keys back once a status was chosen, and lets no letter choose another', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  await page.keyboard.press('b')
  await page.keyboard.press(car)
  await labeler.drag([
    { x: 200, y: 100 },
    { x: 400, y: 120 },
  ])
  const { length } = await labeler.objects()
  const status = page.getByRole('combobox', { name: 'Status of this image' })
  await status.click()
  await page.getByRole('option', { name: 'Reviewed' }).click()
  await status.getByText('Reviewed').waitFor()
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'Superpixels', pressed: true }).waitFor()
  await status.getByText('Reviewed').waitFor()
  // The status is the last step, the stroke the one before it.
  await page.keyboard.press('ControlOrMeta+z')
  await status.getByText('In progress').waitFor()
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(async () => (await labeler.objects()).length).toBe(length - 1)
  await page.keyboard.press('Alt+1')
  await page.getByRole('grid').waitFor()
})

it('says "Saved" only after the host has acknowledged the whole label', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  const { headRevision } = await sampleNamed(page, 'street-3.jpg')
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let asked = () => {}
  const saving = new Promise<void>((resolve) => {
    asked = resolve
  })
  await page.route('**/data/samples/*/label', async (route) => {
    asked()
    await held
    await route.continue()
  })
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 600 },
    { x: 500, y: 650 },
  ])
  await saving
  expect(await labeler.saveMark.textContent()).toBe('Saving …')
  expect(await sampleNamed(page, 'street-3.jpg')).toMatchObject({ headRevision })
  release()
  await labeler.saved()
  expect((await sampleNamed(page, 'street-3.jpg')).headRevision).not.toBe(headRevision)
})

it('goes on with the next image when one is marked labeled', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await labeler.canvas.focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('street-2.jpg').first().waitFor()
  await Labeler.shown(page, size)
  await expect.poll(async () => (await sampleNamed(page, 'street-1.jpg')).status).toBe('labeled')
})

it('says after the last image that it was the last, how far the dataset is, and what comes next', async () => {
  const { page, labeler } = await openScene('street-4.jpg')
  const next = page.getByRole('button', { name: 'Next image' })
  expect(await next.isDisabled()).toBe(true)
  await labeler.canvas.focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  // Whatever the checks find in what other tests have drawn there, they hold nobody who asks again.
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('That was the last one.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Make a version' }).click()
  await page.getByText('Working copy').waitFor()
})

it('shows the images of one status by a click, and of several with Ctrl', async () => {
  const { page } = await tessera.open()
  for (const [name, status] of [
    ['street-1.jpg', 'rejected'],
    ['street-2.jpg', 'skipped'],
  ] as const)
    await callHost(page, 'samples.setStatus', { id: (await sampleNamed(page, name)).id, status })
  const statuses = page.getByRole('region', { name: 'Progress' }).getByRole('button')
  const pressed = () => statuses.and(page.locator('[aria-pressed=true]')).allTextContents()
  await statuses.filter({ hasText: 'Rejected' }).click()
  await expect.poll(pressed).toEqual(['Rejected1'])
  await statuses.filter({ hasText: 'Skipped' }).click()
  await expect.poll(pressed).toEqual(['Skipped1'])
  await statuses.filter({ hasText: 'Rejected' }).click({ modifiers: ['ControlOrMeta'] })
  await expect.poll(pressed).toEqual(['Rejected1', 'Skipped1'])
  await statuses.filter({ hasText: 'All images' }).click()
  await expect.poll(pressed).toEqual([expect.stringMatching(/^All images/)])
})
