import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'

const size = { width: 1280, height: 806 }

/**
 * Goes through every screen, dialog and menu of the app with the sample images and calls `visit` at each. Begins and ends
 * with a page on which everything is closed.
 */
export async function visitScreens(page: Page, visit: (name: string) => Promise<void>): Promise<void> {
  /** A button that can be pressed from now on is faint until its colour has changed. */
  const look = async (name: string) => {
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          ({ playState, effect }) =>
            playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
        ),
    )
    await visit(name)
  }
  const dialog = page.getByRole('dialog')
  /** The first Esc may only be for the tooltip of what has the focus. */
  const escapeFrom = async (shown: Locator) => {
    const isGone = async () => {
      await page.keyboard.press('Escape')
      return shown
        .first()
        .waitFor({ state: 'detached', timeout: 1000 })
        .then(
          () => true,
          () => false,
        )
    }
    await expect.poll(isGone, { timeout: 20_000 }).toBe(true)
  }
  const close = () => escapeFrom(dialog)

  await page.getByRole('gridcell').first().waitFor()
  await look('dataset')
  await page.getByRole('gridcell').first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Reviewed' }).waitFor()
  await look('menu of an image')
  await escapeFrom(page.getByRole('menuitem', { name: 'Reviewed' }))
  await page.getByRole('combobox', { name: 'Sort' }).click()
  await page.getByRole('option').first().waitFor()
  await look('order of images')
  await escapeFrom(page.getByRole('option').first())
  await page.getByRole('searchbox', { name: 'Search images' }).fill('nothing-of-that-name status:labeled')
  await page
    .getByRole('button', { name: /^Clear/ })
    .first()
    .waitFor()
  await look('no image found')
  await page
    .getByRole('button', { name: /^Clear/ })
    .first()
    .click()
  await page.getByRole('gridcell').first().waitFor()
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('i')
  await page.getByRole('combobox', { name: 'New tag' }).waitFor()
  await look('tags of several images')
  await page.keyboard.press('l')
  await page.getByRole('button', { name: 'Show as grid' }).waitFor()
  await look('list of images')
  await page.keyboard.press('l')
  await page.keyboard.press('i')
  await page.getByRole('combobox', { name: 'New tag' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Add category' }).click()
  await dialog.waitFor()
  await page.getByRole('button', { name: 'Add attribute' }).click()
  await page.getByRole('combobox', { name: 'Kind of attribute 1' }).click()
  await page.getByRole('option', { name: 'Some of several' }).click()
  await look('category')
  await close()
  await page.getByRole('button', { name: 'Manage categories' }).click()
  await page.getByRole('searchbox', { name: 'Search categories' }).waitFor()
  await look('categories')
  await page.getByRole('button', { name: 'Start from…' }).click()
  await page.getByRole('menuitem', { name: 'COCO panoptic (133)' }).click()
  await page.getByText(/^\d+ new, 0 changed/).waitFor()
  await look('preset')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'More for Car' }).click()
  await page.getByRole('menuitem', { name: 'Merge into…' }).click()
  await page.getByRole('combobox', { name: 'Into' }).waitFor()
  await look('merging')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await close()

  await page.keyboard.press('ControlOrMeta+,')
  await dialog.waitFor()
  await look('settings')
  await page.getByRole('tab', { name: 'Keyboard' }).click()
  await page.getByRole('button', { name: /“Brush”/ }).waitFor()
  await look('keyboard')
  await page.getByRole('button', { name: /“Brush”/ }).click()
  await page.getByRole('dialog', { name: 'Keys of “Brush”' }).waitFor()
  await look('keys of an action')
  await page.keyboard.press('f')
  await page.getByRole('button', { name: 'Reassign' }).waitFor()
  await look('key that another action has')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog', { name: 'Keys of “Brush”' }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Weights & Biases' }).click()
  await page.getByLabel('API key').fill('x')
  await look('W&B settings')
  await page.getByRole('tab', { name: 'Segments.ai' }).click()
  await look('Segments.ai settings')
  await close()

  await page.keyboard.press('?')
  await dialog.waitFor()
  await page.getByRole('switch', { name: 'All screens' }).click()
  await page.getByRole('heading', { name: 'Labeling', exact: true }).waitFor()
  await look('shortcuts')
  await page.getByRole('switch', { name: 'All screens' }).click()
  await close()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('option').first().waitFor()
  await look('palette')
  await page.keyboard.type('fit')
  await page
    .getByRole('option', { name: /Open an image first/ })
    .first()
    .waitFor()
  await look('palette with what cannot be run')
  await close()

  await page.keyboard.press('Alt+2')
  await page.getByText('Working copy').waitFor()
  await look('history')
  await page.keyboard.press('Alt+4')
  await page.getByRole('button', { name: 'Ask W&B' }).first().waitFor()
  await look('lineage')
  await page.keyboard.press('Alt+3')
  await page.getByRole('heading', { name: 'Outbox' }).waitFor()
  await look('sync')
  await page.keyboard.press('Alt+5')
  await page.getByRole('heading', { name: 'Get data from Weights & Biases' }).waitFor()
  await look('get data')
  await page.keyboard.press('Alt+6')
  await page.getByRole('heading', { name: 'Label together on Segments.ai' }).waitFor()
  await look('Segments.ai')
  await page.keyboard.press('Alt+1')
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  await labeler.cellsReady()
  await look('labeler')
  await page.getByRole('button', { name: 'Superpixel options' }).click()
  await dialog.waitFor()
  await look('superpixel options')
  await close()
  await page.keyboard.press('y')
  await page.getByRole('region', { name: 'Steps' }).waitFor()
  await labeler.canvas.focus()
  await page.keyboard.press('b')
  await labeler.click({ x: 640, y: 300 })
  await labeler.click({ x: 640, y: 500 })
  await page.keyboard.press('ControlOrMeta+z')
  const steps = page.getByRole('listbox', { name: 'Steps' })
  await steps
    .getByRole('option', { name: /taken back$/ })
    .first()
    .waitFor()
  await look('steps')
  await page.keyboard.press('ControlOrMeta+z')
  await steps.focus()
  await page.keyboard.press('Escape')
  await steps.waitFor({ state: 'detached' })
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 400, y: 330 },
  ])
  await page.getByRole('button', { name: 'What to do with objects' }).click()
  await page.getByRole('menuitem', { name: 'Remove specks' }).waitFor()
  await look('menu of objects')
  await page.getByRole('menuitem', { name: 'Remove specks' }).click()
  const cleanup = page.getByRole('region', { name: 'Remove specks' })
  await cleanup.getByText('No speck like that.').waitFor()
  await look('cleanup')
  await cleanup.getByRole('button', { name: 'Cancel' }).click()
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('s')
  await page.getByRole('combobox', { name: 'Status of this image' }).click()
  await page.getByRole('option').first().waitFor()
  await look('status list')
  await escapeFrom(page.getByRole('option').first())
  await page.keyboard.press('Alt+1')
  await page.getByRole('gridcell').first().waitFor()
  // A review has images that wait for it.
  const { id } = await sampleNamed(page, 'street-2.jpg')
  await callHost(page, 'samples.setStatus', { id, status: 'labeled' })
  await page.getByRole('button', { name: 'Review', exact: true }).click()
  await page.getByRole('complementary', { name: 'Review' }).waitFor()
  await Labeler.shown(page, size)
  await look('review')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Why is it rejected?' }).waitFor()
  await look('reason of a rejection')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+1')
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('ControlOrMeta+Shift+E')
  await page.getByRole('dialog', { name: 'Export labels' }).getByText('How far a label has come').waitFor()
  await look('export')
  await close()
}
