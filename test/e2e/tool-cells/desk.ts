import type { JSHandle, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Camera, ImagePoint } from '../../../renderer/canvas/camera.ts'
import { toScreen } from '../../../renderer/canvas/camera.ts'
import { MovingView } from '../../../renderer/canvas/moving-view.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import type { startTessera } from '../fixture.ts'
import { Labeler } from '../labeler.ts'
import { callHost, sampleNamed } from '../page.ts'
import { type Block, saveBlocks } from '../saved-label.ts'
import { type Lane, picturesOf, size, square } from './mosaic.ts'
import { type Tool, tools } from './table.ts'

const wide = { width: 900, height: 640 }

/** Two cars in the upper half; the lower half is free ground. */
export const base: readonly Block[] = [
  [1, 1, square, square, square, square],
  [2, 1, 4 * square, square, square, square],
]
const baseIds = new Uint32Array(size.width * size.height)
for (const [id, , x, y, width, height] of base)
  for (let row = y; row < y + height; row++)
    baseIds.fill(id, row * size.width + x, row * size.width + x + width)

const nothing = { objects: ['Car 1, 400 px', 'Car 2, 400 px'], selected: [], isOpen: false, menu: false }

/** The camera of the page: it moves by the same rules, so a place of the image is known on the screen. */
class Mirror extends MovingView {
  protected moved(): void {}
  fitInto(view: { width: number; height: number }): void {
    this.resizeTo(view, 1)
    if (!this.image) this.lookUpon(size, false)
  }
}

/** What can be seen at once, without looking at a pixel. */
export type Glance = {
  readonly objects: readonly string[]
  readonly selected: readonly string[]
  /** What the ruler says. */
  readonly measure: string
  readonly tool: string
  readonly menu: boolean
  /** A gesture is under way: it is what undo would take. */
  readonly isOpen: boolean
  readonly canUndo: boolean
}

type Wanted = {
  /** What there was before. */
  readonly start: Look
  readonly more: 'same' | 'more'
  /** To a few pixels at the rim. */
  readonly isNear: boolean
}

/** As it is between two cells. */
export const atFirst = () => new Look(baseIds, { ...nothing, measure: '', tool: '', canUndo: false })

/** What a person sees of the label, which is what has come into the file. */
export class Look {
  readonly ids: Uint32Array
  readonly objects: readonly string[]
  readonly selected: readonly string[]
  readonly measure: string

  constructor(ids: Uint32Array, { objects, selected, measure }: Glance) {
    this.ids = ids
    this.objects = objects
    this.selected = selected
    this.measure = measure
  }

  get isNothing(): boolean {
    return this.measure === '' && this.selected.length === 0 && !this.changesFrom(baseIds).includes(1)
  }

  changesFrom(start: Uint32Array): Uint8Array {
    return Uint8Array.from(this.ids, (id, pixel) => Number(id !== start[pixel]))
  }

  /** Since `start` there is what an undisturbed gesture came to; null: nothing. */
  expect(whole: Look | null, { start, more, isNear }: Wanted): void {
    const changes = this.changesFrom(start.ids)
    const wanted = whole ? whole.changesFrom(baseIds) : new Uint8Array(baseIds.length)
    const missing = wanted.reduce((n, is, pixel) => n + Number(is && !changes[pixel]), 0)
    const added = changes.reduce((n, is, pixel) => n + Number(is && !wanted[pixel]), 0)
    const most = isNear ? Math.ceil(wanted.reduce((n, is) => n + is, 0) * 0.06) : 0
    if (more === 'same')
      expect({ missing, added: Math.max(0, added - most) }).toEqual({
        missing: Math.min(missing, most),
        added: 0,
      })
    else {
      expect(missing).toBeLessThanOrEqual(most)
      expect(added).toBeGreaterThan(0)
    }
    if (whole?.selected.some((name) => start.objects.includes(name)))
      expect(this.selected).toEqual(whole.selected)
    expect(lengthOf(this.measure)).toBeCloseTo(lengthOf(whole?.measure ?? ''), isNear ? 0 : 1)
  }
}

const lengthOf = (measure: string) => Number.parseFloat(measure) || 0

type StoredLabels = JSHandle<{ read(): Promise<number[]> }>

