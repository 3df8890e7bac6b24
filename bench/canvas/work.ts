import type { Browser, Page } from 'playwright-core'
import { Labeler } from '../../test/e2e/labeler.ts'
import { type Recording, recorded } from './latency.ts'
import type { Scene } from './scenes.ts'

/** Cells that the level has, about, when moves and notches are measured. */
const CELLS = 1500
/** Milliseconds between two events: whatever one asks for is on the screen before the next. */
const PAUSE = 80
/** How many times larger a pinch makes the image, and its speed in pixels a second. */
const PINCH = 5
const PINCH_SPEED = 300

export type Opened = {
  /** Milliseconds from the double click in the grid. */
  readonly picture: number
  readonly usable: number
  readonly painted: number
  readonly cells: number
}

/** Opens the image from the grid, paints at once, and waits for its superpixels. */
export async function open(page: Page, scene: Scene): Promise<{ labeler: Labeler; opened: Opened }> {
  const tile = page.getByRole('gridcell', { name: scene.name })
  await tile.waitFor()
  await page.evaluate(watchOpening)
  await tile.dblclick()
  const labeler = await Labeler.shown(page, scene)
  const { picture, usable } = await page.evaluate(openingTimes)
  await page.keyboard.press('b')
  await page.keyboard.press('n')
  await labeler.click({ x: Math.round(scene.width * 0.49), y: Math.round(scene.height * 0.51) })
  const painted = await page.evaluate(sinceOpening)
  await page.keyboard.press('s')
  await labeler.level.waitFor({ timeout: 180_000 })
  await page.getByText('finer ones are coming').waitFor({ state: 'detached', timeout: 180_000 })
  const cells = await page.evaluate(sinceOpening)
  return { labeler, opened: { picture, usable, painted, cells } }
}

type Opening = { start: number; picture: number; usable: number }
type Watched = typeof globalThis & { opening?: Opening }

/** Notes, frame by frame, when the image is first seen (its small picture, perhaps) and when tools may be used on it. */
function watchOpening(): void {
  const opening: Opening = { start: 0, picture: 0, usable: 0 }
  ;(globalThis as Watched).opening = opening
  const look = () => {
    const now = performance.now() - opening.start
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')
    const middle = canvas?.getContext('2d')?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3]
    if (opening.picture === 0 && middle) opening.picture = now
    if (opening.picture !== 0 && document.querySelector('[role=application][aria-busy=false]')) {
      opening.usable = now
      return
    }
    requestAnimationFrame(look)
  }
  addEventListener(
    'dblclick',
    (event) => {
      opening.start = event.timeStamp
      requestAnimationFrame(look)
    },
    { once: true, capture: true },
  )
}

/** Waits until both are known. */
function openingTimes(): Promise<{ picture: number; usable: number }> {
  return new Promise((resolve) => {
    const look = () => {
      const { picture, usable } = (globalThis as Watched).opening!
      if (usable > 0) resolve({ picture, usable })
      else requestAnimationFrame(look)
    }
    look()
  })
}

function sinceOpening(): number {
  return performance.now() - (globalThis as Watched).opening!.start
}

const rest = (page: Page, ms = PAUSE) => page.waitForTimeout(ms)

export async function middleOf(labeler: Labeler): Promise<{ x: number; y: number }> {
  const box = (await labeler.canvas.boundingBox())!
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }
}

/** Moves onto other cells, and notches of the level, with the whole image in the window. */
export async function hoverAndScroll(
  browser: Browser,
  page: Page,
  labeler: Labeler,
): Promise<{ moves: Recording; notches: Recording; levels: number[] }> {
  const { x, y } = await middleOf(labeler)
  await page.keyboard.press('s')
  await page.keyboard.press('f')
  await page.mouse.move(x, y)
  await labeler.sizeTo(CELLS)
  await rest(page, 500)
  const moves = await recorded(browser, page, async () => {
    for (let i = 0; i < 40; i++) {
      await page.mouse.move(x + 61 * ((i % 7) - 3), y + 47 * ((i % 5) - 2))
      await rest(page)
    }
  })
  await page.mouse.move(x, y)
  await rest(page, 300)
  const levels: number[] = []
  const notches = await recorded(browser, page, async () => {
    for (let i = 0; i < 24; i++) {
      await page.mouse.wheel(0, i % 12 < 6 ? 120 : -120)
      await rest(page, 2 * PAUSE)
      levels.push(await labeler.cellCount())
    }
  })
  return { moves, notches, levels }
}

