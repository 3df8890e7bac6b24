import type { Page } from 'playwright-core'
import { Labeler } from '../../test/e2e/labeler.ts'
import { frameOf, type Shutter } from './shutter.ts'

const size = { width: 1280, height: 806 }

/** Puts away what explains the first steps. */
export async function putHintsAway(page: Page): Promise<void> {
  for (const name of ['Got it', 'Skip all']) {
    const button = page.getByRole('button', { name })
    if (await button.isVisible()) await button.click()
  }
}

/** Each tool of the labeler at work on the sample scene `street-2.jpg`, which stays open with what was labeled. */
export async function takeToolPictures(page: Page, shoot: Shutter): Promise<Labeler> {
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  await labeler.cellsReady()
  const keys = async (...names: string[]) => {
    for (const name of names) await page.keyboard.press(name)
  }
  /** Hints belong to a tool, and come when it is chosen for the first time. */
  const choose = async (tool: string, category: string) => {
    await keys(tool, category)
    await putHintsAway(page)
    await labeler.canvas.focus()
  }
  const part = async (name: string, x: number, y: number, width: number, height: number) =>
    shoot(page, name, await frameOf(labeler, { x, y }, { x: x + width, y: y + height }))

  await choose('s', '2')
  await labeler.hover({ x: 640, y: 600 })
  await labeler.sizeTo(600)
  await labeler.drag([
    { x: 420, y: 620 },
    { x: 660, y: 600 },
    { x: 640, y: 520 },
    { x: 480, y: 560 },
  ])
  await labeler.hover({ x: 800, y: 600 })
  await page.locator('[data-shown]').waitFor({ state: 'detached' })
  await part('tool-superpixels', 330, 400, 620, 350)
  await keys('n', 'Shift+S')

  await choose('u', '8')
  await labeler.drag([
    { x: 922, y: 304 },
    { x: 1244, y: 528 },
  ])
  await page.waitForTimeout(1500)
  await labeler.hover({ x: 1180, y: 548 })
  await part('tool-box', 820, 260, 459, 300)
  await keys('Enter', 'n')

  await choose('Shift+G', '7')
  for (const at of [
    { x: 924, y: 210 },
    { x: 966, y: 108 },
    { x: 1018, y: 80 },
    { x: 1120, y: 104 },
  ])
    await labeler.click(at)
  await labeler.hover({ x: 1186, y: 180 })
  await page.waitForTimeout(500)
  await part('tool-magic-boundary', 820, 40, 459, 300)
  await keys('Escape')

  await choose('g', '6')
  for (const at of [
    { x: 672, y: 226 },
    { x: 769, y: 226 },
    { x: 769, y: 352 },
  ])
    await labeler.click(at)
  await labeler.hover({ x: 690, y: 356 })
  await part('tool-polygon', 500, 190, 440, 220)
  await keys('Escape')

  await choose('b', '5')
  await labeler.hover({ x: 60, y: 540 })
  await labeler.wheel(4)
  await labeler.drag([
    { x: 30, y: 585 },
    { x: 110, y: 545 },
    { x: 200, y: 500 },
    { x: 270, y: 485 },
  ])
  await labeler.hover({ x: 120, y: 590 })
  await part('tool-brush', 0, 330, 459, 320)
  await keys('n')

  await choose('k', '1')
  await page.keyboard.down('Shift')
  await labeler.click({ x: 640, y: 30 })
  await page.keyboard.up('Shift')
  await page.waitForTimeout(800)
  await part('tool-fill', 420, 0, 520, 330)
  await keys('Enter', 'n')

  await choose('Shift+R', '1')
  await labeler.drag([
    { x: 256, y: 512 },
    { x: 502, y: 366 },
  ])
  await part('tool-ruler', 190, 320, 740, 260)
  await keys('Escape')
  return labeler
}
