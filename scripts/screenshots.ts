// npm run screenshots: drives the real app through real gestures and writes the pictures of the documentation.
// Labels shared photographs where they are (only ones whose licence allows to show them), else the sample scenes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { decode } from 'fast-png'
import type { Browser, Page } from 'playwright-core'
import { Labeler } from '../test/e2e/labeler.ts'
import { callHost, openApp } from '../test/e2e/page.ts'
import { type ServedApp, serveApp } from '../test/e2e/served-app.ts'
import { startSegmentsDouble } from '../test/servers/segments/server.ts'
import { startWandbDouble, type WandbDouble } from '../test/servers/wandb/server.ts'
import { launchBrowser } from '../test/support/browser.ts'
import { hasTestData, testData } from '../test/support/test-data.ts'
import { dogs } from './screenshots/dogs.ts'
import { type Drawing, draw, drawStrokes } from './screenshots/draw.ts'
import { takeExchangePictures } from './screenshots/exchange-pictures.ts'
import { takeGetDataPicture } from './screenshots/get-data-pictures.ts'
import { takeLineagePictures } from './screenshots/lineage-pictures.ts'
import { mountain } from './screenshots/mountain.ts'
import { takeScreenPictures } from './screenshots/screen-pictures.ts'
import { takeSegmentsPictures } from './screenshots/segments-pictures.ts'
import { shutterInto } from './screenshots/shutter.ts'
import { sweepObject } from './screenshots/sweep.ts'
import { putHintsAway, takeToolPictures } from './screenshots/tool-pictures.ts'
import { takeVersionPictures } from './screenshots/version-pictures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'docs', 'images') } } })
const view = { width: 1440, height: 900 }

/** Photographs that may be shown: CC BY 4.0 by Aitzol Berasategi, and CC0. */
const photos = [
  mountain.file,
  dogs.file,
  'photos/life_1920x1208.jpg',
  'photos/seeding_by_Clements_Engelhardt.jpg',
]
const scenes = ['street-1.jpg', 'street-2.jpg', 'street-3.jpg', 'street-4.jpg']
const categories = [
  { name: 'Sky', color: '#56b4e9', hasInstances: false },
  { name: 'Cloud', color: '#ddcc77', hasInstances: false },
  { name: 'Mountain', color: '#cc79a7', hasInstances: false },
  { name: 'Snow', color: '#f0e442', hasInstances: false },
  { name: 'Grass', color: '#009e73', hasInstances: false },
  { name: 'Path', color: '#e69f00', hasInstances: false },
  { name: 'Bank', color: '#882255', hasInstances: false },
  { name: 'Scree', color: '#999933', hasInstances: false },
  { name: 'Boulder', color: '#0072b2', hasInstances: true },
  { name: 'Dog', color: '#d55e00', hasInstances: true },
  { name: 'Towel', color: '#44aa99', hasInstances: false },
] as const

const middle = { x: 960, y: 604 }
const say = (line: string) => console.log(line)
const shoot = shutterInto(values.out, say)

async function importFiles(page: Page, paths: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Dataset' }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add images' }).click()
  await (await chooser).setFiles([...paths])
  const report = page.getByRole('region', { name: 'Import finished' })
  await report.getByRole('button', { name: 'Dismiss' }).click()
}

/** Draws the largest objects of a sample scene, where its ground truth says they are. */
async function drawScene(page: Page, scene: string): Promise<Labeler> {
  const truth = join(root, 'assets', 'samples', 'truth')
  const { data, width, height } = decode(readFileSync(join(truth, `${scene}.png`)))
  const objects = JSON.parse(readFileSync(join(truth, `${scene}.json`), 'utf8')).objects as Record<
    string,
    string
  >
  const ids = new Uint32Array(width * height)
  const pixels = new Map<number, number>()
  for (let i = 0; i < ids.length; i++) {
    const id = data[4 * i]! + 256 * data[4 * i + 1]! + 65536 * data[4 * i + 2]!
    ids[i] = id
    pixels.set(id, (pixels.get(id) ?? 0) + 1)
  }
  const largest = Object.entries(objects)
    .map(([id, category]) => ({ id: Number(id), category, pixels: pixels.get(Number(id)) ?? 0 }))
    .filter((object) => object.pixels > 1500)
    .sort((a, b) => b.pixels - a.pixels)
  const parts = largest.map(({ id, category, pixels: size }) => ({
    category,
    cells: 1600,
    strokes: sweepObject({ width, height, ids }, id, size > 20_000 ? 16 : 8, 5),
  }))
  return drawStrokes(page, `${scene}.jpg`, { width, height }, parts)
}

