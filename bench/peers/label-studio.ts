import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type Measurement, measurement } from '../bench-result.ts'
import { picture, type Scene } from '../canvas/scenes.ts'
import { busyTime } from '../canvas/work.ts'
import { fetched, type Peer, run } from './fetched.ts'
import { serveFolder } from './static-server.ts'

const version = '1.23.2'
const peer: Peer = {
  name: 'label-studio',
  from: `label-studio ${version} from PyPI`,
  async fetch(folder) {
    const python = process.env.TESSERA_PYTHON ?? 'python3'
    await run(python, [
      '-m',
      'pip',
      'download',
      `label-studio==${version}`,
      '--no-deps',
      '--quiet',
      '-d',
      folder,
    ])
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))!
    await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder])
  },
}

/** Where this version has its editor: the pieces of its program, and the module that makes one. */
const pieces = [502, 594, 288, 358]
const editor = 41607

const config = `<View><Image name="image" value="$image" zoom="true"/>
<BrushLabels name="tag" toName="image"><Label value="Object" background="#e69f00"/></BrushLabels></View>`

/** The editor alone, without its server: the program is loaded, its first screen is not. */
const html = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/main.css">
<div id="root"></div><div id="bench" style="position:fixed;inset:0;background:white;overflow:auto"></div>
<script>
APP_SETTINGS = { hostname: location.origin + '/', user: { id: 1 }, feature_flags: {}, feature_flags_default_value: false }
webpackChunklabelstudio = [[['bench'], {}, (require) => { benchRequire = require }]]
</script>
<script src="/runtime.js"></script><script src="/vendor.js"></script><script src="/main.js"></script>`

/** Label Studio's own editor with its brush, by real pointer events, on the images of the same size. */
export async function measureLabelStudio(
  browser: Browser,
  scenes: readonly Scene[],
): Promise<{ measurements: Measurement[]; skipped: string[] }> {
  const why = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error))
  let folder: string
  try {
    folder = await fetched(peer)
  } catch (error) {
    return { measurements: [], skipped: [`${peer.name}: ${peer.from} was not reached (${why(error)})`] }
  }
  const measurements: Measurement[] = []
  const skipped = [`${peer.name}: its editor alone, without its server; it has no superpixels to compare.`]
  for (const scene of scenes) {
    const server = await serveFolder(join(folder, 'web', 'dist', 'apps', 'labelstudio'), {
      '/bench.html': html,
      '/bench.jpg': await picture(scene, 0),
    })
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
    try {
      measurements.push(...(await measure(await context.newPage(), server.origin, scene)))
    } catch (error) {
      skipped.push(`${peer.name} at ${scene.label}: ${why(error)}`)
    } finally {
      await context.close()
      await server.close()
    }
  }
  return { measurements, skipped }
}

type Program = ((id: number) => unknown) & { p: string; e(id: number): Promise<unknown> }
type Loaded = { benchRequire: Program; LabelStudio: new (id: string, options: unknown) => unknown }

async function measure(page: Page, origin: string, scene: Scene): Promise<Measurement[]> {
  const of = (what: string) => `${peer.name}, ${scene.label}: ${what}`
  await page.goto(`${origin}/bench.html`)
  await page.evaluate(
    async ({ pieces, editor }) => {
      const program = (globalThis as unknown as Loaded).benchRequire
      program.p = '/'
      await Promise.all(pieces.map((id) => program.e(id)))
      program(editor)
    },
    { pieces, editor },
  )
  // The program is there: from here on it is the image alone.
  const opened = await page.evaluate(
    (config) =>
      new Promise<number>((resolve) => {
        const { LabelStudio } = globalThis as unknown as Loaded
        const start = performance.now()
        new LabelStudio('bench', {
          config,
          task: { id: 1, data: { image: '/bench.jpg' }, annotations: [], predictions: [] },
          interfaces: ['panel', 'controls', 'side-column'],
          user: { id: 1, pk: 1, firstName: 'Bench', lastName: '' },
          onStorageInitialized(store: {
            annotationStore: { addAnnotation(o: object): { id: string }; selectAnnotation(id: string): void }
          }) {
            setTimeout(() => {
              const { annotationStore } = store
              annotationStore.selectAnnotation(annotationStore.addAnnotation({ userGenerate: true }).id)
            })
          },
        })
        const look = () => {
          const image = document.querySelector<HTMLImageElement>(
            '#bench img[src*="bench.jpg"], #bench img[src^="blob:"]',
          )
          if (
            image?.complete &&
            image.naturalWidth > 0 &&
            document.querySelector('#bench .konvajs-content canvas')
          )
            requestAnimationFrame(() => resolve(performance.now() - start))
          else requestAnimationFrame(look)
        }
        look()
      }),
    config,
  )
  const canvas = page.locator('#bench .konvajs-content').first()
  const box = (await canvas.boundingBox())!
  await page.keyboard.press('1')
  const busy: number[] = []
  for (let i = 0; i < 14; i++) {
    await page.mouse.move(box.x + 300 + 64 * (i % 7), box.y + 200 + 56 * (i % 5))
    await page.waitForTimeout(200)
    busy.push(
      await busyTime(page, async () => {
        await page.mouse.down()
        await page.mouse.up()
        await page.waitForTimeout(120)
      }),
    )
  }
  if ((await page.getByText('Labeled regions will appear here').count()) > 0)
    throw new Error('its brush painted nothing')
  return [
    measurement(of('opening until the image is shown, its program loaded before'), 'ms', [opened]),
    measurement(of('brush dab, main thread'), 'ms', busy.slice(2)),
  ]
}