/** Milliseconds that the page's main thread is busy with what `act` does. */
export async function busyTime(page: Page, act: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const now = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  const before = await now()
  await act()
  const after = await now()
  await session.detach()
  return after - before
}

/**
 * A dab of the brush, 24 pixels across, and a click on a cell, at 100 %: the same pixels of the screen whatever the
 * image. Each until its frame is shown; saving comes later and is not in it.
 */
export async function dabAndToggle(
  page: Page,
  labeler: Labeler,
): Promise<{ dabs: number[]; toggles: number[] }> {
  const { x, y } = await middleOf(labeler)
  const at = (i: number) => ({ x: x - 320 + 64 * (i % 11), y: y - 220 + 56 * (i % 9) })
  const click = async () => {
    await page.mouse.down()
    await page.mouse.up()
    await rest(page, 120)
  }
  const several = async () => {
    const busy: number[] = []
    for (let i = 0; i < 16; i++) {
      const { x: toX, y: toY } = at(i)
      await page.mouse.move(toX, toY)
      await rest(page, 200)
      busy.push(await busyTime(page, click))
    }
    return busy.slice(2)
  }
  await page.keyboard.press('b')
  await page.keyboard.press('Control+0')
  await page.keyboard.press('n')
  const dabs = await several()
  await page.keyboard.press('s')
  await page.keyboard.press('n')
  const toggles = await several()
  return { dabs, toggles }
}

/**
 * Drags the view about with the middle button, an event after the other without a pause; zooms in and out with a pinch
 * that the browser makes itself, an event a frame, and by notches of the wheel. A notch that is sent from outside needs
 * two frames to be acknowledged, so that even an empty page shows every second frame: what comes of them is told, not judged.
 */
export async function panAndZoom(
  browser: Browser,
  page: Page,
  labeler: Labeler,
): Promise<{ fitted: Recording; close: Recording; pinching: Recording; notches: Recording }> {
  const { x, y } = await middleOf(labeler)
  const pan = () =>
    recorded(browser, page, async () => {
      await page.mouse.down({ button: 'middle' })
      for (let i = 1; i <= 120; i++)
        await page.mouse.move(x + Math.round(260 * Math.sin(i / 12)), y + Math.round(180 * Math.sin(i / 17)))
      await page.mouse.up({ button: 'middle' })
    })
  const begin = async (key: string) => {
    await page.keyboard.press(key)
    await page.mouse.move(x, y)
    await rest(page, 500)
  }
  await begin('f')
  const fitted = await pan()
  await begin('Control+0')
  const close = await pan()
  await begin('f')
  const session = await page.context().newCDPSession(page)
  // Each by itself: between two gestures nothing asks for a frame.
  const pinch = (scaleFactor: number) =>
    recorded(browser, page, async () => {
      const gesture = { x, y, scaleFactor, relativeSpeed: PINCH_SPEED, gestureSourceType: 'mouse' } as const
      await session.send('Input.synthesizePinchGesture', gesture)
    })
  const [closer, away] = [await pinch(PINCH), await pinch(1 / PINCH)]
  const pinching = { shown: [...closer.shown, ...away.shown], gaps: [...closer.gaps, ...away.gaps] }
  await session.detach()
  await begin('f')
  await page.keyboard.down('Control')
  const notches = await recorded(browser, page, async () => {
    for (let i = 0; i < 120; i++) await page.mouse.wheel(0, i % 30 < 15 ? -120 : 120)
  })
  await page.keyboard.up('Control')
  return { fitted, close, pinching, notches }
}
