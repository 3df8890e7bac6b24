import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { hasTestData, testData, whyNoTestData } from '../support/test-data.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import type { openApp } from './page.ts'

// What a notch, a hover and a split cost the window, in words: machines differ, so no number is held against another.

const tessera = startTessera({ arguments: ['--sample'] })
const photo = 'photos/Kleiber_by_Lukas_Baubkus.jpg'

type Cost = { readonly handler: number; readonly frames: number; readonly all: number }

/** Counts the time that every frame's callbacks take, from the page's start. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const spent = { ms: 0, frames: 0 }
    const request = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        const started = performance.now()
        callback(time)
        spent.ms += performance.now() - started
        spent.frames++
      })
    Object.assign(globalThis, { spentInFrames: spent })
  })
}

/**
 * Milliseconds of the main thread for one event on the canvas: in its handler and, until no frame asks for another one,
 * in frames; and how many frames that were.
 */
function costOf(
  page: Page,
  kind: 'notch' | 'split' | 'pointermove',
  x: number,
  y: number,
  delta = 0,
): Promise<Cost> {
  return page.evaluate(
    async ({ kind, x, y, delta }) => {
      const spent = (globalThis as unknown as { spentInFrames: { ms: number; frames: number } }).spentInFrames
      const canvas = document.querySelector('[role=application]')!
      const init = { bubbles: true, cancelable: true, clientX: x, clientY: y }
      const event =
        kind !== 'pointermove'
          ? new WheelEvent('wheel', {
              ...init,
              deltaY: delta,
              altKey: kind === 'split',
              shiftKey: kind === 'split',
            })
          : new PointerEvent('pointermove', { ...init, pointerId: 1, pointerType: 'mouse' })
      Object.assign(spent, { ms: 0, frames: 0 })
      const started = performance.now()
      canvas.dispatchEvent(event)
      const handler = performance.now() - started
      // Frames of this wait are not counted: they ask the browser and not the page.
      const quiet = () => new Promise((resolve) => setTimeout(resolve, 60))
      for (let before = -1; before !== spent.frames; ) {
        before = spent.frames
        await quiet()
      }
      return { handler, frames: spent.frames, all: handler + spent.ms }
    },
    { kind, x, y, delta },
  )
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
const told = (costs: readonly Cost[]) =>
  `${median(costs.map(({ handler }) => handler)).toFixed(1)} ms in the handler, ${median(costs.map(({ all }) => all)).toFixed(1)} ms with ${median(costs.map(({ frames }) => frames))} frame callbacks`

async function measure(page: Page, labeler: Labeler, what: string): Promise<void> {
  await labeler.cellsReady()
  const box = (await labeler.canvas.boundingBox())!
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await labeler.sizeTo(1500)
  await watchFrames(page)
  const notches: Cost[] = []
  const levels: number[] = []
  for (let i = 0; i < 24; i++) {
    notches.push(await costOf(page, 'notch', middle.x, middle.y, i % 8 < 4 ? -120 : 120))
    levels.push(await labeler.cellCount())
  }
  const splits: Cost[] = []
  for (let i = 0; i < 20; i++)
    splits.push(await costOf(page, 'split', middle.x, middle.y, i % 10 < 5 ? 120 : -120))
  const hovers: Cost[] = []
  for (let i = 0; i < 30; i++)
    hovers.push(
      await costOf(page, 'pointermove', middle.x + 37 * ((i % 6) - 3), middle.y + 29 * ((i % 5) - 2)),
    )
  const within: Cost[] = []
  for (let i = 0; i < 20; i++) within.push(await costOf(page, 'pointermove', middle.x + (i % 2), middle.y))
  console.log(
    [
      `${what}, window of ${box.width} × ${box.height}, median:`,
      `  a notch, from ${Math.min(...levels)} to ${Math.max(...levels)} cells: ${told(notches)}`,
      `  a split or a join: ${told(splits)}`,
      `  a hover onto another cell: ${told(hovers)}`,
      `  a move within a cell: ${told(within)}`,
    ].join('\n'),
  )
  expect(await labeler.cellCount()).toBeGreaterThan(2)
}

const largeWindow: Parameters<typeof openApp>[3] = { width: 1600, height: 1000 }

it('says what superpixels cost the window at 1920 × 1208', async () => {
  const { page } = await tessera.open(largeWindow)
  const labeler = await Labeler.open(page, 'street-4.jpg', { width: 1920, height: 1208 })
  await measure(page, labeler, '1920 × 1208')
})

it.skipIf(!hasTestData(photo))(
  `says what superpixels cost the window at 20 megapixels${whyNoTestData(photo)}`,
  async () => {
    const { page } = await tessera.open(largeWindow)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add images' }).click()
    await (await chooser).setFiles(join(testData, photo))
    await page.getByRole('gridcell', { name: 'Kleiber' }).locator('img').waitFor()
    const labeler = await Labeler.open(page, 'Kleiber', { width: 6028, height: 3391 })
    await measure(page, labeler, '20 megapixels')
  },
)
