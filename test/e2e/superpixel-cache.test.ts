import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasTestData, testData, whyNoTestData } from '../support/test-data.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { sampleNamed, savedIds } from './page.ts'

// Superpixels of images that take a while: rough ones first, kept for the next time, made ready for the neighbours.

const large = {
  path: 'photos/Kleiber_by_Lukas_Baubkus.jpg',
  name: 'Kleiber',
  size: { width: 6028, height: 3391 },
}
/** Scenes that come with the app, side by side in the grid. */
const scene = { path: 'scenes/street-3.jpg', name: 'street-3.jpg', size: { width: 1280, height: 806 } }
const nextScene = { path: 'scenes/street-4.jpg', name: 'street-4.jpg', size: { width: 1920, height: 1208 } }
type Photo = Pick<typeof large, 'path' | 'name' | 'size'>

const tessera = startTessera({ arguments: ['--sample'] })
const cache = () => join(dirname(tessera.app.library), 'cache', 'tessera', 'superpixels')

function cached(): string[] {
  try {
    return readdirSync(cache()).filter((name) => !name.startsWith('.'))
  } catch {
    return []
  }
}

async function fileOf(page: Page, { path }: Photo): Promise<string | undefined> {
  const { imageDigest } = await sampleNamed(page, path.slice(path.indexOf('/') + 1))
  return cached().find((name) => name.startsWith(imageDigest))
}

async function add(page: Page, { path, name }: Photo): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add images' }).first().click()
  await (await chooser).setFiles(join(testData, path))
  await page.getByRole('gridcell', { name }).locator('img').waitFor()
}

/** When, in milliseconds after the photograph was on the canvas, superpixels could be used and the last ones came. */
type Times = { readonly first: number; readonly full: number }

async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: { shown?: number; first?: number; full?: number } = {}
    Object.assign(globalThis, { superpixelTimes: times })
    const look = (now: number) => {
      const words = document.querySelector('footer')?.textContent ?? ''
      if (document.querySelector('[role=application][aria-busy=false]')) times.shown ??= now
      const isUsable = times.shown !== undefined && /[\d,]+ cells?/.test(words)
      if (isUsable) times.first ??= now
      if (isUsable && !/coming|Making/.test(words)) times.full ??= now
      if (times.full === undefined) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

async function times(page: Page): Promise<Times> {
  const read = () =>
    page.evaluate(() => {
      const { superpixelTimes } = globalThis as unknown as {
        superpixelTimes: { shown?: number; first?: number; full?: number }
      }
      const { shown, first, full } = superpixelTimes
      return full === undefined ? null : { first: first! - shown!, full: full - shown! }
    })
  await expect.poll(read, { timeout: 60_000 }).not.toBe(null)
  return (await read())!
}

async function openTimed(page: Page, photo: Photo): Promise<{ labeler: Labeler; times: Times }> {
  await watch(page)
  const labeler = await Labeler.open(page, photo.name, photo.size)
  return { labeler, times: await times(page) }
}

/** Opens it in a window of its own, so that nothing comes from memory, and says how long it took. */
async function told(what: string, photo: Photo): Promise<void> {
  const { page, close } = await tessera.open()
  const { first, full } = (await openTimed(page, photo)).times
  // What was built is on its way to the disk.
  await expect.poll(() => fileOf(page, photo), { timeout: 20_000 }).toBeDefined()
  await close()
  console.log(
    `${what}: first superpixels ${Math.round(first)} ms, full ${Math.round(full)} ms after the photograph`,
  )
}

describe.skipIf(!hasTestData(large.path))(`a photograph of 20 megapixels${whyNoTestData(large.path)}`, () => {
  it('has rough superpixels first; what was painted with them stays when the others come', async () => {
    const { page } = await tessera.open()
    await add(page, large)
    await watch(page)
    const labeler = await Labeler.open(page, large.name, large.size)
    await page.getByText(/Rough superpixels; finer ones are coming: \d+ %/).waitFor()
    const roughCells = await labeler.cellCount()
    await labeler.click({ x: 4600, y: 2600 })
    await expect.poll(() => labeler.objects()).toHaveLength(1)
    const [painted] = await labeler.objects()

    // A stroke that began on rough cells ends on them, whatever comes meanwhile.
    await labeler.hover({ x: 1200, y: 700 })
    await page.mouse.down()
    await page.getByText(/finer ones are coming/).waitFor({ state: 'detached', timeout: 60_000 })
    const to = await labeler.place({ x: 1700, y: 700 })
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => (await labeler.objects())[0]!.pixels).toBeGreaterThan(painted!.pixels)
    // Cells are as large as before.
    expect(Math.abs(Math.log2((await labeler.cellCount()) / roughCells))).toBeLessThan(0.5)
    await labeler.saved()
    const ids = await savedIds(page, 'Kleiber_by_Lukas_Baubkus.jpg')
    expect([ids![2600 * 6028 + 4600], ids![700 * 6028 + 1450]]).toEqual([1, 1])
    expect(ids!.reduce((sum, id) => sum + (id === 1 ? 1 : 0), 0)).toBe((await labeler.objects())[0]!.pixels)
  })

  it('asks for what was kept alone the second time, and is as good as new when that is damaged or gone', async () => {
    rmSync(cache(), { recursive: true, force: true })
    await told('20 MP, built', large)
    await told('20 MP, kept', large)
    const asked: string[] = []

    const { page, context } = await tessera.open()
    context.on('request', (request) => {
      if (request.url().includes('/data/superpixels/')) asked.push(request.method())
    })
    const file = join(cache(), (await fileOf(page, large))!)
    const good = readFileSync(file)
    await openTimed(page, large)
    expect(asked).toEqual(['GET'])

    asked.length = 0
    writeFileSync(file, good.subarray(0, good.length >> 1))
    await page.reload()
    await Labeler.shown(page, large.size)
    await page
      .getByText(/[\d,]+ cells/)
      .first()
      .waitFor()
    await expect.poll(() => statSync(file).size, { timeout: 60_000 }).toBe(good.length)
    expect(readFileSync(file).equals(good)).toBe(true)

    // Gone while the page runs, it does without and writes anew.
    rmSync(cache(), { recursive: true })
    await page.reload()
    await Labeler.shown(page, large.size)
    await expect.poll(() => cached().length, { timeout: 60_000 }).toBe(1)
  })
})

