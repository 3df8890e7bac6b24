import { expect, it } from 'vitest'
import { makeVersions } from '../../scripts/screenshots/version-pictures.ts'
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
import { callHost, sampleNamed } from './page.ts'

const tessera = startTessera({ arguments: ['--sample'] })
const checks = {
  axeViolations,
  namelessControls,
  smallTargets,
  faintTexts,
  faintEdges,
  clippedTexts,
  unspokenLabels,
}

it.each([
  ['dark', 1440, 900],
  ['light', 900, 600],
] as const)(
  'history, comparison, conflicts and the history of an image pass axe and all other checks, %s and %i wide',
  async (colorScheme, width, height) => {
    const { page } = await tessera.open({ colorScheme, width, height })
    if ((await callHost(page, 'versions.list', {})).length === 0) {
      await makeVersions(page)
      await callHost(page, 'versions.merge', { version: 'shadows' })
    }
    const found: Record<string, string[]> = {}
    const look = async (screen: string) => {
      // A button that comes into use fades in.
      await page.waitForFunction(() =>
        document
          .getAnimations()
          .every(
            ({ playState, effect }) =>
              playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
          ),
      )
      for (const [name, check] of Object.entries(checks)) {
        // In a small window long names end in dots, with all of them in their tooltips.
        if (check === clippedTexts && width < 1000) continue
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${name}`] = results
      }
    }
    await page.keyboard.press('Alt+2')
    const rows = page.getByRole('grid', { name: 'Versions' }).getByRole('row')
    await rows.nth(4).waitFor()
    await look('history')
    await rows.filter({ hasText: 'Second pass' }).click()
    await page.getByRole('heading', { name: 'v2' }).waitFor()
    await look('a version')
    for (const [key, name] of [
      ['r', /^Restore v/],
      ['b', /^Branch at/],
      ['a', /^Name for/],
      ['g', /^Merge v/],
      ['s', /^Switch branch/],
    ] as const) {
      await page.keyboard.press(key)
      const dialog = page.getByRole('dialog', { name })
      await dialog.waitFor()
      await look(`dialog ${name}`)
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByRole('grid', { name: 'Versions' }).focus()
    }
    await page.getByRole('button', { name: 'golden' }).click()
    await look('menu of a name')
    await page.getByRole('menuitem', { name: 'Move to another version …' }).click()
    const move = page.getByRole('dialog', { name: 'Move golden' })
    await move.waitFor()
    await look('dialog of a move')
    await move.getByRole('button', { name: 'Cancel' }).click()
    await move.waitFor({ state: 'detached' })
    await page.getByRole('grid', { name: 'Versions' }).focus()
    await page.keyboard.press('c')
    const grid = page.getByRole('grid', { name: 'Changed images' })
    await grid.getByRole('gridcell').nth(2).waitFor()
    await page.getByRole('table').filter({ hasText: 'Press a number' }).getByRole('button').nth(12).waitFor()
    await look('changed images')
    await grid.getByRole('gridcell').first().click()
    await page.getByRole('region', { name: 'Objects' }).getByRole('button').first().waitFor()
    await look('changes of an image')
    await page.keyboard.press('4')
    await page.getByRole('slider').waitFor()
    await look('swipe')
    await page.keyboard.press('5')
    await page.getByRole('application', { name: 'Comparison of two labels: After' }).waitFor()
    await look('side by side')
    await page.keyboard.press('1')
    await page.keyboard.press('Escape')
    await grid.waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Answer conflicts' }).click()
    await page.getByText('px: mine').first().waitFor()
    await look('conflicts')
    await page.keyboard.press('Alt+1')
    const labeler = await Labeler.open(page, 'street-1.jpg', { width: 1280, height: 806 })
    await labeler.cellsReady()
    await page.keyboard.press('Alt+h')
    const past = page.getByRole('region', { name: 'History of this image' })
    await past.getByRole('listitem').nth(1).waitFor()
    await past.getByRole('button', { name: 'Show', exact: true }).last().click()
    await page.getByText(/^Shown as in v1/).waitFor()
    await look('history of an image')
    expect(found).toEqual({})
  },
)

it('shows a label as a version had it, restores this one image, and takes that back', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell', { name: 'street-1.jpg' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'History of this image' }).click()
  const labeler = await Labeler.shown(page, { width: 1280, height: 806 })
  await labeler.cellsReady()
  const past = page.getByRole('region', { name: 'History of this image' })
  const first = past.getByRole('listitem').filter({ hasText: 'v1' })
  await first.waitFor()
  const objects = async () => (await sampleNamed(page, 'street-1.jpg')).objectCount
  const before = await objects()
  await first.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(objects).toBeLessThan(before)
  await past.getByRole('listitem').filter({ hasText: 'Not committed' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(objects).toBe(before)
})
