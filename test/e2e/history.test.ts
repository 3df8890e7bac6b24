import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed } from './page.ts'
import { type Block, saveBlocks } from './saved-label.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

const [sky, road] = [1, 2]
const first: readonly Block[] = [
  [1, sky, 100, 100, 200, 150],
  [2, sky, 500, 100, 100, 100],
]
const commit = async (page: Page, message: string) =>
  (await callHost(page, 'versions.commit', { message })).version!
const options = (page: Page) => page.getByRole('grid', { name: 'Versions' }).getByRole('row')
const headIn = async (page: Page, name: string) => (await sampleNamed(page, name)).headRevision

/** Two versions of three images, and what is not committed on a fourth. */
async function twoVersions(page: Page): Promise<void> {
  await saveBlocks(page, 'street-1.jpg', first)
  await saveBlocks(page, 'street-2.jpg', first)
  await commit(page, 'Two labeled')
  await saveBlocks(page, 'street-1.jpg', [
    [1, sky, 100, 100, 260, 150],
    [3, road, 0, 600, 400, 100],
  ])
  await saveBlocks(page, 'street-2.jpg', [
    [1, road, 100, 100, 200, 150],
    [2, sky, 500, 100, 100, 100],
  ])
  await commit(page, 'More of it')
  await saveBlocks(page, 'street-3.jpg', first)
}

