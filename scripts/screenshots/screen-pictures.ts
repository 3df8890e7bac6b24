import type { Page } from 'playwright-core'
import { Labeler } from '../../test/e2e/labeler.ts'
import { callHost, sampleNamed } from '../../test/e2e/page.ts'
import type { Frame, Shutter } from './shutter.ts'

const size = { width: 1280, height: 806 }
/** The right part of the window: the side panel and what lies beside it. */
const right: Frame = { x: 880, y: 40, width: 560, height: 620 }

/** Panels and screens of the library in which the tools were shown; `street-2.jpg` is open. */
export async function takeScreenPictures(page: Page, shoot: Shutter): Promise<void> {
  const labeler = await Labeler.shown(page, size)
  const keys = async (...names: string[]) => {
    for (const name of names) await page.keyboard.press(name)
  }
  for (const [from, to] of [
    [
      { x: 248, y: 358 },
      { x: 512, y: 512 },
    ],
    [
      { x: 742, y: 355 },
      { x: 846, y: 440 },
    ],
  ] as const) {
    await keys('u', '8')
    await labeler.drag([from, to])
    await page.waitForTimeout(1000)
    await keys('Enter', 'n')
  }

  await page.getByRole('button', { name: 'Lock Car 2' }).click()
  await keys('v')
  await labeler.click({ x: 1080, y: 430 })
  await labeler.hover({ x: 1100, y: 600 })
  await shoot(page, 'locks', { ...right, y: 390, height: 300 })
  await page.getByRole('button', { name: 'Unlock Car 2' }).click()

  await labeler.canvas.focus()
  await labeler.drag([
    { x: 20, y: 300 },
    { x: 1275, y: 560 },
  ])
  await page.getByRole('button', { name: 'What to do with objects' }).click()
  await page.getByRole('menuitem', { name: /^Remove specks/ }).waitFor()
  await shoot(page, 'objects', { ...right, y: 380, height: 500 })
  await page.getByRole('menuitem', { name: /^Grow/ }).click()
  await page.getByRole('spinbutton', { name: 'By' }).fill('8')
  await page.waitForTimeout(1500)
  await shoot(page, 'cleanup', { x: 40, y: 70, width: 620, height: 480 })
  await page.getByRole('button', { name: 'Cancel' }).click()
  await labeler.canvas.focus()

  await keys('y')
  await page.getByRole('region', { name: 'Steps' }).waitFor()
  await shoot(page, 'steps', { ...right, y: 380, height: 500 })
  await keys('Escape')
  await labeler.canvas.focus()

  await keys('o', 'Shift+V')
  await page.getByRole('switch', { name: 'Equalise' }).click()
  await page.waitForTimeout(800)
  await shoot(page, 'view', { x: 640, y: 40, width: 800, height: 560 })
  await page.getByRole('switch', { name: 'Equalise' }).click()
  await keys('Escape')
  await labeler.canvas.focus()
  await keys('o', 'o')
  await labeler.saved()
  await keys('Alt+1')

  await page.getByRole('button', { name: 'Manage categories' }).click()
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'More for Car' }).waitFor()
  await shoot(page, 'categories', (await dialog.boundingBox())!)
  await keys('Escape')
  await dialog.waitFor({ state: 'detached' })

  const sample = await sampleNamed(page, 'street-2.jpg')
  await callHost(page, 'samples.setStatus', { id: sample.id, status: 'labeled' })
  await page.getByRole('button', { name: 'Review', exact: true }).click()
  await page.getByRole('complementary', { name: 'Review' }).waitFor()
  await Labeler.shown(page, size)
  await keys('Shift+I')
  await labeler.click({ x: 1000, y: 500 })
  await page.getByRole('textbox', { name: 'What is wrong?' }).fill('The shadow is not part of the car')
  await page.getByRole('button', { name: 'Add issue' }).click()
  await page
    .getByRole('button', { name: /^Issue 1: The shadow/ })
    .first()
    .waitFor()
  await shoot(page, 'review', { x: 760, y: 74, width: 680, height: 826 })
  await keys('Alt+1')

  for (const name of ['street-1.jpg', 'street-3.jpg']) {
    const { id } = await sampleNamed(page, name)
    const change = { kind: 'tags' as const, add: ['sunny'], remove: [] }
    await callHost(page, 'cards.change', { sampleId: id, change })
  }
  await page.getByRole('searchbox', { name: 'Search images' }).fill('tag:sunny status:unlabeled')
  await page.getByRole('gridcell').nth(1).click()
  await page.getByText('2 of 4 images').waitFor()
  await shoot(page, 'search', { x: 0, y: 40, width: 900, height: 320 })
}
