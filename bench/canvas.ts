import type { Browser, Page } from 'playwright-core'
import { openApp } from '../test/e2e/page.ts'
import { serveApp } from '../test/e2e/served-app.ts'
import { launchBrowser } from '../test/support/browser.ts'
import { type BenchOptions, type BenchResult, type Measurement, measurement, median } from './bench-result.ts'
import type { InputKind, Recording } from './canvas/latency.ts'
import { memoryOfChildren } from './canvas/memory.ts'
import { addScene, madeOf, type Scene, scenes } from './canvas/scenes.ts'
import { dabAndToggle, hoverAndScroll, type Opened, open, panAndZoom } from './canvas/work.ts'
import { run as runGrid } from './grid.ts'
import { measureLabelStudio } from './peers/label-studio.ts'
import { measureSegmentAnnotator } from './peers/segment-annotator.ts'

export const name = 'canvas'
export const question =
  'How long does the labeling canvas take to show what a person did, in Chromium without a graphics card?'

const view = { width: 1920, height: 1080 }
/** A frame at 60 Hz, and what the issue allows in milliseconds. */
const FRAME = 16.7
const MOST_FRAME = 33

/**
 * Measures the built app as a person uses it, with the browser's own record of when an input was made and when its frame
 * was presented. See docs/guide/speed.md for what each figure is.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const say = options.onProgress ?? (() => {})
  const isShort = options.set === 'small'
  const found: Found = { measurements: [], limits: [] }
  const skipped = [`Pictures are made of ${madeOf()}.`]
  const browser = await launchBrowser()
  try {
    if (!isShort) await measureFirstOpening(browser, found, say)
    await measureScenes(browser, isShort ? scenes.slice(0, 1) : scenes, found, say)
    if (options['no-peers']) skipped.push('peers: not asked for')
    else {
      skipped.push(
        'js-segment-annotator at 24 MP: it divides the image for minutes, in the thread of its page',
      )
      // Their times stand beside ours of the same image.
      const two = isShort ? scenes.slice(0, 1) : scenes.slice(0, 2)
      for (const measure of [
        () => measureSegmentAnnotator(browser, scenes.slice(0, 1)),
        () => measureLabelStudio(browser, two),
      ]) {
        say('peers')
        const peer = await measure()
        found.measurements.push(...peer.measurements)
        skipped.push(...peer.skipped)
      }
    }
  } finally {
    await browser.close()
  }
  if (!isShort) {
    const grid = await runGrid({ onProgress: say })
    found.measurements.push(...grid.measurements.map((each) => ({ ...each, label: `grid: ${each.label}` })))
    skipped.push(...grid.skipped)
  }
  const { measurements, limits } = found
  return { measurements, skipped, table: limits.map(verdict), data: { limits } }
}

/** An image that nobody has looked at: its superpixels are not there yet, and nothing has warmed up for it. */
async function measureFirstOpening(browser: Browser, found: Found, say: Say): Promise<void> {
  const app = await serveApp({ name: 'first' })
  try {
    const { page, close } = await openApp(browser, app, null, view)
    const scene = scenes[1]
    say('opening an image of 24 megapixels for the first time')
    await addScene(page, scene, 0)
    const { opened } = await open(page, scene)
    addOpening(found, `${scene.label}, first time`, opened)
    await close()
  } finally {
    await app.close()
  }
}

async function measureScenes(
  browser: Browser,
  some: readonly Scene[],
  found: Found,
  say: Say,
): Promise<void> {
  const app = await serveApp({ name: 'canvas' })
  try {
    const { page, close } = await openApp(browser, app, null, view)
    for (const [seed, scene] of some.entries()) {
      say(`importing ${scene.label}`)
      await addScene(page, scene, seed)
    }
    const costs: Costs[] = []
    for (const scene of some) {
      say(scene.label)
      costs.push(await measureScene(browser, page, scene, found))
    }
    const [small, , full] = costs
    if (small && full) {
      for (const [what, ratio] of [
        ['brush dab', full.dab / small.dab],
        ['cell toggled', full.toggle / small.toggle],
      ] as const) {
        found.measurements.push(
          measurement(`${what}, 24 MP with 2,000 objects over 2 MP with 10`, 'ratio', [ratio]),
        )
        found.limits.push({ what: `${what}: cost follows the dirty rectangle`, value: ratio, most: 1.5 })
      }
    }
    await close()
  } finally {
    await app.close()
  }
}

