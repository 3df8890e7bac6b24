import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { sampleNamed, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
const labeledAt = (ids: Uint32Array | null, y: number) => ids !== null && ids[y * size.width + 450] !== 0
const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'Both states are kept' })

async function paint(labeler: Labeler, y: number): Promise<void> {
  await labeler.page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y },
    { x: 600, y },
  ])
}

/** Two windows label the same image at the same time: what the second saves last does not know what the first saved. */
async function labelTwice(name: string): Promise<{ first: Labeler; second: Labeler }> {
  const { page: one } = await tessera.open()
  const { page: two } = await tessera.open()
  const first = await Labeler.open(one, name, size)
  const second = await Labeler.open(two, name, size)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const asked = new Promise<void>((resolve) => {
    void two.route('**/data/samples/*/label', async (route) => {
      resolve()
      await held
      await route.continue()
    })
  })
  await paint(second, 500)
  await asked
  await paint(first, 300)
  await first.saved()
  release()
  await second.saved()
  await notice(two).waitFor()
  return { first, second }
}

it('keeps both states of a label that two windows changed at once, and shows the chosen one', async () => {
  const { first, second } = await labelTwice('street-1.jpg')
  const { page } = second
  let ids = await savedIds(page, 'street-1.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([true, false])
  expect(await sampleNamed(page, 'street-1.jpg')).toMatchObject({ hasSiblings: true })

  await notice(page).getByRole('button', { name: 'Keep this one' }).click()
  await notice(page).waitFor({ state: 'detached' })
  ids = await savedIds(page, 'street-1.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([false, true])
  expect(await sampleNamed(page, 'street-1.jpg')).toMatchObject({ hasSiblings: false })
  // The other window shows what was chosen.
  await expect.poll(() => first.objects()).toEqual(await second.objects())
  await notice(first.page).waitFor({ state: 'detached' })
})

it('asks again when such an image is opened later, and can go back to the other state', async () => {
  const { second } = await labelTwice('street-2.jpg')
  await second.page.getByRole('button', { name: 'Dataset', exact: true }).click()
  const { page } = await tessera.open()
  await page.getByRole('gridcell', { name: 'street-2.jpg' }).getByLabel('Two saved states').first().waitFor()
  await Labeler.open(page, 'street-2.jpg', size)
  await notice(page).getByRole('button', { name: 'Use the other one' }).click()
  await notice(page).waitFor({ state: 'detached' })
  const ids = await savedIds(page, 'street-2.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([false, true])
})