/** A line to the host that stays open: reads the label that an image has in its files, as `encodeIds` writes it. */
function storedLabels(page: Page, sampleId: string): Promise<StoredLabels> {
  return page.evaluateHandle(async (id) => {
    const socket = new WebSocket(`ws://${location.host}/ws`)
    await new Promise((opened) => socket.addEventListener('open', opened))
    let calls = 0
    const ask = (method: string, input: object) =>
      new Promise<{ samples: { id: string; headRevision: string }[] }>((answered) => {
        const call = ++calls
        const hear = ({ data }: MessageEvent) => {
          const message = JSON.parse(String(data))
          if (message.id !== call || message.kind === 'event') return
          socket.removeEventListener('message', hear)
          answered(message.result)
        }
        socket.addEventListener('message', hear)
        socket.send(JSON.stringify({ kind: 'call', id: call, method, input }))
      })
    return {
      async read() {
        const { samples } = await ask('samples.list', {})
        const { headRevision } = samples.find((sample) => sample.id === id)!
        const response = await fetch(`/data/labels/${headRevision}`)
        return [...new Uint8Array(await response.arrayBuffer())]
      },
    }
  }, sampleId)
}

/** One page on one image, with everything that a test of a cell does to it. */
export class Desk {
  readonly page: Page
  readonly #labeler: Labeler
  readonly #mirror = new Mirror(() => {})
  #origin = { x: 0, y: 0 }
  #view = wide
  #isDown = false
  /** Where the pointer is over the image. */
  pointer: ImagePoint = { x: 0, y: 0 }
  /** The tool whose key was pressed last. */
  tool: Tool = 'superpixel'
  /** The view is another than at the beginning. */
  isMoved = false

  readonly #line: StoredLabels
  readonly #pictures: readonly [string, string, string]

  private constructor(
    page: Page,
    labeler: Labeler,
    line: StoredLabels,
    pictures: readonly [string, string, string],
  ) {
    this.page = page
    this.#labeler = labeler
    this.#line = line
    this.#pictures = pictures
  }

  static async open(tessera: ReturnType<typeof startTessera>, lane: Lane = 'a'): Promise<Desk> {
    const pictures = picturesOf(lane)
    const [, here] = pictures
    const { page } = await tessera.open(wide)
    const categories = await callHost(page, 'categories.list', {})
    if (categories.length === 0) {
      for (const name of ['Car', 'Van']) await callHost(page, 'categories.create', { name, color: '#e69f00' })
    }
    if ((await sampleNamed(page, here)).headRevision === null) await saveBlocks(page, here, base)
    await page.evaluate((side) => {
      localStorage.setItem('tessera.cell-side', String(side))
      localStorage.setItem('tessera.brush-size', '5')
      localStorage.setItem('tessera.knows-tools', 'true')
    }, square)
    await page.reload()
    const labeler = await Labeler.open(page, here, size)
    await labeler.cellsReady()
    await page.getByRole('button', { name: 'Skip all' }).click()
    const line = await storedLabels(page, (await sampleNamed(page, here)).id)
    const desk = new Desk(page, labeler, line, pictures)
    await desk.#measure()
    return desk
  }

  /** Everything is on disk: no later page finds something to bring back, and reads its label twice. */
  async close(): Promise<void> {
    await this.key('ControlOrMeta+s')
    await this.#labeler.saved()
  }

  async #measure(): Promise<void> {
    await this.page.evaluate(() => document.fonts.ready)
    await this.frames()
    const box = (await this.#labeler.canvas.boundingBox())!
    this.#origin = box
    this.#mirror.fitInto({ width: Math.round(box.width), height: Math.round(box.height) })
  }

