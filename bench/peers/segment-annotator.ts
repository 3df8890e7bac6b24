import type { Browser, Page } from 'playwright-core'
import { type Measurement, measurement } from '../bench-result.ts'
import { type InputKind, recorded } from '../canvas/latency.ts'
import { picture, type Scene } from '../canvas/scenes.ts'
import { busyTime } from '../canvas/work.ts'
import { fetched, type Peer, run } from './fetched.ts'
import { serveFolder } from './static-server.ts'

const peer: Peer = {
  name: 'js-segment-annotator',
  from: 'https://github.com/kyamagu/js-segment-annotator',
  async fetch(folder) {
    await run('git', ['clone', '--quiet', '--depth', '1', peer.from, folder])
  },
}

/** What it divides an image into: cells about this many pixels across, as its editor asks for. */
const CELL = 25
/** Dividing 24 megapixels takes it minutes; after this much nobody waits. */
const PATIENCE = 180_000

/**
 * kyamagu/js-segment-annotator with its own page, settings and images of the same size, by real pointer events: how long
 * until an image can be labeled, and what a hover, a click on a superpixel, another level and a dab of the brush take.
 */
export async function measureSegmentAnnotator(
  browser: Browser,
  scenes: readonly Scene[],
): Promise<{ measurements: Measurement[]; skipped: string[] }> {
  let folder: string
  try {
    folder = await fetched(peer)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { measurements: [], skipped: [`${peer.name}: ${peer.from} was not reached (${why})`] }
  }
  const measurements: Measurement[] = []
  const skipped: string[] = []
  for (const scene of scenes) {
    const data = { labels: ['background', 'object', 'other'], imageURLs: ['data/images/bench.jpg'] }
    const server = await serveFolder(folder, {
      '/data/example.json': JSON.stringify(data),
      '/data/images/bench.jpg': await picture(scene, 0),
    })
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
    try {
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE)
      measurements.push(...(await measure(browser, page, server.origin, scene)))
    } catch (error) {
      skipped.push(
        `${peer.name} at ${scene.label}: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
      )
    } finally {
      await context.close()
      await server.close()
    }
  }
  return { measurements, skipped }
}

async function measure(browser: Browser, page: Page, origin: string, scene: Scene): Promise<Measurement[]> {
  const of = (what: string) => `${peer.name}, ${scene.label}: ${what}`
  await page.goto(`${origin}/index.html?view=edit&id=0`, { waitUntil: 'commit' })
  // It divides the image on the page's only thread, so whoever asks is answered when that is done.
  await page.waitForFunction(
    (width) => {
      const layers = [...document.querySelectorAll<HTMLCanvasElement>('.segment-annotator-layer')]
      return layers.length === 5 && layers.every((layer) => layer.width === width)
    },
    scene.width,
    { polling: 50, timeout: PATIENCE },
  )
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))))
  const ready = await page.evaluate(() => performance.now())
  await page.locator('#label-1-button').click()
  const canvas = page.locator('.segment-annotator-layer').last()
  const box = (await canvas.boundingBox())!
  const x = Math.round(Math.max(box.x, 0) + 500)
  const y = Math.round(Math.max(box.y, 0) + 400)
  const at = (i: number) => ({ x: x + 61 * ((i % 7) - 3), y: y + 47 * ((i % 5) - 2) })
  const moves = await recorded(browser, page, async () => {
    for (let i = 0; i < 40; i++) {
      await page.mouse.move(at(i).x, at(i).y)
      await page.waitForTimeout(80)
    }
  })
  const several = async () => {
    const busy: number[] = []
    for (let i = 0; i < 12; i++) {
      await page.mouse.move(at(3 * i).x + 3 * i, at(3 * i).y)
      await page.waitForTimeout(200)
      busy.push(
        await busyTime(page, async () => {
          await page.mouse.down()
          await page.mouse.up()
          await page.waitForTimeout(120)
        }),
      )
    }
    return busy.slice(2)
  }
  const toggles = await several()
  await page.getByText('Brush', { exact: false }).first().click()
  const dabs = await several()
  const level = await busyTime(page, async () => {
    await page.locator('.edit-image-top-button', { hasText: /^\+$/ }).first().click()
    await page.evaluate(() => 0)
  })
  const moved = moves.shown.filter(({ kind }: { kind: InputKind }) => kind === 'move')
  return [
    measurement(of(`opening until superpixels of about ${CELL} px are there`), 'ms', [ready]),
    ...(moved.length > 0
      ? [
          measurement(
            of('pointer move to highlighted cell, work'),
            'ms',
            moved.map(({ work }) => work),
          ),
          measurement(
            of('pointer move to highlighted cell, until presented'),
            'ms',
            moved.map(({ latency }) => latency),
          ),
        ]
      : []),
    measurement(of('cell toggled, main thread'), 'ms', toggles),
    measurement(of('brush dab, main thread'), 'ms', dabs),
    measurement(of('another size of superpixels, main thread'), 'ms', [level]),
  ]
}
