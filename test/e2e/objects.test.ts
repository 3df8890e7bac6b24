import type { Page } from 'playwright-core'
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
  return { page, labeler }
}

type Box = readonly [x0: number, y0: number, x1: number, y1: number]
const middle = ([x0, y0, x1, y1]: Box): ImagePoint => ({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 })
const corners = ([x0, y0, x1, y1]: Box): ImagePoint[] => [
  { x: x0, y: y0 },
  { x: x1, y: y0 },
  { x: x1, y: y1 },
  { x: x0, y: y1 },
]

/** Fills a rectangle with the polygon tool; `cut`: takes it away. */
async function draw(labeler: Labeler, box: Box, how: { key?: string; cut?: boolean } = {}) {
  const { page } = labeler
  await page.keyboard.press('g')
  if (how.key) await page.keyboard.press(how.key)
  for (const at of corners(box)) await labeler.click(at)
  await page.keyboard.press(how.cut ? 'Alt+Enter' : 'Enter')
}

/** Three cars beside each other, newest first in the list. */
const [left, between, right]: Box[] = [
  [100, 100, 300, 300],
  [500, 100, 700, 300],
  [900, 100, 1100, 300],
]
async function drawCars(labeler: Labeler) {
  for (const [i, box] of [left!, between!, right!].entries()) {
    await draw(labeler, box, { key: car })
    await expect.poll(async () => (await labeler.objects()).length).toBe(i + 1)
    await labeler.page.keyboard.press('n')
  }
  await labeler.page.keyboard.press('v')
}

const names = async (labeler: Labeler) => (await labeler.objects()).map(({ name }) => name)
const list = (page: Page) => page.getByRole('region', { name: /^Objects/ })
const row = (page: Page, name: string) => list(page).getByRole('button', { name: new RegExp(`^${name}, `) })
const selected = (page: Page) =>
  list(page)
    .locator('li button[aria-pressed=true][aria-label$="px"]')
    .evaluateAll((rows) => rows.map((each) => each.getAttribute('aria-label')!.split(',')[0]!))

async function clickWith(labeler: Labeler, key: 'Shift' | 'ControlOrMeta', box: Box) {
  await labeler.page.keyboard.down(key)
  await labeler.click(middle(box))
  await labeler.page.keyboard.up(key)
}

it('selects several objects on the canvas, and merges, deletes, locks and changes them as one', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  await drawCars(labeler)
  await labeler.click(middle(left!))
  await expect.poll(() => selected(page)).toEqual(['Car 1'])
  await clickWith(labeler, 'ControlOrMeta', right!)
  await clickWith(labeler, 'Shift', between!)
  await expect.poll(() => selected(page)).toEqual(['Car 3', 'Car 2', 'Car 1'])
  await page.getByRole('region', { name: 'Objects (3) · 3 selected' }).waitFor()
  await clickWith(labeler, 'Shift', left!)
  await expect.poll(() => selected(page)).toEqual(['Car 3', 'Car 2'])

  // A rectangle around two of them, and a click beside all.
  await labeler.click({ x: 640, y: 700 })
  await expect.poll(() => selected(page)).toEqual([])
  await labeler.drag([
    { x: 60, y: 60 },
    { x: 750, y: 350 },
  ])
  await expect.poll(() => selected(page)).toEqual(['Car 2', 'Car 1'])

  // The one chosen last says what they become.
  await clickWith(labeler, 'ControlOrMeta', left!)
  await clickWith(labeler, 'ControlOrMeta', left!)
  const before = await labeler.objects()
  await page.keyboard.press('m')
  await expect.poll(() => names(labeler)).toEqual(['Car 3', 'Car 1'])
  expect((await labeler.objects())[1]!.pixels).toBe(before[1]!.pixels + before[2]!.pixels)
  await page.getByText('Merge Car 2 into Car 1.').waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await expect.poll(() => labeler.objects()).toEqual(before)

  await page.keyboard.press('ControlOrMeta+a')
  await expect.poll(() => selected(page)).toEqual(['Car 3', 'Car 2', 'Car 1'])
  await page.keyboard.press('Shift+L')
  await page.getByRole('button', { name: 'Unlock Car 3' }).waitFor()
  await page.keyboard.press('Delete')
  await page.getByText('All of them are locked. Unlock one to change it.').waitFor()
  await page.keyboard.press('Shift+L')
  await page.keyboard.press('Delete')
  await expect.poll(() => names(labeler)).toEqual([])
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => labeler.objects()).toEqual(before)

  // The menu of one that is selected is the menu of all of them.
  await labeler.click(middle(left!))
  await clickWith(labeler, 'Shift', right!)
  await labeler.click(middle(left!), { button: 'right' })
  const menu = page.getByRole('menu')
  await menu.getByText('2 objects', { exact: true }).waitFor()
  await menu.getByRole('menuitem', { name: 'Road' }).click()
  await expect.poll(() => names(labeler)).toEqual(['Car 2', 'Road'])
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => labeler.objects()).toEqual(before)
  await labeler.saved()
})