type Pose = {
  readonly category: string
  /** Where the pointer rests. */
  readonly at: { readonly x: number; readonly y: number }
  /** Where the wheel is turned: a notch goes to the next merge under it. */
  readonly sizeAt: { readonly x: number; readonly y: number }
  readonly cells: number
}

/** A labeled image as somebody sees it in the middle of work: outlines shown, the next cell under the pointer. */
async function poseLabeler(page: Page, labeler: Labeler, pose: Pose): Promise<void> {
  await putHintsAway(page)
  // Chosen by mouse, so that no ring of the keyboard's focus is in the picture.
  await page.getByRole('button', { name: new RegExp(`^${pose.category}, \\d+ objects?$`) }).click()
  await labeler.hover(pose.sizeAt)
  await labeler.sizeTo(pose.cells)
  await labeler.hover(pose.at)
  await page.locator('[data-shown]').waitFor({ state: 'detached' })
}

async function commit(page: Page, message: string): Promise<void> {
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('textbox', { name: 'Message' }).fill(message)
  await page.getByRole('button', { name: 'Commit' }).click()
  await page.getByText(/Everything is in v\d+\./).waitFor()
}

const toastGone = (page: Page) =>
  page.getByText(/^Committed as v\d+\.$/).waitFor({ state: 'detached', timeout: 30_000 })

async function takeAll(browser: Browser, app: ServedApp, data: string): Promise<void> {
  const window = await openApp(browser, app, null, { ...view, colorScheme: 'dark' })
  const { page } = window
  const hasPhotos = photos.every(hasTestData)
  if (!hasPhotos) say('The photographs are not in TESSERA_TEST_DATA, so the pictures show the sample scenes.')
  if (hasPhotos) {
    const paths = photos.map((photo) => join(testData, photo))
    await importFiles(page, paths)
    for (const category of categories) await callHost(page, 'categories.create', category)
  } else await callHost(page, 'samples.addExamples', {})
  await callHost(page, 'settings.set', { author: 'you@example.org' })

  const drawOne = (drawing: Drawing, scene: string) =>
    hasPhotos ? draw(page, basename(drawing.file), drawing) : drawScene(page, scene)
  const first = await drawOne(mountain, 'street-2')
  await page.keyboard.press('Shift+BracketLeft')
  await poseLabeler(
    page,
    first,
    hasPhotos
      ? { category: 'Snow', at: { x: 1240, y: 768 }, sizeAt: middle, cells: 600 }
      : { category: 'Road', at: { x: 640, y: 700 }, sizeAt: { x: 640, y: 600 }, cells: 600 },
  )
  await shoot(page, 'labeler')
  await page.keyboard.press('ControlOrMeta+Enter')
  await commit(
    page,
    hasPhotos ? 'First photographs; the mountain path is labeled' : 'First scenes, one labeled',
  )

  const wandb = await startWandbDouble({ data, apiKey: null, entity: 'vision' })
  try {
    await callHost(page, 'settings.set', {
      wandb: { baseUrl: wandb.url, entity: 'vision', project: 'scenes' },
    })
    await callHost(page, 'secrets.setWandbKey', { key: '0'.repeat(40), keep: 'session' })
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByText('Sent as v0').nth(1).waitFor()

    await page.getByRole('button', { name: 'Dataset' }).click()
    await drawOne(dogs, 'street-3')
    await page.keyboard.press('ControlOrMeta+Enter')
    await commit(page, hasPhotos ? 'Both dogs, each an object of its own' : 'A second scene labeled')
    await page.getByRole('button', { name: 'Sync' }).click()
    await page.getByText('Sent as v1').waitFor()
    await toastGone(page)
    await shoot(page, 'sync')
  } finally {
    await wandb.close()
  }

  // Edge cases come later, as one more gesture; the history then says what is new.
  const sampleFolder = join(root, 'assets', 'samples')
  if (hasPhotos)
    await importFiles(
      page,
      scenes.map((scene) => join(sampleFolder, scene)),
    )
  await page.getByRole('button', { name: 'Dataset' }).click()
  await page.getByRole('gridcell', { name: 'street-4.jpg' }).waitFor()
  await page.waitForFunction(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0))
  await shoot(page, 'dataset')
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('grid', { name: 'Versions' }).getByRole('row').nth(2).waitFor()
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('tab', { name: 'Keyboard' }).click()
  await page.getByRole('button', { name: /“Brush”/ }).click()
  await page.keyboard.press('f')
  await page.getByRole('button', { name: 'Reassign' }).waitFor()
  await shoot(page, 'keys')
  await page.getByRole('button', { name: 'Cancel', exact: true }).first().click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('button', { name: 'Dataset' }).click()
  const name = hasPhotos ? basename(dogs.file) : 'street-3.jpg'
  const size = hasPhotos ? dogs.size : { width: 1280, height: 806 }
  const again = await Labeler.open(page, name, size)
  await again.cellsReady()
  await poseLabeler(
    page,
    again,
    hasPhotos
      ? { category: 'Towel', at: { x: 1000, y: 400 }, sizeAt: middle, cells: 450 }
      : { category: 'Car', at: { x: 640, y: 600 }, sizeAt: { x: 640, y: 600 }, cells: 600 },
  )
  await shoot(page, 'labeler-light')

  if (window.problems.length > 0) throw new Error(window.problems.join('\n'))
  await window.close()
}