  #place(at: ImagePoint): ImagePoint {
    const { x, y } = toScreen(this.#mirror.camera, at)
    return { x: this.#origin.x + x, y: this.#origin.y + y }
  }

  async move(...path: readonly ImagePoint[]): Promise<void> {
    for (const at of path) {
      const { x, y } = this.#place(at)
      await this.page.mouse.move(x, y)
      this.pointer = at
    }
  }

  /** Onto the line of facts below the canvas. */
  async leave(): Promise<void> {
    await this.page.mouse.move(this.#view.width / 2, this.#view.height - 6)
  }

  async down(): Promise<void> {
    await this.page.mouse.down()
    this.#isDown = true
  }

  async up(): Promise<void> {
    if (this.#isDown) await this.page.mouse.up()
    this.#isDown = false
  }

  async click(at: ImagePoint, button: 'left' | 'right' = 'left'): Promise<void> {
    await this.move(at)
    await this.page.mouse.click(this.#place(at).x, this.#place(at).y, { button })
  }

  key(key: string): Promise<void> {
    return this.page.keyboard.press(key)
  }

  async use(tool: Tool): Promise<void> {
    this.tool = tool
    // Its key goes back to the tool before when it is chosen already.
    if (tool === 'eraser') {
      await this.frames()
      if ((await this.glance()).tool === tools.eraser.name) return
    }
    await this.key(tools[tool].key)
  }

  /** A notch away from the person where the pointer is: what has no size is zoomed. */
  async wheel(at: ImagePoint, zooms: boolean): Promise<void> {
    await this.page.mouse.wheel(0, -100)
    if (zooms) this.#zoomed(at)
  }

  /** The right button, wherever the pointer is and whatever else is down. */
  async right(): Promise<void> {
    await this.page.mouse.down({ button: 'right' })
    await this.page.mouse.up({ button: 'right' })
  }

  async closeMenu(): Promise<void> {
    await this.key('Escape')
    await this.page.getByRole('menu').waitFor({ state: 'detached' })
  }

  async zoom(at: ImagePoint, isOnCanvas: boolean): Promise<void> {
    await this.page.keyboard.down('Control')
    await this.page.mouse.wheel(0, -100)
    await this.page.keyboard.up('Control')
    if (isOnCanvas) this.#zoomed(at)
  }

  #zoomed(at: ImagePoint): void {
    this.isMoved = true
    this.#mirror.zoomBy(1.2, toScreen(this.#mirror.camera, at))
  }

  /** Pans with Space where the pointer is, and lets go of both. */
  async pan(at: ImagePoint): Promise<void> {
    const { x, y } = this.#place(at)
    await this.page.keyboard.down('Space')
    await this.page.mouse.down()
    await this.page.mouse.move(x + 24, y - 16)
    await this.page.mouse.up()
    await this.page.keyboard.up('Space')
    this.#mirror.pan(24, -16)
    this.isMoved = true
  }

  async space(): Promise<void> {
    await this.page.keyboard.down('Space')
    await this.page.keyboard.up('Space')
  }

  async resize(): Promise<void> {
    await this.#resizeTo({ width: 960, height: 600 })
    this.isMoved = true
  }

  async #resizeTo(view: typeof wide): Promise<void> {
    this.#view = view
    await this.page.setViewportSize(view)
    await this.frames()
    await this.#measure()
  }

  async blur(): Promise<void> {
    await this.page.evaluate(() => window.dispatchEvent(new Event('blur')))
  }

  /** As the system says it when it takes the pointer for something else. */
  async takePointer(): Promise<void> {
    await this.#labeler.canvas.evaluate((canvas) =>
      canvas.dispatchEvent(new PointerEvent('pointercancel', { pointerId: 1, bubbles: true })),
    )
  }

  async step(to: 'next' | 'previous'): Promise<void> {
    await this.key(to === 'next' ? 'd' : 'a')
    await this.#isAt(to === 'next' ? 2 : 0)
  }

  /** Back from the neighbour, where nothing may have been written. */
  async stepBack(from: 'next' | 'previous'): Promise<void> {
    expect((await this.glance()).objects).toEqual([])
    await this.key(from === 'next' ? 'a' : 'd')
    await this.#isAt(1)
  }

  async #isAt(place: 0 | 1 | 2): Promise<void> {
    const name = this.#pictures[place]
    await this.page.waitForFunction(
      (name) =>
        document.querySelector('[role=application]')?.getAttribute('aria-busy') === 'false' &&
        [...document.querySelectorAll('span[title]')].some((part) => part.textContent === name),
      name,
    )
    // The others say their own size there.
    if (!['brush', 'eraser', 'fill', 'ruler'].includes(this.tool)) await this.#labeler.cellsReady()
  }

  frames(): Promise<void> {
    return this.page.evaluate(
      () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    )
  }

  /** Waits until what can be seen at once is this. */
  async expect(wanted: Partial<Glance>): Promise<void> {
    await expect.poll(() => this.glance(), { interval: 20, timeout: 5000 }).toMatchObject(wanted)
  }