it('makes the neighbours ready while the person looks at an image', async () => {
  rmSync(cache(), { recursive: true, force: true })
  const { page, context } = await tessera.open()
  const asked: string[] = []
  context.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
  const labeler = await Labeler.open(page, scene.name, scene.size)
  await labeler.cellsReady()
  await expect.poll(() => fileOf(page, nextScene), { timeout: 30_000 }).toBeDefined()
  await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0)
  asked.length = 0
  await watch(page)
  await page.getByRole('button', { name: 'Next image' }).click()
  const { full } = await times(page)
  console.log(`2.3 MP, made ready: superpixels ${Math.round(full)} ms after the photograph`)
  // Neither the image nor its superpixels had to be fetched.
  const { id, imageDigest } = await sampleNamed(page, nextScene.name)
  expect(asked.filter((each) => each.includes(imageDigest) || each.includes(`images/${id}`))).toEqual([])
})

it('stops making an image ready when another is opened', async () => {
  const { page } = await tessera.open()
  // What is asked of the host about the neighbour stays without an answer, so the work on it does not end by itself.
  const { imageDigest } = await sampleNamed(page, nextScene.name)
  const held: string[] = []
  await page.route(`**/data/superpixels/${imageDigest}*`, (route) => void held.push(route.request().method()))
  const labeler = await Labeler.open(page, scene.name, scene.size)
  await labeler.cellsReady()
  await expect.poll(() => held, { timeout: 30_000 }).toEqual(['GET'])
  await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(1)
  await page.getByRole('button', { name: 'Back to the dataset' }).click()
  await expect.poll(() => page.workers().length).toBe(0)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

it('says so when the superpixels’ worker cannot run, and the brush works', async () => {
  const { page, problems } = await tessera.open()
  await page.route('**/superpixel-worker*', (route) => route.abort())
  const labeler = await Labeler.open(page, scene.name, scene.size)
  await page.getByText('No superpixels: use the brush').waitFor()
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 400, y: 320 },
  ])
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  await labeler.saved()
  const ours = problems.filter((problem) => /superpixel-worker/.test(problem))
  expect(problems.splice(0)).toEqual(ours)
})
