import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasTestData, testData, whyNoTestData } from '../support/test-data.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { sampleNamed, savedIds } from './page.ts'

const photo = 'photos/Kleiber_by_Lukas_Baubkus.jpg'
const size = { width: 6028, height: 3391 }
const tessera = startTessera()

it.skipIf(!hasTestData(photo))(
  `paints on a photograph of 20 megapixels before its superpixels are there${whyNoTestData(photo)}`,
  async () => {
    const { page } = await tessera.open()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add images' }).click()
    await (await chooser).setFiles(join(testData, photo))
    await page.getByRole('gridcell', { name: 'Kleiber' }).locator('img').waitFor()

    // Gaps between frames say whether the window ever stood still.
    await page.evaluate(() => {
      const gaps: number[] = []
      let last = performance.now()
      const frame = (now: number) => {
        gaps.push(now - last)
        last = now
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
      Object.assign(globalThis, { frameGaps: gaps })
    })
    const opened = Date.now()
    const labeler = await Labeler.open(page, 'Kleiber', size)
    const usable = Date.now() - opened
    await page.keyboard.press('b')
    await labeler.drag([
      { x: 2000, y: 1500 },
      { x: 3000, y: 1700 },
    ])
    await expect.poll(() => labeler.objects()).toHaveLength(1)
    // The work on superpixels had begun and was not done: the brush did not wait for it.
    await page.keyboard.press('s')
    const wasPreparing = await page
      .getByText(/Preparing cells \d+ %|finer ones are coming/)
      .first()
      .isVisible()
    await labeler.cellsReady()
    await page.getByText('finer ones are coming').waitFor({ state: 'detached', timeout: 60_000 })
    const cells = Date.now() - opened
    const gaps = await page.evaluate(() => (globalThis as unknown as { frameGaps: number[] }).frameGaps)
    console.log(
      `20 MP: brush usable after ${usable} ms, superpixels after ${cells} ms, longest time without a frame ${Math.round(
        Math.max(...gaps),
      )} ms, frames over 100 ms: ${gaps.filter((gap) => gap > 100).length} of ${gaps.length}`,
    )
    expect(wasPreparing).toBe(true)

    await page.keyboard.press('Enter')
    await labeler.click({ x: 4600, y: 2600 })
    await expect.poll(() => labeler.objects()).toHaveLength(2)
    await labeler.saved()
    const ids = await savedIds(page, 'Kleiber_by_Lukas_Baubkus.jpg')
    expect([ids![1600 * size.width + 2500], ids![2600 * size.width + 4600]]).toEqual([1, 2])
    expect(await sampleNamed(page, 'Kleiber_by_Lukas_Baubkus.jpg')).toMatchObject({ objectCount: 2 })
  },
  120_000,
)
