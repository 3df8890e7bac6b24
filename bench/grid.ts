import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { openApp } from '../test/e2e/page.ts'
import { serveApp } from '../test/e2e/served-app.ts'
import { launchBrowser } from '../test/support/browser.ts'
import { openTestLibrary } from '../test/support/open-test-library.ts'
import { seedLibrary } from '../test/support/seed-library.ts'
import { type BenchOptions, type BenchResult, measurement } from './bench-result.ts'

export const name = 'grid'
export const question =
  'How long does a window on a library of 100,000 images show nothing: when it opens, when it scrolls, when somebody searches?'

const size = 100_000
const view = { width: 1440, height: 900 }
const jumps = 60
const searches = ['drive-3', 'status:unlabeled', 'frame-0999', 'objects:>0 drive-6', '-drive-1']

export async function run({
  onProgress = () => {},
}: BenchOptions & { onProgress?: (line: string) => void }): Promise<BenchResult> {
  onProgress(`making a library of ${size.toLocaleString('en')} images`)
  const app = await serveApp({ name: 'large', prepare: makeLibrary })
  const browser = await launchBrowser()
  try {
    return await measure(browser, app, onProgress)
  } finally {
    await browser.close()
    await app.close()
  }
}

/** Samples whose images are names only, with one thumbnail for all of them: what is measured decodes no photograph. */
async function makeLibrary(folder: string, cache: string): Promise<void> {
  const library = await openTestLibrary({ folder })
  seedLibrary(library.context, size)
  const { libraryId, db } = library.context
  const digests = db.prepare('SELECT image_digest AS digest FROM samples').all()
  await library.close()
  const thumbs = join(cache, 'libraries', libraryId, 'thumbs')
  mkdirSync(thumbs, { recursive: true })
  const picture = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#456' } })
    .webp()
    .toBuffer()
  // A file system counts links, and some count no further than 65,000.
  const linksPerFile = 20_000
  let original = ''
  for (const [i, { digest }] of digests.entries()) {
    const path = join(thumbs, `${digest}.webp`)
    if (i % linksPerFile === 0) {
      writeFileSync(path, picture)
      original = path
    } else linkSync(original, path)
  }
}

async function measure(
  browser: Browser,
  app: Awaited<ReturnType<typeof serveApp>>,
  onProgress: (line: string) => void,
): Promise<BenchResult> {
  const first = await openApp(browser, app, null, view)
  // Their labels stand for real ones and cannot be drawn.
  await first.page.evaluate(() => localStorage.setItem('tessera.grid-overlay', 'false'))
  const { page } = first

  onProgress('opening')
  const opened: number[] = []
  for (let i = 0; i < 5; i++) {
    await page.reload()
    opened.push(await page.evaluate(firstNames))
  }
  onProgress('scrolling')
  const jumped: number[] = []
  for (let i = 0; i < jumps; i++) jumped.push(await page.evaluate(jumpTo, (i * 0.618_034) % 1))
  const rolled = await page.evaluate(roll, { steps: 240, by: 300 })

  onProgress('searching')
  const searched: number[] = []
  for (const text of [...searches, ...searches]) searched.push(await search(page, text))

  const elements = await page.evaluate(() => document.getElementsByTagName('*').length)
  const session = await first.context.newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  const metric = (key: string) => metrics.find((each) => each.name === key)?.value ?? Number.NaN
  await first.close()
  const at = `${size.toLocaleString('en')} images`
  const worst = (samples: readonly number[]) => samples.toSorted((a, b) => a - b).at(-1)!
  const late = (samples: readonly number[]) =>
    samples.toSorted((a, b) => a - b)[Math.floor(samples.length * 0.95)]!
  return {
    measurements: [
      measurement(`first names shown after the page was asked for, ${at}`, 'ms', opened),
      measurement('blank after a jump to anywhere', 'ms', jumped),
      measurement('blank after a jump, 95th percentile', 'ms', [late(jumped)]),
      measurement('blank after a jump, longest', 'ms', [worst(jumped)]),
      measurement('rolling: longest time with a blank tile in sight', 'ms', [rolled.blankMs]),
      measurement('rolling: time between frames', 'ms', rolled.frames),
      measurement('rolling: time between frames, 95th percentile', 'ms', [late(rolled.frames)]),
      measurement('from a typed search to its images', 'ms', searched),
      measurement('memory of the page’s scripts afterwards', 'MB', [metric('JSHeapUsedSize') / 1e6]),
      measurement('elements in the page', 'elements', [elements]),
      measurement('nodes that the browser keeps', 'nodes', [metric('Nodes')]),
    ],
    skipped: ['Thumbnails come from the cache, and no label is drawn over them.'],
  }
}

/** Milliseconds from the start of loading until every tile in sight has its name. */
function firstNames(): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const tiles = document.querySelectorAll('[role=gridcell]')
      if (tiles.length > 0 && !document.querySelector('[role=gridcell][data-waiting]'))
        resolve(performance.now())
      else requestAnimationFrame(look)
    }
    look()
  })
}

/** Milliseconds until every tile in sight has its name after a jump to this share of the whole height. */
function jumpTo(share: number): Promise<number> {
  return new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]')!
    const start = performance.now()
    grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight)
    const look = () => {
      const box = grid.getBoundingClientRect()
      const inSight = [...document.querySelectorAll('[role=gridcell]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect()
        return bottom > box.top && top < box.bottom
      })
      const isWhole = inSight.length > 0 && inSight.every((tile) => !tile.hasAttribute('data-waiting'))
      if (isWhole) resolve(performance.now() - start)
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** Scrolls a little in every frame. */
function roll({ steps, by }: { steps: number; by: number }): Promise<{ frames: number[]; blankMs: number }> {
  return new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]')!
    const frames: number[] = []
    let [last, blankSince, blankMs] = [performance.now(), -1, 0]
    const step = () => {
      const now = performance.now()
      frames.push(now - last)
      last = now
      const box = grid.getBoundingClientRect()
      const isBlank = [...document.querySelectorAll('[role=gridcell][data-waiting]')].some((tile) => {
        const { top, bottom } = tile.getBoundingClientRect()
        return bottom > box.top && top < box.bottom
      })
      if (!isBlank) blankSince = -1
      else if (blankSince < 0) blankSince = now
      else blankMs = Math.max(blankMs, now - blankSince)
      if (frames.length > steps) return resolve({ frames: frames.slice(1), blankMs })
      grid.scrollTop += by
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** Milliseconds from the last letter until the number at the bottom is another one. */
async function search(page: Page, text: string): Promise<number> {
  const field = page.getByRole('searchbox')
  const isFound = (filtered: boolean) =>
    page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('[role=status]')].some((each) =>
          (wanted ? /^[\d,]+ of [\d,]+ images$/ : /^[\d,]+ images$/).test(each.textContent ?? ''),
        ),
      filtered,
      { polling: 'raf' },
    )
  await field.fill('')
  await isFound(false)
  const start = performance.now()
  await field.fill(text)
  await isFound(true)
  return performance.now() - start
}
