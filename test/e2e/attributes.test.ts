import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'
import { saveBlocks } from './saved-label.ts'

const tessera = startTessera({ arguments: ['--sample'] })

/** Two cars, of which a maker and a state are asked. */
async function openCars(page: Page, name: string): Promise<Labeler> {
  const list = await callHost(page, 'categories.list', {})
  const car = list.find((category) => category.name === 'Car')!
  await callHost(page, 'categories.update', {
    id: car.id,
    name: car.name,
    color: car.color,
    hasInstances: true,
    attributes: [
      { name: 'maker', type: 'text' },
      { name: 'state', type: 'select', options: ['parked', 'moving'] },
    ],
  })
  await saveBlocks(page, name, [
    [1, car.id, 300, 300, 200, 150],
    [2, car.id, 700, 300, 200, 150],
  ])
  return Labeler.open(page, name, await sampleNamed(page, name))
}
const said = async (page: Page, name: string) => {
  const { id } = await sampleNamed(page, name)
  return (await callHost(page, 'label.open', { sampleId: id, peek: true })).objects.map(
    (each) => each.attributes,
  )
}

it.each(['dark', 'light'] as const)(
  'says the same of several objects, in the %s theme',
  async (colorScheme) => {
    const { page } = await tessera.open({ colorScheme, width: 1440, height: 900 })
    const name = colorScheme === 'dark' ? 'street-1.jpg' : 'street-2.jpg'
    const labeler = await openCars(page, name)
    await page.keyboard.press('v')
    await labeler.click({ x: 400, y: 360 })
    const maker = page.getByRole('textbox', { name: /^maker of Car 1/ })
    await maker.fill('Volvo')
    await maker.press('Enter')
    await page.getByRole('application').focus()
    await page.keyboard.press('ControlOrMeta+a')
    const both = page.getByRole('region', { name: 'About 2 objects' })
    await both.getByRole('textbox', { name: /^maker of 2 objects.*several values$/ }).waitFor()
    await both.getByRole('combobox', { name: /^state of 2 objects/ }).click()
    await page.getByRole('option', { name: 'parked' }).click()
    await labeler.saved()
    await expect
      .poll(() => said(page, name))
      .toEqual([{ maker: 'Volvo', state: 'parked' }, { state: 'parked' }])
    const found: Record<string, string[]> = {}
    const look = async (screen: string) => {
      if (process.env.TESSERA_PICTURES)
        await page.screenshot({ path: `${process.env.TESSERA_PICTURES}/${screen}-${colorScheme}.png` })
      for (const check of [namelessControls, smallTargets, faintTexts, clippedTexts]) {
        const results = await check(page)
        if (results.length > 0) found[`${screen}: ${check.name}`] = results
      }
    }
    await look('attributes')
    await page.getByRole('application').focus()
    await page.keyboard.press('ControlOrMeta+z')
    await labeler.saved()
    await expect.poll(() => said(page, name)).toEqual([{ maker: 'Volvo' }, {}])

    // A review shows what is said of the object that is clicked, and lets nobody change it before Edit.
    await page.keyboard.press('Alt+1')
    await page.keyboard.press('/')
    await page.keyboard.type(name)
    await expect.poll(() => page.getByRole('gridcell').count()).toBe(1)
    await page.getByRole('button', { name: 'Review', exact: true }).click()
    const review = await Labeler.shown(page, await sampleNamed(page, name))
    await page.getByText('Click an object to see what is said of it.').waitFor()
    await review.click({ x: 400, y: 360 })
    const shown = page.getByRole('textbox', { name: /^maker of Car 1/ })
    expect(await shown.inputValue()).toBe('Volvo')
    expect(await shown.isDisabled()).toBe(true)
    expect(await page.getByRole('combobox', { name: /^state of Car 1/ }).isDisabled()).toBe(true)
    await look('attributes-review')
    await page.keyboard.press('e')
    await expect.poll(() => shown.isEnabled()).toBe(true)
    expect(found).toEqual({})
  },
)
