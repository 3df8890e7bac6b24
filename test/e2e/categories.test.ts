import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { clippedTexts, faintTexts, namelessControls, smallTargets } from './audit.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

const names = async (page: Page) => (await callHost(page, 'categories.list', {})).map(({ name }) => name)
const idOf = async (page: Page, name: string) =>
  (await callHost(page, 'categories.list', {})).find((category) => category.name === name)!.id
async function manage(page: Page) {
  await page.getByRole('button', { name: 'Manage categories' }).click()
  const dialog = page.getByRole('dialog', { name: 'Manage categories' })
  await dialog.waitFor()
  return dialog
}
const row = (page: Page, name: string) =>
  page
    .getByRole('dialog', { name: 'Manage categories' })
    .locator('button[data-row]', { hasText: name })
    .first()
const choose = async (page: Page, select: string, option: string | RegExp) => {
  await page.getByRole('combobox', { name: select }).click()
  await page.getByRole('option', { name: option }).click()
}

/** Draws a rectangle of a category with the polygon tool. */
async function draw(page: Page, labeler: Labeler, key: string, x: number, y: number) {
  await page.keyboard.press('g')
  await page.keyboard.press(key)
  await page.keyboard.press('n')
  for (const [dx, dy] of [
    [0, 0],
    [100, 0],
    [100, 80],
    [0, 80],
  ] as const)
    await labeler.click({ x: x + dx, y: y + dy })
  await page.keyboard.press('Enter')
}

