import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openTestLibrary } from '../support/open-test-library.ts'
import { seedLibrary } from '../support/seed-library.ts'
import { startTessera } from './fixture.ts'

const size = 5000
const tessera = startTessera({
  name: 'large',
  async prepare(folder) {
    const library = await openTestLibrary({ folder })
    seedLibrary(library.context, size, { files: false })
    await library.close()
  },
})

/** Rows without files behind them: every thumbnail is the same small picture, and no label is drawn. */
async function open(): Promise<Page> {
  const { page } = await tessera.open({ width: 1440, height: 900, withoutData: true })
  return page
}

it('has in the page what is in sight, and lets go of what was, however far somebody scrolls', async () => {
  const page = await open()
  await page.getByRole('gridcell', { name: /^drive-0\/frame-000000/ }).waitFor()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const kept = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'Nodes')!.value
  }
  for (let i = 0; i < 40; i++) {
    await page.evaluate(
      (share) => {
        const grid = document.querySelector('[role=grid]')!
        grid.scrollTop = share * grid.scrollHeight
      },
      (i * 0.618) % 1,
    )
    await page.waitForFunction(
      () => document.querySelectorAll('[role=gridcell]:not([data-waiting])').length > 20,
    )
    // Long enough for pictures to be asked for.
    await page.waitForTimeout(80)
  }
  expect(await page.getByRole('gridcell').count()).toBeLessThan(150)
  await expect.poll(kept, { timeout: 10_000 }).toBeLessThan(6000)
})

it('goes to the end by a key, selects everything, tags it, and takes that back', async () => {
  const page = await open()
  await page.getByRole('gridcell').first().waitFor()
  await page.keyboard.press('End')
  await page.getByRole('gridcell', { name: /frame-004999/ }).waitFor()
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByText('5,000 selected').waitFor()
  await page.keyboard.press('t')
  await page.keyboard.type('seen')
  await page.keyboard.press('Enter')
  await page.getByText('Tags of 5,000 images changed.').waitFor()
  await page.getByRole('searchbox').fill('tag:seen status:unlabeled')
  await page.getByText('500 of 5,000 images').waitFor()
  await page.getByText('5,000 selected, 4,500 of them hidden by the filter').waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByText('Taken back on 5,000 images.').waitFor()
  await page.getByText('No image matches').waitFor()
})