/** Tools, panels and dialogs on the sample scenes, enlarged: what matters is a part of the window. */
async function takeGuide(browser: Browser, app: ServedApp): Promise<void> {
  const window = await openApp(browser, app, null, { ...view, colorScheme: 'dark', ratio: 1.5 })
  await callHost(window.page, 'settings.set', { author: 'you@example.org' })
  await takeToolPictures(window.page, shoot)
  await takeScreenPictures(window.page, shoot)
  if (window.problems.length > 0) throw new Error(window.problems.join('\n'))
  await window.close()
}

/** Versions of the sample scenes in a library of their own: these pictures are about what differs. */
async function takeVersions(browser: Browser): Promise<void> {
  const app = await serveApp({ name: 'street-scenes', arguments: ['--sample'] })
  try {
    const window = await openApp(browser, app, null, { ...view, colorScheme: 'dark' })
    await callHost(window.page, 'settings.set', { author: 'you@example.org' })
    await takeVersionPictures(window.page, shoot)
    const wandb = await startWandbDouble({ data: join(data, 'lineage'), apiKey: null, entity: 'vision' })
    try {
      await takeLineagePictures(window.page, shoot, wandb)
      await takeGetData(browser, wandb)
    } finally {
      await wandb.close()
    }
    await takeExchangePictures(window.page, shoot)
    if (window.problems.length > 0) throw new Error(window.problems.join('\n'))
    await window.close()
  } finally {
    await app.close()
  }
}

/** Somebody else begins with nothing and looks what is there. */
async function takeGetData(browser: Browser, wandb: WandbDouble): Promise<void> {
  const app = await serveApp({ name: 'my-streets' })
  try {
    const window = await openApp(browser, app, null, { ...view, colorScheme: 'dark' })
    await takeGetDataPicture(window.page, shoot, wandb)
    if (window.problems.length > 0) throw new Error(window.problems.join('\n'))
    await window.close()
  } finally {
    await app.close()
  }
}

/** A library beside its dataset on Segments.ai. */
async function takeSegments(browser: Browser): Promise<void> {
  const app = await serveApp({ name: 'street-scenes', arguments: ['--sample'] })
  const double = await startSegmentsDouble({ dir: join(data, 'segments'), apiKey: null, releaseMs: 0 })
  try {
    const window = await openApp(browser, app, null, { ...view, colorScheme: 'dark' })
    await takeSegmentsPictures(window.page, shoot, double)
    if (window.problems.length > 0) throw new Error(window.problems.join('\n'))
    await window.close()
  } finally {
    await Promise.all([app.close(), double.close()])
  }
}

mkdirSync(values.out, { recursive: true })
const data = mkdtempSync(join(tmpdir(), 'tessera-screenshots-'))
const [browser, app, street] = await Promise.all([
  launchBrowser(),
  serveApp({ name: 'scenes' }),
  serveApp({ name: 'street-scenes', arguments: ['--sample'] }),
])
try {
  await takeSegments(browser)
  await takeGuide(browser, street)
  await takeVersions(browser)
  await takeAll(browser, app, data)
} finally {
  await Promise.all([browser.close(), app.close(), street.close()])
  rmSync(data, { recursive: true, force: true })
}
