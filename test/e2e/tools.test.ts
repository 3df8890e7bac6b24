import { expect, it } from 'vitest'
import type { ImagePoint } from '../../renderer/canvas/camera.ts'
import { startTessera } from './fixture.ts'
import { Labeler, layerPixels } from './labeler.ts'
import { savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
/** Keys of two categories that come with the sample scenes: one region per image, and an object per car. */
const road = '2'
const car = '8'

async function openScene(name: string) {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, name, size)
  await labeler.cellsReady()
  return { page, labeler }
}

const corners = (x0: number, y0: number, x1: number, y1: number): ImagePoint[] => [
  { x: x0, y: y0 },
  { x: x1, y: y0 },
  { x: x1, y: y1 },
  { x: x0, y: y1 },
]
const firstPixels = async (labeler: Labeler) => (await labeler.objects())[0]?.pixels ?? 0
/** As far as the places of a mouse are whole pixels of the screen. */
const about = (count: number) => [count * 0.98, count * 1.02] as const

async function expectAbout(labeler: Labeler, count: number) {
  const [least, most] = about(count)
  await expect.poll(() => firstPixels(labeler)).toBeGreaterThan(least)
  expect(await firstPixels(labeler)).toBeLessThan(most)
}

it('fills a polygon, cuts a hole, fills the gap, and keeps what is locked', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await page.keyboard.press('g')
  await page.keyboard.press(car)
  for (const at of corners(200, 200, 600, 500)) await labeler.click(at)
  expect(await labeler.objects()).toEqual([])
  await page.keyboard.press('Enter')
  await expectAbout(labeler, 120_000)

  for (const at of corners(300, 250, 500, 450)) await labeler.click(at)
  await page.keyboard.press('Alt+Enter')
  await expectAbout(labeler, 80_000)

  await page.keyboard.press('n')
  await page.keyboard.press('k')
  await labeler.click({ x: 400, y: 350 })
  await expect.poll(async () => (await labeler.objects()).map(({ name }) => name)).toEqual(['Car 2', 'Car 1'])
  await expectAbout(labeler, 40_000)

  // Locked while it is worked on: the next stroke is another object, and goes around it.
  await page.keyboard.press('Shift+L')
  await page.keyboard.press('b')
  const before = await labeler.objects()
  await labeler.drag([
    { x: 250, y: 350 },
    { x: 450, y: 350 },
  ])
  await expect.poll(async () => (await labeler.objects()).length).toBe(3)
  const after = await labeler.objects()
  expect(after.find(({ name }) => name === 'Car 2')).toEqual(before[0])
  expect(after.find(({ name }) => name === 'Car 1')!.pixels).toBeLessThan(before[1]!.pixels)
  await labeler.saved()
  const locked = page.getByRole('button', { name: 'Unlock Car 2' })
  await locked.waitFor()
  await page.reload()
  const again = await Labeler.shown(page, size)
  await page.getByRole('button', { name: 'Unlock Car 2' }).waitFor()
  expect(await again.objects()).toEqual(after)
})

it('takes corners and whole outlines back, and an open outline waits for its tool', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  await page.keyboard.press('g')
  await page.keyboard.press(road)
  for (const at of corners(200, 200, 500, 400)) await labeler.click(at)
  await labeler.click({ x: 900, y: 700 })
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('b')
  await labeler.click({ x: 900, y: 600 })
  await expect.poll(async () => (await labeler.objects()).length).toBe(1)
  const dab = await firstPixels(labeler)
  await page.keyboard.press('g')
  await labeler.click({ x: 200, y: 200 })
  await expectAbout(labeler, 60_000 + dab)
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => firstPixels(labeler)).toBe(dab)

  // A freehand ring that comes back to its beginning closes itself.
  await labeler.drag([...corners(300, 300, 500, 500), { x: 300, y: 302 }])
  await expect.poll(() => firstPixels(labeler)).toBeGreaterThan(dab + 35_000)
  await page.keyboard.press('ControlOrMeta+z')
  for (const at of corners(200, 200, 500, 400)) await labeler.click(at)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await labeler.saved()
  expect(await firstPixels(labeler)).toBe(dab)
})

it('proposes the object in a box, corrects it by clicks, and takes it with Enter', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await page.keyboard.press('u')
  await page.keyboard.press(car)
  const cursor = await layerPixels(page, 'outline')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 700, y: 600 },
  ])
  await expect.poll(() => layerPixels(page, 'outline')).not.toBe(cursor)
  await labeler.click({ x: 500, y: 450 })
  await labeler.click({ x: 320, y: 320 }, { alt: true })
  expect(await labeler.objects()).toEqual([])
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await labeler.objects()).length).toBe(1)
  await labeler.saved()
  const ids = await savedIds(page, 'street-3.jpg')
  expect([ids![450 * size.width + 500], ids![320 * size.width + 320]]).toEqual([1, 0])
  expect(ids!.reduce((count, id) => count + Number(id === 1), 0)).toBe(await firstPixels(labeler))
})

it('follows edges with the magic boundary, takes cells by rectangle, and measures', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  const had = (await labeler.objects()).length
  await page.keyboard.press('Shift+G')
  await page.keyboard.press(road)
  for (const at of corners(800, 550, 1100, 750)) await labeler.click(at)
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await labeler.objects()).length).toBe(had + 1)
  const outlined = await firstPixels(labeler)
  expect(outlined).toBeGreaterThan(20_000)

  await page.keyboard.press('s')
  await page.keyboard.down('Shift')
  await labeler.drag([
    { x: 700, y: 500 },
    { x: 1200, y: 800 },
  ])
  await page.keyboard.up('Shift')
  await expect.poll(() => firstPixels(labeler)).toBeGreaterThan(outlined)
  await labeler.saved()
  const all = await labeler.objects()

  await page.keyboard.press('Shift+R')
  await labeler.drag([
    { x: 100, y: 100 },
    { x: 400, y: 100 },
  ])
  await expect.poll(() => page.locator('footer').textContent()).toMatch(/(299|30[01])\.\d px, (0|360)\.0°/)
  expect(await labeler.objects()).toEqual(all)
})

it('draws and closes a polygon by keys alone', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  const had = await labeler.objects()
  await labeler.canvas.focus()
  await page.keyboard.press('g')
  await page.keyboard.press('j')
  const steps = ['ArrowRight', 'ArrowDown', 'ArrowLeft'] as const
  await page.keyboard.press('Space')
  for (const step of steps) {
    for (let i = 0; i < 8; i++) await page.keyboard.press(step)
    await page.keyboard.press('Space')
  }
  await page.keyboard.press('Enter')
  await labeler.saved()
  await expect
    .poll(async () => (await labeler.objects()).length)
    .toBeGreaterThanOrEqual(Math.max(1, had.length))
  const total = (list: { pixels: number }[]) => list.reduce((sum, { pixels }) => sum + pixels, 0)
  expect(total(await labeler.objects())).toBeGreaterThan(total(had) + 1000)
})
