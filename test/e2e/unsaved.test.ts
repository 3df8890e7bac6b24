import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { type AppPage, callHost, sampleNamed, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
const badge = (page: Page) => page.getByRole('banner').getByRole('status').filter({ hasText: 'Not saved' })
const refusal = JSON.stringify({
  code: 'DISK_FAILING',
  message: 'The disk could not be written.',
  remedy: 'Check the disk.',
  retry: 'manual',
})

/** A window whose labels and edits are refused until told otherwise, and its labeler with one stroke that is not saved. */
async function refusedStroke(name: string) {
  const window = await tessera.open()
  const { page } = window
  const labeler = await Labeler.open(page, name, size)
  const refuse = (route: { fulfill(answer: object): Promise<void> }) =>
    route.fulfill({ status: 500, contentType: 'application/json', body: refusal })
  const paths = /\/data\/samples\/[^/]+\/(label|journal)$/
  await page.route(paths, refuse)
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 600, y: 300 },
  ])
  await page.locator('[role=status][data-state=failed]').waitFor()
  return { window, page, labeler, allow: () => page.unroute(paths, refuse) }
}

/** The browser reports each refused request by itself; nothing else may have gone wrong. */
function forgiveRefusals({ problems }: AppPage): void {
  const others = problems.filter((problem) => !problem.includes('status of 500'))
  problems.splice(0, problems.length, ...others)
}

it('says on every screen that a label is not saved, and saves it from there', async () => {
  const { window, page, allow } = await refusedStroke('street-1.jpg')
  await badge(page).getByText('Not saved: 1 edit').waitFor()
  for (const key of ['Alt+1', 'Alt+2', 'Alt+3']) {
    await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Retry saving' }).waitFor()
    await badge(page).getByText('The disk could not be written. Check the disk.').waitFor()
  }
  expect(await savedIds(page, 'street-1.jpg')).toBeNull()
  await allow()
  await page.getByRole('button', { name: 'Retry saving' }).press('Enter')
  await badge(page).waitFor({ state: 'detached' })
  await expect.poll(async () => (await sampleNamed(page, 'street-1.jpg')).objectCount).toBe(1)
  forgiveRefusals(window)
})

it('commits no older label in place of one that is not saved, unless the person says so', async () => {
  const { window, page, allow } = await refusedStroke('street-2.jpg')
  await page.keyboard.press('Alt+2')
  await page.getByRole('textbox', { name: 'Message' }).fill('All of it')
  await page.getByRole('button', { name: 'Commit', exact: true }).click()
  await page.getByText('Nothing was committed').waitFor()
  expect(await callHost(page, 'versions.list', {})).toEqual([])
  await page.getByRole('button', { name: 'Commit what is saved' }).click()
  await page.getByRole('row').filter({ hasText: 'All of it' }).waitFor()
  const [first] = await callHost(page, 'versions.list', {})
  // The label of the other test is in it, the one that is not saved is not.
  expect(first!.counts).toMatchObject({ labeled: 1 })

  await allow()
  await page.getByRole('textbox', { name: 'Message' }).fill('The rest')
  await page.getByRole('button', { name: 'Commit', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'The rest' }).waitFor()
  const second = (await callHost(page, 'versions.list', {})).find(({ number }) => number === 2)
  expect(second!.counts).toMatchObject({ labeled: 2 })
  expect(second!.changes).toMatchObject({ relabeled: 1 })
  forgiveRefusals(window)
})