it('shows what a preset would bring, takes it over, and takes it back', async () => {
  const { page } = await tessera.open()
  const before = await names(page)
  await manage(page)
  await page.getByRole('button', { name: 'Start from…' }).click()
  await page.getByRole('menuitem', { name: 'A2D2 (38)' }).click()
  const dialog = page.getByRole('dialog', { name: 'A2D2' })
  const kept = before.filter((name) =>
    ['car', 'sky', 'sidewalk', 'curbstone'].includes(name.toLowerCase()),
  ).length
  expect(kept).toBeGreaterThan(0)
  await dialog.getByText(/there already and left as they are/).waitFor()
  expect(await names(page)).toEqual(before)
  expect(await axeViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Take over' }).click()
  await page.getByText(/categories added, 0 changed/).waitFor()
  expect((await names(page)).length).toBeGreaterThan(38)
  await page.getByRole('dialog', { name: 'Manage categories' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back.').waitFor()
  expect(await names(page)).toEqual(before)
})

it('is put in order by keys, by the menu and by dragging, and searched', async () => {
  const { page } = await tessera.open()
  const [first, second, third] = await names(page)
  const dialog = await manage(page)
  for (const audit of [namelessControls, smallTargets, faintTexts, clippedTexts, axeViolations])
    expect(await audit(page), audit.name).toEqual([])
  await row(page, second!).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(() => names(page)).toEqual(expect.arrayContaining([second, first, third]))
  await expect.poll(async () => (await names(page)).slice(0, 3)).toEqual([second, first, third])
  expect(await row(page, second!).evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.press('ArrowDown')
  expect(await row(page, first!).evaluate((element) => element === document.activeElement)).toBe(true)

  await dialog.getByRole('button', { name: `More for ${third}` }).click()
  await page.getByRole('menuitem', { name: 'To the top' }).click()
  await expect.poll(async () => (await names(page)).slice(0, 3)).toEqual([third, second, first])
  await row(page, first!).dragTo(row(page, third!))
  await expect.poll(async () => (await names(page)).slice(0, 3)).toEqual([first, third, second])

  await dialog.getByRole('searchbox').fill('zzz')
  await dialog.getByText('No category is called “zzz”.').waitFor()
  await dialog.getByRole('searchbox').fill(first!)
  await row(page, first!).waitFor()
})

it('asks for attributes, lists everything that is missing at once, and jumps to it', async () => {
  const { page } = await tessera.open()
  await manage(page)
  await row(page, 'Car').click()
  await page.getByRole('button', { name: 'Add attribute' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Give it a name of at most 200 characters.').waitFor()
  await page.getByRole('textbox', { name: 'Name of the attribute' }).fill('kind')
  await choose(page, 'Kind of kind', 'One of several')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Give at least one choice, each once.').waitFor()
  await page.getByRole('textbox', { name: 'Choices, one a line, kind' }).fill('van\nbus')
  await page.getByRole('switch', { name: /Must be said/ }).click()
  expect(await axeViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('“Car” changed.').waitFor()

  await page.getByRole('button', { name: 'Attributes of images' }).click()
  await page.getByRole('button', { name: 'Add attribute' }).click()
  await page.getByRole('textbox', { name: 'Name of the attribute' }).fill('lux')
  await choose(page, 'Kind of lux', 'Number')
  await page.getByRole('textbox', { name: 'Least, lux' }).fill('0')
  await page.getByRole('switch', { name: /Must be said/ }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Attributes of images changed.').waitFor()
  await page.keyboard.press('Escape')
  // The focus is back on the button that opened it, whose tooltip would be in the way.
  await page.keyboard.press('Escape')
  await page.mouse.move(640, 5)

  const car = String((await names(page)).indexOf('Car') + 1)
  const labeler = await Labeler.open(page, 'street-1.jpg', size)
  await draw(page, labeler, car, 200, 200)
  await draw(page, labeler, car, 500, 200)
  await expect.poll(async () => (await labeler.objects()).length).toBe(2)
  await page.keyboard.press('ControlOrMeta+Enter')
  const missing = page.getByRole('dialog', { name: 'Not everything is said yet' })
  await missing.getByText('3 things must be said').waitFor()
  expect(await missing.getByRole('listitem').allTextContents()).toEqual([
    'this image“lux” is missing.',
    'Car 1“kind” is missing.',
    'Car 2“kind” is missing.',
  ])
  expect(await axeViolations(page)).toEqual([])
  // By keys alone: jump, open the choice, take the first.
  await missing.getByRole('button', { name: /^Car 1/ }).press('Enter')
  const kind = page.getByRole('combobox', { name: 'kind of Car 1, required' })
  await expect.poll(() => kind.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'van' }).click()
  await expect.poll(() => kind.textContent()).toContain('van')
  await labeler.canvas.focus()
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => kind.textContent()).toContain('—')
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect.poll(() => kind.textContent()).toContain('van')

  await page
    .getByRole('region', { name: /^Objects/ })
    .getByRole('button', { name: /^Car 2/ })
    .click()
  await choose(page, 'kind of Car 2, required', 'bus')
  const lux = page.getByRole('textbox', { name: 'lux of this image, required' })
  await lux.fill('-3')
  await lux.press('Enter')
  await page.getByText('Not taken: it is less than 0.').waitFor()
  await lux.fill('12')
  await lux.press('Enter')
  const undo = page.getByRole('button', { name: 'Undo the last change of the image' })
  await undo.click()
  await expect.poll(() => lux.inputValue()).toBe('')
  await lux.fill('13')
  await lux.press('Enter')
  await expect.poll(() => undo.isEnabled()).toBe(true)
  expect(await axeViolations(page)).toEqual([])
  await labeler.canvas.focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  const sample = async () =>
    (await callHost(page, 'samples.list', {})).samples.find(({ name }) => name === 'street-1.jpg')!
  await expect.poll(async () => (await sample()).status).toBe('labeled')
  const label = await callHost(page, 'label.open', { sampleId: (await sample()).id })
  expect(label.objects.map(({ attributes }) => attributes)).toEqual([{ kind: 'van' }, { kind: 'bus' }])
  expect((await callHost(page, 'cards.get', { sampleId: (await sample()).id })).attributes).toEqual({
    lux: 13,
  })
})

it('keeps choices that a definition has no more until somebody takes them away', async () => {
  const { page } = await tessera.open()
  const id = await idOf(page, 'Car')
  const define = (options: string[]) =>
    callHost(page, 'categories.update', {
      id,
      attributes: [{ name: 'parts', type: 'multiselect', options }],
    })
  await define(['door', 'wheel'])
  const labeler = await Labeler.open(page, 'street-3.jpg', size)
  await draw(page, labeler, String((await names(page)).indexOf('Car') + 1), 300, 300)
  const parts = page.getByRole('group', { name: 'parts of Car 1' })
  await parts.getByRole('checkbox', { name: 'door' }).check()
  await define(['wheel', 'roof'])
  await parts.getByRole('checkbox', { name: 'roof' }).check()
  const sampleId = (await callHost(page, 'samples.list', {})).samples.find(
    ({ name }) => name === 'street-3.jpg',
  )!.id
  const said = () =>
    expect.poll(async () => (await callHost(page, 'label.open', { sampleId })).objects[0]?.attributes)
  await said().toEqual({ parts: ['roof', 'door'] })
  await parts.getByRole('checkbox', { name: 'door' }).click()
  await said().toEqual({ parts: ['roof'] })
  await callHost(page, 'categories.update', { id, attributes: [] })
})

it('merges a category into another over all images, also what is not saved yet, and takes it back', async () => {
  const { page } = await tessera.open()
  const { id } = await callHost(page, 'categories.create', { name: 'Van', hasInstances: true })
  await callHost(page, 'categories.order', { ids: [id, await idOf(page, 'Car')] })
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  await draw(page, labeler, '1', 200, 200)
  await draw(page, labeler, '2', 500, 200)
  await expect.poll(async () => (await labeler.objects()).length).toBe(2)
  const before = await labeler.objects()
  expect(before.map(({ name }) => name)).toEqual(['Car 2', 'Van 1'])

  // From the palette, with the label open and the last stroke perhaps not saved.
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('manage categories')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Manage categories' })
  await dialog.getByRole('button', { name: 'More for Van' }).click()
  await page.getByRole('menuitem', { name: 'Merge into…' }).click()
  const move = page.getByRole('dialog', { name: 'Merge “Van” into another category' })
  await choose(page, 'Into', 'Car')
  expect(await axeViolations(page)).toEqual([])
  await move.getByRole('button', { name: 'Merge' }).click()
  await page.getByText('1 image changed.').waitFor()
  expect(await names(page)).not.toContain('Van')
  await dialog.getByText('Merged “Van” into “Car”').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await labeler.objects()).map(({ name }) => name)).toEqual(['Car 2', 'Car 1'])

  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('manage categories')
  await page.keyboard.press('Enter')
  await dialog
    .getByRole('region', { name: 'Latest changes of labels' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await page.getByText('Taken back on 1 image.').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => labeler.objects()).toEqual(before)
  expect(await names(page)).toContain('Van')
})

it('deletes a category and makes its pixels unlabeled', async () => {
  const { page } = await tessera.open()
  const dialog = await manage(page)
  await dialog.getByRole('button', { name: 'More for Van' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const move = page.getByRole('dialog', { name: 'Delete “Van”' })
  await move.getByText('1 object in 1 image.').waitFor()
  await move.getByRole('radio', { name: /become unlabeled/ }).click()
  await move.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('1 image changed.').waitFor()
  expect(await names(page)).not.toContain('Van')
  const ids = (await savedIds(page, 'street-2.jpg'))!
  expect([...new Set(ids)].sort()).toEqual([0, 2])
})

it('gives the objects of the selected images another category', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell', { name: /^street-1/ }).click()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('change category of objects')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Change the category of objects' })
  await dialog.getByText('On the selected image').waitFor()
  await choose(page, 'Objects of', 'Car')
  await choose(page, 'Become', 'Pole')
  expect(await axeViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Change' }).click()
  await page.getByText('1 image changed.').waitFor()
  const pole = await idOf(page, 'Pole')
  const { samples } = await callHost(page, 'samples.list', {})
  const of = async (name: string) => {
    const label = await callHost(page, 'label.open', {
      sampleId: samples.find((each) => each.name === name)!.id,
    })
    return label.objects.map(({ categoryId }) => categoryId)
  }
  expect(new Set(await of('street-1.jpg'))).toEqual(new Set([pole]))
  expect(await of('street-2.jpg')).not.toContain(pole)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back on 1 image.').waitFor()
  expect(await of('street-1.jpg')).not.toContain(pole)
})

it('says in a semantic dataset that there are no new objects', async () => {
  const { page } = await tessera.open()
  await manage(page)
  await choose(page, 'Dataset', /^Semantic/)
  await page.getByText('The dataset is semantic now.').waitFor()
  await page.keyboard.press('Escape')
  const car = String((await names(page)).indexOf('Car') + 1)
  const labeler = await Labeler.open(page, 'street-3.jpg', size)
  await page.keyboard.press('g')
  await page.keyboard.press(car)
  for (const [x, y] of [
    [200, 200],
    [300, 200],
    [300, 300],
  ] as const)
    await labeler.click({ x, y })
  await page.keyboard.press('Enter')
  await page.keyboard.press('n')
  await page.getByText('there are no new objects').waitFor()
  for (const [x, y] of [
    [500, 200],
    [600, 200],
    [600, 300],
  ] as const)
    await labeler.click({ x, y })
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await labeler.objects())[0]?.pixels ?? 0).toBeGreaterThan(9000)
  expect((await labeler.objects()).map(({ name }) => name)).toEqual(['Car'])
  await callHost(page, 'ontology.setRules', { task: 'panoptic' })
})

it('exports, and imports what it or Segments.ai wrote; says what is wrong with a file', async () => {
  const { page } = await tessera.open()
  const dialog = await manage(page)
  const waiting = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export' }).click()
  const download = await waiting
  expect(download.suggestedFilename()).toBe('ontology.json')
  const text = readFileSync(await download.path(), 'utf8')
  expect(JSON.parse(text).format).toBe('tessera-ontology')

  const give = (content: unknown) =>
    page.getByTestId('ontology-file').setInputFiles({
      name: 'theirs.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(content)),
    })
  await give({ categories: [{ id: 1, name: 'a', color: 'red' }] })
  await page.getByText(/categories\.0\.color: "red" is no colour/).waitFor()
  await page.getByRole('dialog', { name: 'theirs.json' }).getByRole('button', { name: 'Cancel' }).click()

  await give({
    task_attributes: { categories: [{ id: 1, name: 'car', color: [9, 8, 7], has_instances: true }] },
  })
  const preview = page.getByRole('dialog', { name: 'theirs.json' })
  await preview.getByText('0 new, 0 changed, 1 there already').waitFor()
  await preview.getByRole('radio', { name: 'take what the file says' }).click()
  await preview.getByText('0 new, 1 changed').waitFor()
  await preview.getByText('car: name, colour').waitFor()
  await preview.getByRole('button', { name: 'Take over' }).click()
  await expect.poll(() => names(page)).toContain('car')
})

it('warns of a colour that somebody cannot tell from another, and offers a better one', async () => {
  const { page } = await tessera.open()
  await callHost(page, 'categories.create', { name: 'Leaf', color: '#006600' })
  await page.getByRole('button', { name: 'Add category' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New category' })
  await dialog.getByRole('textbox', { name: 'Or any colour, as #rrggbb' }).fill('#990000')
  await dialog.getByText('Hard to tell from “Leaf” for people who do not see green').waitFor()
  await dialog.getByRole('button', { name: 'Another colour' }).click()
  await expect.poll(() => dialog.getByText('Hard to tell').count()).toBe(0)
})