it('leads from the history to what changed, pixel by pixel, by keys alone', async () => {
  const { page } = await tessera.open()
  await twoVersions(page)
  await page.keyboard.press('Alt+2')
  await expect.poll(() => options(page).count()).toBe(3)
  await page.getByRole('grid', { name: 'Versions' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('heading', { name: 'v2' }).waitFor()
  // A tag, and the versions that have it.
  await page.keyboard.press('t')
  await page.getByRole('dialog', { name: 'Tag for v2' }).getByRole('textbox').fill('released')
  await page.keyboard.press('Enter')
  await options(page).getByText('released', { exact: true }).waitFor()
  await page.keyboard.press('f')
  await page.getByRole('dialog').getByRole('button', { name: 'List', exact: true }).click()
  await page.getByText('Only 1 version with the tag released.').waitFor()
  expect(await options(page).count()).toBe(2)
  await page.getByRole('button', { name: 'List all' }).click()
  await expect.poll(() => options(page).count()).toBe(3)
  // Two images with 30,000 and 10,000 before; 39,000 and 10,000 after, as one object went and one is road now.
  await page.getByRole('row', { name: /^Sky 4 → 2 \(−2\) 80,000 → 49,000 \(−31,000\)$/ }).waitFor()
  await page.getByRole('grid', { name: 'Versions' }).focus()
  await page.keyboard.press('c')

  // Before and after one version, counted exactly in the background.
  const grid = page.getByRole('grid', { name: 'Changed images' })
  await grid.getByRole('gridcell').nth(1).waitFor()
  expect(await grid.getByRole('gridcell').count()).toBe(2)
  const summary = page.getByRole('region', { name: 'Changed pixels' })
  // 60 × 150 more of the car and 400 × 100 of road; the second car of 100 × 100 is gone; 200 × 150 are road now.
  await summary.getByRole('listitem').filter({ hasText: 'Added' }).getByText('49,000 px').waitFor()
  await summary.getByRole('listitem').filter({ hasText: 'Removed' }).getByText('10,000 px').waitFor()
  await summary.getByRole('listitem').filter({ hasText: 'Other category' }).getByText('30,000 px').waitFor()

  await grid.focus()
  await page.keyboard.press('Enter')
  const objects = page.getByRole('region', { name: 'Objects' })
  await objects.getByRole('button').nth(4).waitFor()
  expect((await objects.getByRole('button').allTextContents()).filter((words) => words !== '')).toEqual([
    expect.stringMatching(/Sky 1: \+9,000 px$/),
    expect.stringMatching(/Sky 2 removed, 10,000 px$/),
    expect.stringMatching(/added, 40,000 px$/),
  ])
  for (const [key, mode] of [
    ['2', 'Before'],
    ['3', 'After'],
    ['4', 'Swipe'],
    ['b', 'Blink'],
    ['1', 'Changes'],
  ] as const) {
    await page.keyboard.press(key)
    await page.getByRole('button', { name: mode, exact: true, pressed: true }).waitFor()
  }
  await page.keyboard.press('.')
  await objects.locator('[aria-current]').waitFor()
  await page.keyboard.press('d')
  await page.getByText('street-2.jpg', { exact: true }).waitFor()
  await page.getByText(/was Sky 1, now .* 1$/).waitFor()
  await page.keyboard.press('Escape')
  await grid.waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('grid', { name: 'Versions' }).waitFor()
})

it('restores a version as new edits, and takes that back', async () => {
  const { page } = await tessera.open()
  await twoVersions(page)
  const before = await headIn(page, 'street-1.jpg')
  const objectsOf = async (name: string) => (await sampleNamed(page, name)).objectCount
  expect(await objectsOf('street-3.jpg')).toBe(2)
  await page.getByRole('button', { name: 'History' }).click()
  await options(page).filter({ hasText: 'Two labeled' }).last().click()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog', { name: /^Restore v/ })
  await dialog.getByText(/images? will change/).waitFor()
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
  await expect.poll(() => objectsOf('street-3.jpg'), { timeout: 20_000 }).toBe(0)
  await expect.poll(() => headIn(page, 'street-1.jpg'), { timeout: 20_000 }).not.toBe(before)
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(() => objectsOf('street-3.jpg'), { timeout: 20_000 }).toBe(2)
})

it('branches, merges, and has a conflict answered object by object, which can be taken back', async () => {
  const { page } = await tessera.open()
  const name = 'street-4.jpg'
  await saveBlocks(page, name, first)
  await commit(page, 'Before the branch')
  await page.getByRole('button', { name: 'History' }).click()
  await options(page).filter({ hasText: 'Before the branch' }).click()
  await page.keyboard.press('b')
  const dialog = page.getByRole('dialog', { name: /^Branch at v/ })
  await dialog.getByRole('textbox').fill('try')
  await dialog.getByRole('button', { name: 'Make the branch' }).click()
  await options(page).getByText('try', { exact: true }).waitFor()
  await expect
    .poll(async () => (await callHost(page, 'branches.list', {})).find((each) => each.isCurrent)?.name)
    .toBe('try')

  await saveBlocks(page, name, [...first, [7, sky, 700, 400, 200, 100]])
  await commit(page, 'Theirs')
  await callHost(page, 'branches.switch', { name: 'main' })
  await saveBlocks(page, name, [...first, [8, road, 800, 400, 200, 100]])
  await commit(page, 'Mine')
  await options(page).filter({ hasText: 'Theirs' }).click()
  await page.keyboard.press('g')
  await page
    .getByRole('dialog', { name: /into main$/ })
    .getByRole('button', { name: 'Merge' })
    .click()

  // Straight to what nobody but a person can say.
  const question = page.getByRole('listitem').filter({ hasText: 'px: mine' }).last()
  await question.waitFor()
  await page.keyboard.press('2')
  await page.getByRole('status').getByText('1 of 1 answer').waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('Nothing is in conflict').waitFor()
  const sample = await sampleNamed(page, name)
  const objects = async () =>
    (
      await callHost(page, 'label.objects', { sampleId: sample.id, revision: (await headIn(page, name))! })
    ).objects.map(({ id }) => id)
  expect(await objects()).toEqual([1, 2, 7])
  const [newest] = await callHost(page, 'label.revisions', { sampleId: sample.id })
  expect([newest!.tool, newest!.parents.length]).toEqual(['resolve', 2])

  await page.getByRole('button', { name: 'Undo' }).first().click()
  await page.getByRole('status').getByText('0 of 1 answer').waitFor()
  expect(await objects()).toEqual([1, 2, 8])
  await page.getByRole('button', { name: 'Both', exact: true }).click()
  await page.getByRole('button', { name: 'Save and next' }).click()
  await page.getByText('Nothing is in conflict').waitFor()
  expect(await objects()).toEqual([1, 2, 7, 8])
})

it('an open window shows a restored label, and keeps what was drawn in it', async () => {
  const { page } = await tessera.open()
  const name = 'street-2.jpg'
  await saveBlocks(page, name, first)
  const { id: version } = await commit(page, 'To come back to')
  await saveBlocks(page, name, [[1, sky, 100, 100, 500, 400]])
  const labeler = await Labeler.open(page, name, size)
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 700, y: 600 },
    { x: 900, y: 600 },
  ])
  await callHost(page, 'versions.restore', { version, uncommitted: 'keep' })
  await expect.poll(async () => (await labeler.objects()).length, { timeout: 20_000 }).toBe(2)
  await labeler.saved()
  // What was drawn is a state of its own in the history of the image.
  const sample = await sampleNamed(page, name)
  const revisions = await callHost(page, 'label.revisions', { sampleId: sample.id })
  expect(revisions.map(({ tool }) => tool)).toContain('restore')
  const drawn = revisions.find(({ tool }) => tool === 'canvas' || tool === 'journal')!
  const { objects } = await callHost(page, 'label.objects', { sampleId: sample.id, revision: drawn.revision })
  expect(objects.length).toBeGreaterThan(0)
})