type Say = (line: string) => void
type Costs = { readonly dab: number; readonly toggle: number }
type Found = { readonly measurements: Measurement[]; readonly limits: Limit[] }

function addOpening({ measurements, limits }: Found, label: string, opened: Opened): void {
  const add = (what: string, unit: string, value: number) =>
    measurements.push(measurement(`${label}: ${what}`, unit, [value]))
  add('opening, first picture on the canvas', 'ms', opened.picture)
  add('opening, photograph shown and tools usable', 'ms', opened.usable)
  add('opening, a first dab of the brush done', 'ms', opened.painted)
  add('opening, superpixels of every size there', 'ms', opened.cells)
  limits.push({ what: `${label}: opening to first paint, ms`, value: opened.picture, most: 1000 })
  limits.push({ what: `${label}: opening to the sharp photograph, ms`, value: opened.usable, most: 1000 })
}

type Limit = { readonly what: string; readonly value: number; readonly most: number }

function verdict({ what, value, most }: Limit): string {
  return `${value <= most ? 'reached    ' : 'not reached'} ${what}: ${value.toFixed(1)}, at most ${most}`
}

async function measureScene(browser: Browser, page: Page, scene: Scene, found: Found): Promise<Costs> {
  const { measurements, limits } = found
  const of = (what: string) => `${scene.label}: ${what}`
  const add = (what: string, unit: string, samples: readonly number[]) => {
    measurements.push(measurement(of(what), unit, samples))
    if (samples.length > 4)
      measurements.push(measurement(of(`${what}, 95th percentile`), unit, [late(samples)]))
  }
  const limit = (what: string, value: number, most: number) => limits.push({ what: of(what), value, most })
  const { labeler, opened } = await open(page, scene)
  addOpening(found, scene.label, opened)

  const { moves, notches } = await hoverAndScroll(browser, page, labeler)
  const timesOf = (recording: Recording, kind: InputKind) =>
    recording.shown.filter((each) => each.kind === kind)
  for (const [what, shown, most] of [
    ['pointer move to highlighted cell', timesOf(moves, 'move'), FRAME],
    ['notch to outlines of the level', timesOf(notches, 'wheel'), scene.width > 2000 ? 2 * FRAME : FRAME],
  ] as const) {
    if (shown.length === 0) throw new Error(`no frame was presented for: ${what}`)
    add(
      `${what}, work`,
      'ms',
      shown.map(({ work }) => work),
    )
    add(
      `${what}, until presented`,
      'ms',
      shown.map(({ latency }) => latency),
    )
    limit(`${what}, work, ms`, median(shown.map(({ work }) => work)), most)
  }

  const { dabs, toggles } = await dabAndToggle(page, labeler)
  add('brush dab, main thread', 'ms', dabs)
  add('cell toggled, main thread', 'ms', toggles)

  const { fitted, close, pinching, notches: zoomNotches } = await panAndZoom(browser, page, labeler)
  for (const [what, recording] of [
    ['panning, whole image', fitted],
    ['panning at 100 %', close],
    ['zooming', pinching],
    ['zooming by notches', zoomNotches],
  ] as const) {
    add(`${what}, between frames`, 'ms', recording.gaps)
    add(`${what}, longest between frames`, 'ms', [Math.max(...recording.gaps)])
    add(`${what}, frames over ${MOST_FRAME} ms`, 'frames', [
      recording.gaps.filter((gap) => gap > MOST_FRAME).length,
    ])
    if (scene.width > 2000 && recording !== zoomNotches)
      limit(`${what}, longest between frames, ms`, Math.max(...recording.gaps), MOST_FRAME)
  }
  const memory = memoryOfChildren()
  if (memory) {
    add('memory of all browser processes', 'MB', [memory.browser])
    add('memory of the host', 'MB', [memory.host])
    limit('memory of browser and host, MB', memory.browser + memory.host, 1500)
  }
  await page.getByRole('button', { name: 'Back to the dataset' }).click()
  await page.getByRole('gridcell', { name: scene.name }).waitFor()
  return { dab: median(dabs), toggle: median(toggles) }
}

function late(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length * 0.95)]!
}
