import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { launchBrowser } from '../test/support/browser.ts'
import { type BenchResult, type Measurement, measurement, median } from './bench-result.ts'
import type { PaintCase, PaintSamples } from './pages/paint-page.ts'

export const name = 'paint'
export const question =
  'What does it cost to show an edit of the label: its rectangle only, against colouring the whole mask again?'

const sizes = [
  { label: '1920x1208', width: 1920, height: 1208 },
  { label: '6028x3391', width: 6028, height: 3391 },
]
const edits = [
  { label: 'brush dab, 64 px', side: 64 },
  { label: 'superpixel, 256 px', side: 256 },
]

export async function run(): Promise<BenchResult> {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.goto('about:blank')
    await page.addScriptTag({ content: await pageScript() })
    const measurements: Measurement[] = []
    for (const { label, width, height } of sizes) {
      for (const zoom of ['fit', 'actual'] as const) {
        for (const edit of edits) {
          const samples = await measure(page, { width, height, zoom, edit: edit.side, runs: 9 })
          const place = `${label}, ${zoom === 'fit' ? 'fitted' : '1:1'}, ${edit.label}`
          const whole = measurement(`${place}: whole mask`, 'ms', samples.whole)
          const dirty = measurement(`${place}: dirty rectangle`, 'ms', samples.dirty)
          const ratio = dirty.median / median(samples.whole)
          measurements.push({ ...dirty, against: { label: 'whole mask', ratio } }, whole)
        }
      }
    }
    return { measurements, skipped: [] }
  } finally {
    await browser.close()
  }
}

function measure(page: Page, test: PaintCase): Promise<PaintSamples> {
  return page.evaluate((one) => {
    const bench = globalThis as unknown as { paintBench: { measurePaint(test: PaintCase): PaintSamples } }
    return bench.paintBench.measurePaint(one)
  }, test)
}

/** The canvas code of the product, bundled for a page without a server. */
async function pageScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'chrome140',
      lib: {
        entry: fileURLToPath(new URL('./pages/paint-page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'paintBench',
      },
    },
  })
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : []
  const chunk = outputs[0]?.output[0]
  if (!chunk) throw new Error('the page of the paint bench was not built')
  return chunk.code
}