it('splits an object into its parts, and a stuff region into things that are asked for', async () => {
  const { page, labeler } = await openScene('street-2.jpg')
  await draw(labeler, [100, 100, 300, 200], { key: car })
  await draw(labeler, [180, 90, 220, 210], { cut: true })
  await page.keyboard.press('Shift+M')
  await expect.poll(() => names(labeler)).toEqual(['Car 2', 'Car 1'])
  await page.getByText('Split Car 1 into 2.').waitFor()
  await page.keyboard.press('Shift+M')
  await page.getByText('Car 1 is in one piece.').waitFor()
  await page.keyboard.press('n')

  await draw(labeler, [100, 500, 500, 600], { key: road })
  await draw(labeler, [250, 490, 300, 610], { cut: true })
  await page.keyboard.press('Shift+M')
  const panel = page.getByRole('region', { name: 'Split into parts' })
  await panel.getByText('Road has one region per image').waitFor()
  await panel.getByRole('combobox', { name: 'Category of the parts' }).click()
  await page.getByRole('option', { name: 'Pedestrian' }).click()
  await panel.getByRole('button', { name: 'Apply' }).click()
  await expect.poll(() => names(labeler)).toEqual(['Pedestrian 4', 'Pedestrian 3', 'Car 2', 'Car 1'])
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => names(labeler)).toEqual(['Road', 'Car 2', 'Car 1'])
  await labeler.saved()
})

it('shows what a cleanup would do with its numbers, changes nothing before Apply, and leaves on Esc', async () => {
  const { page, labeler } = await openScene('street-3.jpg')
  await draw(labeler, [200, 200, 600, 500], { key: car })
  await draw(labeler, [300, 300, 360, 340], { cut: true })
  await draw(labeler, [400, 300, 500, 400], { cut: true })
  await draw(labeler, [700, 200, 740, 230])
  await expect.poll(() => names(labeler)).toEqual(['Car 1'])
  const before = (await labeler.objects())[0]!.pixels
  const shown = await layerPixels(page, 'outline')

  const open = async (what: string) => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.type(what)
    await page.getByRole('option', { name: new RegExp(`^${what} …`) }).waitFor()
    await page.keyboard.press('Enter')
    return page.getByRole('region', { name: what })
  }
  let panel = await open('Fill holes')
  const amount = panel.getByRole('spinbutton')
  await expect.poll(() => amount.evaluate((each) => each === document.activeElement)).toBe(true)
  await amount.fill('3000')
  await expect.poll(() => panel.getByRole('row', { name: 'Holes 2 1' }).count()).toBe(1)
  await expect.poll(() => layerPixels(page, 'outline')).not.toBe(shown)
  expect((await labeler.objects())[0]!.pixels).toBe(before)
  await page.keyboard.press('Escape')
  await expect.poll(() => panel.count()).toBe(0)
  await expect.poll(() => layerPixels(page, 'outline')).toBe(shown)
  expect((await labeler.objects())[0]!.pixels).toBe(before)

  panel = await open('Fill holes')
  await panel.getByRole('row', { name: 'Holes 2 1' }).waitFor()
  await panel.getByRole('switch', { name: 'Holes of every size' }).click()
  await panel.getByRole('row', { name: 'Holes 2 0' }).waitFor()
  await panel.getByRole('button', { name: 'Show the next place' }).click()
  await panel.getByText('1 of 2').waitFor()
  await panel.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('Fill 2 holes of Car 1.').waitFor()
  const full = (await labeler.objects())[0]!.pixels
  expect(full).toBeGreaterThan(before + 9000)

  panel = await open('Remove specks')
  await panel.getByRole('spinbutton').fill('2000')
  await panel.getByRole('row', { name: 'Specks 1 0' }).waitFor()
  // As in every form.
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeLessThan(full)
  const clean = (await labeler.objects())[0]!.pixels

  panel = await open('Grow')
  await panel.getByRole('spinbutton').fill('3')
  await panel.getByRole('button', { name: 'Apply' }).click()
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeGreaterThan(clean + 4000)

  // What is locked is said, and stays.
  await page.getByRole('button', { name: 'Lock Car 1' }).click()
  panel = await open('Shrink')
  await panel.getByText('1 locked object stays as it is.').waitFor()
  // Apply waits for the count, which comes a moment later.
  await expect.poll(() => panel.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  for (let i = 0; i < 4; i++) await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBe(before)
  await labeler.saved()
})

