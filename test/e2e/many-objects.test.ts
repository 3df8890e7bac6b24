import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { maskFromIds } from '../../shared/label/masks.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'

const [columns, rows] = [50, 40]
/** Pixels from one object to the next. `TESSERA_OBJECT_PITCH=118` makes the image one of 24 megapixels. */
const pitch = Number(process.env.TESSERA_OBJECT_PITCH ?? 40)
const size = { width: columns * pitch, height: rows * Math.round(pitch * 0.85) }

const commandLine = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url))
const tessera = startTessera({ prepare: makeLibrary })

/** 2,000 discs over two areas of background, each with a few holes in it and specks beside it. */
async function makeLibrary(library: string): Promise<void> {
  const { width, height } = size
  const ids = new Uint32Array(width * height)
  ids.fill(1, 0, ids.length / 2)
  ids.fill(2, ids.length / 2)
  const objects: Record<string, string> = { 1: 'Sky', 2: 'Road' }
  const radius = pitch * 0.35
  for (let k = 0; k < columns * rows; k++) {
    const id = k + 3
    objects[id] = 'Car'
    const x0 = ((k % columns) + 0.5) * pitch
    const y0 = (Math.floor(k / columns) + 0.5) * Math.round(pitch * 0.85)
    for (let y = Math.ceil(y0 - pitch * 0.4); y < y0 + pitch * 0.4; y++) {
      for (let x = Math.ceil(x0 - pitch * 0.4); x < x0 + pitch * 0.4; x++) {
        const far = Math.hypot(x - x0, y - y0)
        const isHole = far < radius - 2 && (x * 31 + y * 17) % 197 === 0
        const isSpeck = far > radius + 2 && (x * 13 + y * 7) % 211 === 0
        if ((far < radius && !isHole) || isSpeck) ids[y * width + x] = id
        else if (isHole) ids[y * width + x] = 0
      }
    }
  }
  const folder = join(dirname(library), 'made')
  mkdirSync(folder)
  const raw = { width, height, channels: 4 as const }
  await sharp({ create: { width, height, channels: 3, background: '#567' } })
    .jpeg()
    .toFile(join(folder, 'many.jpg'))
  await sharp(maskFromIds(ids), { raw }).png({ compressionLevel: 1 }).toFile(join(folder, 'mask.png'))
  writeFileSync(join(folder, 'objects.json'), JSON.stringify(objects))
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_STATE_HOME: folder,
    TESSERA_LIBRARY: library,
  }
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [commandLine, ...words], { env: environment })
  await run('init', library)
  await run('import', join(folder, 'many.jpg'))
  await run(
    'label',
    'set',
    'many.jpg',
    '--mask',
    join(folder, 'mask.png'),
    '--objects',
    `@${join(folder, 'objects.json')}`,
  )
  rmSync(folder, { recursive: true })
}

it('lists, selects and cleans up 2,000 objects', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, 'many.jpg', size)
  const list = page.getByRole('region', { name: /^Objects \(2,002\)/ })
  await list.waitFor()
  const inPage = await list.getByRole('listitem').count()
  expect(inPage).toBeLessThan(80)

  /** Milliseconds from a key to the frame that shows what it did. */
  const lag = (key: string, times: number) =>
    page.evaluate(
      async ({ key, times }) => {
        const taken: number[] = []
        for (let i = 0; i < times; i++) {
          const started = performance.now()
          const how = { key, code: key, bubbles: true, cancelable: true }
          ;(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', how))
          await new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)))
          taken.push(performance.now() - started)
          document.activeElement?.dispatchEvent(new KeyboardEvent('keyup', how))
        }
        taken.sort((a, b) => a - b)
        return { median: taken[times >> 1]!, worst: taken[times - 1]! }
      },
      { key, times },
    )
  await list.getByRole('button', { name: /^Car 2002, / }).focus()
  await page.keyboard.press('Home')
  const arrows = await lag('ArrowDown', 40)
  await expect
    .poll(() => list.getByRole('button', { name: /^Car 1962, / }).getAttribute('aria-pressed'))
    .toBe('true')
  const steps = await lag('.', 40)
  await page.keyboard.press('End')
  await expect
    .poll(() => list.getByRole('button', { name: /^Sky 1, / }).getAttribute('aria-pressed'))
    .toBe('true')
  expect(await list.getByRole('listitem').count()).toBeLessThan(80)
  const started = Date.now()
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByRole('region', { name: 'Objects (2,002) · 2,002 selected' }).waitFor()
  const all = Date.now() - started

  const clean = async (what: string) => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.type(what)
    await page.getByRole('option', { name: new RegExp(`^${what} …`) }).waitFor()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('region', { name: what })
    const opened = Date.now()
    await panel.getByRole('rowheader').first().waitFor({ timeout: 60_000 })
    const first = Date.now() - opened
    await panel.getByRole('spinbutton').fill(what === 'Grow' ? '2' : '40')
    const typed = Date.now()
    await panel.getByText('Counting').waitFor({ state: 'detached', timeout: 60_000 })
    const again = Date.now() - typed
    const row = await panel.getByRole('row').nth(1).textContent()
    await panel.getByRole('button', { name: 'Cancel' }).click()
    return { first, again, row }
  }
  const holes = await clean('Fill holes')
  const specks = await clean('Remove specks')
  const grow = await clean('Grow')
  console.log(
    `${size.width} × ${size.height}, 2,002 objects, ${inPage} rows in the page: arrow ${arrows.median.toFixed(0)} ms ` +
      `(worst ${arrows.worst.toFixed(0)}), next object ${steps.median.toFixed(0)} ms (worst ${steps.worst.toFixed(0)}), ` +
      `all selected ${all} ms; preview first and anew: holes ${holes.first}, ${holes.again} ms (${holes.row}), specks ` +
      `${specks.first}, ${specks.again} ms (${specks.row}), grow ${grow.first}, ${grow.again} ms`,
  )
  await labeler.saved()
})
