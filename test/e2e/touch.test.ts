import type { CDPSession, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { ImagePoint } from '../../renderer/canvas/camera.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

/** Fingers on a page, as Chromium gets them from a screen. Places are CSS pixels. */
class Hand {
  readonly #session: CDPSession
  readonly #fingers = new Map<number, ImagePoint>()

  private constructor(session: CDPSession) {
    this.#session = session
  }

  static async on(page: Page): Promise<Hand> {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 })
    return new Hand(session)
  }

  down(id: number, at: ImagePoint): Promise<void> {
    this.#fingers.set(id, at)
    return this.#send('touchStart')
  }

  move(...places: readonly (readonly [id: number, at: ImagePoint])[]): Promise<void> {
    for (const [id, at] of places) this.#fingers.set(id, at)
    return this.#send('touchMove')
  }

  up(id: number): Promise<void> {
    this.#fingers.delete(id)
    return this.#send('touchEnd')
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd'): Promise<void> {
    const touchPoints = [...this.#fingers].map(([id, { x, y }]) => ({ id, x, y }))
    await this.#session.send('Input.dispatchTouchEvent', { type, touchPoints })
  }
}

async function openWithBrush(name: string) {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, name, size)
  await page.keyboard.press('b')
  const box = (await labeler.canvas.boundingBox())!
  const at = (x: number, y: number): ImagePoint => ({ x: box.x + x, y: box.y + y })
  const objects = page.getByRole('heading', { name: /^Objects/ })
  const zoom = async () => {
    const text = await page
      .getByText(/^\d+ %$/)
      .first()
      .textContent()
    return Number.parseInt(text!, 10)
  }
  return { page, labeler, at, objects, zoom, hand: await Hand.on(page) }
}

it('draws with one finger, moves and zooms with two, and never leaves the beginning of a stroke', async () => {
  const { labeler, at, objects, zoom, hand } = await openWithBrush('street-3.jpg')
  const fitted = await zoom()
  // Both fingers within a moment: the first must not paint.
  await hand.down(1, at(300, 300))
  await hand.down(2, at(400, 300))
  for (let i = 1; i <= 10; i++) await hand.move([1, at(300 - 10 * i, 300)], [2, at(400 + 10 * i, 300)])
  await hand.up(1)
  await hand.move([2, at(420, 350)])
  await hand.up(2)
  await expect.poll(zoom).toBeGreaterThan(2.8 * fitted)
  expect(await zoom()).toBeLessThan(3.2 * fitted)
  expect(await objects.textContent()).toBe('Objects')
  await hand.down(1, at(250, 250))
  for (let i = 1; i <= 10; i++) await hand.move([1, at(250 + 12 * i, 250)])
  await hand.up(1)
  await expect.poll(() => objects.textContent()).toBe('Objects (1)')
  await expect.poll(() => labeler.saveMark.getAttribute('data-state')).toBe('saved')
  // What is under the fingers goes with them.
  await hand.down(1, at(300, 300))
  await hand.down(2, at(500, 300))
  await hand.move([1, at(300, 360)], [2, at(500, 360)])
  await hand.up(1)
  await hand.up(2)
  expect(await objects.textContent()).toBe('Objects (1)')
})

it('opens the menu where a finger stays, without a dab', async () => {
  const { page, at, objects, hand } = await openWithBrush('street-4.jpg')
  await hand.down(1, at(300, 300))
  await page.getByRole('menu').waitFor()
  await hand.up(1)
  await page.waitForTimeout(300)
  expect(await page.getByRole('menu').count()).toBe(1)
  await page.keyboard.press('Escape')
  expect(await objects.textContent()).toBe('Objects')
})