it('copies objects from image to image, at the same pixels and with ids of their own', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  const before = await labeler.objects()
  expect(before.map(({ name }) => name)).toEqual(['Car 3', 'Car 2', 'Car 1'])
  await page.keyboard.press('v')
  await labeler.click(middle(left!))
  await page.keyboard.press('ControlOrMeta+c')
  await page.getByText('Copied 1 object.').waitFor()
  await page.keyboard.press('d')
  await page.getByText('street-2.jpg').first().waitFor()
  const next = await Labeler.shown(page, size)
  const had = await next.objects()
  await page.keyboard.press('r')
  await page.keyboard.press('ControlOrMeta+v')
  await page.getByText(/Pasted 1 object of street-1.jpg\. [\d,]+ px were kept/).waitFor()
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => next.objects()).toEqual(had)
  await page.keyboard.press('r')

  // All of the image before, over what is there.
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.keyboard.press('ControlOrMeta+Shift+V')
  await expect
    .poll(async () => (await next.objects()).map(({ pixels }) => pixels))
    .toEqual(before.map(({ pixels }) => pixels))
  await expect.poll(() => selected(page)).toHaveLength(3)

  // On to the one after it.
  await page.keyboard.press('ControlOrMeta+Shift+D')
  await page.getByText('street-3.jpg').first().waitFor()
  const third = await Labeler.shown(page, size)
  await expect.poll(() => selected(page)).toHaveLength(3)
  await third.saved()
  const [second, copied] = [await savedIds(page, 'street-2.jpg'), await savedIds(page, 'street-3.jpg')]
  const at = Math.round(middle(right!).y) * size.width + middle(right!).x
  expect(second![at]).toBeGreaterThan(0)
  expect(copied![at]).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await expect.poll(() => selected(page)).toEqual([])
  await third.saved()
})

it('does all of it in the list by keys alone', async () => {
  const { page, labeler } = await openScene('street-1.jpg')
  const before = await labeler.objects()
  await row(page, 'Car 3').focus()
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => selected(page)).toEqual(['Car 2'])
  await page.keyboard.press('Shift+ArrowDown')
  await expect.poll(() => selected(page)).toEqual(['Car 2', 'Car 1'])
  await page.keyboard.press('Home')
  await expect.poll(() => selected(page)).toEqual(['Car 3'])
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ControlOrMeta+Space')
  await expect.poll(() => selected(page)).toEqual(['Car 3', 'Car 1'])

  // Another category from the menu.
  await page.keyboard.press('F2')
  await page.getByRole('menu').getByText('2 objects', { exact: true }).waitFor()
  await page.keyboard.type('Pedestrian')
  await page.keyboard.press('Enter')
  await expect.poll(() => names(labeler)).toEqual(['Pedestrian 3', 'Car 2', 'Pedestrian 1'])
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => labeler.objects()).toEqual(before)

  // The buttons of a row, and the focus that stays in the list when its row goes.
  await row(page, 'Car 2').focus()
  // Past the button that hides it.
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Unlock Car 2' }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect.poll(() => names(labeler)).toEqual(['Car 3', 'Car 1'])
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('li')?.textContent))
    .toContain('Car 1')
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => labeler.objects()).toEqual(before)
  await labeler.saved()
})
