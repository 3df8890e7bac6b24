import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { callHost, sampleNamed } from './page.ts'

const tessera = startTessera({ arguments: ['--sample'] })

it('keeps a filter, an order and a layout under a name, by keys alone, from one opening to the next', async () => {
  const { page } = await tessera.open()
  const cells = page.getByRole('gridcell')
  await cells.first().waitFor()
  await page.getByRole('searchbox').fill('street-2')
  await expect.poll(() => cells.count()).toBe(1)
  await page.getByRole('searchbox').press('Enter')
  await page.keyboard.press('l')
  await page.keyboard.press('Shift+V')
  await page
    .getByRole('dialog', { name: 'Save this view' })
    .getByRole('textbox', { name: 'Name' })
    .fill('Second')
  await page.keyboard.press('Enter')
  await page.getByText('View “Second” saved.').waitFor()
  await page.getByRole('button', { name: 'Second', exact: true }).waitFor()

  await page.reload()
  await cells.first().waitFor()
  await expect.poll(() => cells.count()).toBe(4)
  await page.locator('[role=grid]').focus()
  await page.keyboard.press('1')
  await expect.poll(() => cells.count()).toBe(1)
  expect(await page.getByRole('searchbox').inputValue()).toBe('street-2')

  // Renamed and taken away, and back again.
  await page.keyboard.press('v')
  const dialog = page.getByRole('dialog', { name: 'Saved views' })
  await dialog.getByRole('textbox', { name: 'Name of the view Second' }).fill('Two')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Remove the view Two' }).click()
  await dialog.getByText('No view is saved yet.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByRole('button', { name: 'Two', exact: true }).waitFor()
})

it('marks what is new or other since the last version', async () => {
  const { page } = await tessera.open()
  const tile = (n: number) => page.getByRole('gridcell', { name: new RegExp(`street-${n}.jpg`) })
  await tile(1).waitFor()
  expect(await tile(1).getAttribute('aria-label')).not.toContain('since')
  await callHost(page, 'versions.commit', { message: 'all' })
  const { id } = await sampleNamed(page, 'street-3.jpg')
  await callHost(page, 'cards.change', { sampleId: id, change: { kind: 'tags', add: ['dusk'], remove: [] } })
  await page.getByRole('gridcell', { name: /street-3.jpg.*Changed since v1/ }).waitFor()
  await tile(3).getByText('≠ v1').waitFor()
  expect(await tile(1).getAttribute('aria-label')).not.toContain('since')
})

it('keeps several that were selected while somebody works on one of them', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').nth(3).waitFor()
  await page.getByRole('gridcell').nth(1).click()
  await page
    .getByRole('gridcell')
    .nth(2)
    .click({ modifiers: ['ControlOrMeta'] })
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.locator('[role=application][aria-busy=false]').waitFor()
  await page.keyboard.press('d')
  await page.keyboard.press('Alt+1')
  await page.getByText('2 selected').waitFor()
})

it.each(['dark', 'light'] as const)('can be read and reached in the %s theme', async (colorScheme) => {
  const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
  await page.getByText('≠ v1').waitFor()
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    if (process.env.TESSERA_PICTURES)
      await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/views-${screen}-${colorScheme}.png` })
    for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${check.name}`] = results
    }
  }
  await look('grid')
  await page.getByRole('button', { name: 'Views', exact: true }).click()
  await look('menu')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+V')
  await page.getByRole('textbox', { name: 'Name' }).fill('Late')
  await page.keyboard.press('Enter')
  await page.keyboard.press('v')
  await page.getByRole('dialog', { name: 'Saved views' }).waitFor()
  await look('dialog')
  expect(found).toEqual({})
})