  async glance(): Promise<Glance> {
    return this.page.evaluate(() => {
      const rows = [...document.querySelectorAll('[data-index] button:first-child[aria-pressed]')]
      const names = (list: Element[]) => list.map((row) => row.getAttribute('aria-label')!).sort()
      const pressed = document.querySelector('[role=toolbar][aria-orientation=vertical] [aria-pressed=true]')
      const undo = [...document.querySelectorAll<HTMLButtonElement>('button')].find((button) =>
        /^(Undo|Clear the measure)/.test(button.getAttribute('aria-label') ?? ''),
      )
      const title = undo?.getAttribute('aria-label') ?? ''
      return {
        objects: names(rows),
        selected: names(rows.filter((row) => row.getAttribute('aria-pressed') === 'true')),
        measure: document.querySelector('footer')!.textContent?.match(/[\d.]+ px, [\d.]+°/)?.[0] ?? '',
        tool: pressed?.getAttribute('aria-label') ?? '',
        menu: document.querySelector('[role=menu]') !== null,
        isOpen: /the last point|measure/.test(title),
        canUndo: undo !== undefined && !undo.disabled,
      }
    })
  }

  /** What is shown, once it is what the file has; it takes the page a frame or two to draw, and a moment to save. */
  async look(): Promise<Look> {
    // The list and the bar follow a frame later.
    await this.frames()
    const glance = await this.glance()
    const isUnchanged = glance.objects.join() === nothing.objects.join()
    // What is not in the list of objects is nowhere; so the label of the beginning need not be saved to be known.
    const ids = isUnchanged ? baseIds : await this.#saved()
    await expect.poll(() => this.#drawsOtherThan(ids), { interval: 20, timeout: 5000 }).toBe(0)
    return new Look(ids, isUnchanged ? glance : await this.glance())
  }

  async #saved(): Promise<Uint32Array> {
    await this.key('ControlOrMeta+s')
    await this.#labeler.saved()
    const bytes = await this.#line.evaluate((line) => line.read())
    return decodeIds(Uint8Array.from(bytes), baseIds.length)
  }

  /** How many pixels of the image, as far as they are in sight, look labeled and are not, or the other way about. */
  async #drawsOtherThan(ids: Uint32Array): Promise<number> {
    const drawn = await this.page.evaluate(
      async ({ camera, size }: { camera: Camera; size: { width: number; height: number } }) => {
        await new Promise(requestAnimationFrame)
        const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=label]')!
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        const marks: string[] = []
        for (let y = 0; y < size.height; y++) {
          const row = Math.floor((y + 0.5) * camera.scale + camera.y)
          for (let x = 0; x < size.width; x++) {
            const column = Math.floor((x + 0.5) * camera.scale + camera.x)
            const isInside = column >= 0 && row >= 0 && column < canvas.width && row < canvas.height
            marks.push(!isInside ? '?' : data[4 * (row * canvas.width + column) + 3] ? '1' : '0')
          }
        }
        return marks.join('')
      },
      { camera: this.#mirror.camera, size },
    )
    let others = 0
    for (const [pixel, id] of ids.entries()) {
      if (drawn[pixel] !== '?' && drawn[pixel] !== String(Number(id > 0))) others++
    }
    return others
  }

  /** Back to the beginning, from wherever a cell has led. */
  async reset(tool: Tool): Promise<void> {
    await this.up()
    if (this.#view !== wide) await this.#resizeTo(wide)
    if (this.tool !== tool || (await this.glance()).tool !== tools[tool].name) await this.use(tool)
    if (this.isMoved) await this.key('f')
    this.#mirror.fit()
    this.isMoved = false
    for (let i = 0; i < 6; i++) {
      await this.frames()
      const { isOpen, canUndo, selected } = await this.glance()
      if (isOpen) await this.key('Escape')
      else if (canUndo) await this.key('ControlOrMeta+z')
      else if (selected.length > 0) await this.key('n')
      else break
    }
    await this.#resetSize(tool)
    await this.expect({ ...nothing, tool: tools[tool].name })
  }

  async #resetSize(tool: Tool): Promise<void> {
    if (tool === 'brush' || tool === 'eraser') {
      if (await this.page.locator('footer').getByText('6 px', { exact: true }).isVisible())
        await this.key('[')
    }
    if (tool !== 'superpixel') return
    await this.move({ x: 50.5, y: 90.5 })
    for (let i = 0; i < 4 && (await this.#labeler.cellCount()) < 48; i++) await this.key('[')
    for (let i = 0; i < 4 && (await this.#labeler.cellCount()) > 48; i++) await this.key(']')
    expect(await this.#labeler.cellCount()).toBe(48)
  }
}
