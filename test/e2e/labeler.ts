import type { Locator, Page } from 'playwright-core'
import { fitted, type ImagePoint, toScreen } from '../../renderer/canvas/camera.ts'

type Size = { readonly width: number; readonly height: number }
type Hand = { readonly button?: 'left' | 'right'; readonly alt?: boolean }

/** The labeling screen, used with a mouse and a keyboard. Places are image pixels; the view must be fitted. */
export class Labeler {
  readonly page: Page
  readonly canvas: Locator
  readonly saveMark: Locator
  /** `51 px · 900 cells` */
  readonly level: Locator
  readonly #image: Size

  private constructor(page: Page, image: Size) {
    this.page = page
    this.canvas = page.getByRole('application', { name: 'Image canvas' })
    this.saveMark = page.locator('[role=status][data-state]')
    this.level = page.locator('footer').getByText(/px · [\d,]+ cells?$/)
    this.#image = image
  }

  /** Opens an image from the grid and waits until tools can be used. */
  static async open(page: Page, name: string, image: Size): Promise<Labeler> {
    await page.getByRole('gridcell', { name }).dblclick()
    return Labeler.shown(page, image)
  }

  /** The labeler that is on the screen, once tools can be used. */
  static async shown(page: Page, image: Size): Promise<Labeler> {
    const labeler = new Labeler(page, image)
    await page.locator('[role=application][aria-busy=false]').waitFor()
    return labeler
  }

  async cellsReady(): Promise<void> {
    await this.level.waitFor({ timeout: 60_000 })
  }

  /** The image pixel under the pointer, as the status bar says; null beside the image. */
  async under(): Promise<ImagePoint | null> {
    const text = await this.page.locator('footer').locator('span').first().textContent()
    const [, x, y] = /^(\d+), (\d+)$/.exec(text ?? '') ?? []
    return x && y ? { x: Number(x), y: Number(y) } : null
  }

  /** Of the current level. */
  async cellCount(): Promise<number> {
    const text = await this.level.textContent()
    return Number(/([\d,]+) cells?/.exec(text ?? '')![1]!.replaceAll(',', ''))
  }

  async place({ x, y }: ImagePoint): Promise<ImagePoint> {
    const box = (await this.canvas.boundingBox())!
    const at = toScreen(fitted(box, this.#image), { x: x + 0.5, y: y + 0.5 })
    return { x: box.x + at.x, y: box.y + at.y }
  }

  async hover(at: ImagePoint): Promise<void> {
    const { x, y } = await this.place(at)
    await this.page.mouse.move(x, y)
  }

  async click(at: ImagePoint, hand: Hand = {}): Promise<void> {
    await this.drag([at], hand)
  }

  async drag(path: readonly ImagePoint[], { button = 'left', alt = false }: Hand = {}): Promise<void> {
    const { mouse, keyboard } = this.page
    const [first, ...rest] = await Promise.all(path.map((at) => this.place(at)))
    await mouse.move(first!.x, first!.y)
    if (alt) await keyboard.down('Alt')
    await mouse.down({ button })
    for (const { x, y } of rest) await mouse.move(x, y, { steps: 6 })
    await mouse.up({ button })
    if (alt) await keyboard.up('Alt')
  }

  /** A drag in one go, as a fast hand does it: the tools trace the way between two events. */
  async stroke(from: ImagePoint, to: ImagePoint): Promise<void> {
    const { mouse } = this.page
    const [start, end] = await Promise.all([this.place(from), this.place(to)])
    await mouse.move(start.x, start.y)
    await mouse.down()
    await mouse.move(end.x, end.y)
    await mouse.up()
  }

  /** Turns the wheel over the pointer until there are about `count` superpixels, to within a notch. */
  async sizeTo(count: number): Promise<void> {
    for (let step = 0; step < 24; step++) {
      const now = await this.cellCount()
      if (now > count * 1.2) await this.wheel(1)
      else if (now < count / 1.2) await this.wheel(-1)
      else return
    }
  }

  /** Notches of a mouse wheel; positive is away from the person, which is larger. */
  async wheel(notches: number): Promise<void> {
    for (let i = 0; i < Math.abs(notches); i++) await this.page.mouse.wheel(0, notches > 0 ? -120 : 120)
  }

  /** The objects as listed: newest first, `{ name: 'car 1', pixels: 1204 }`. */
  async objects(): Promise<{ name: string; pixels: number }[]> {
    const rows = await this.page
      .getByRole('region', { name: /^Objects/ })
      .getByRole('listitem')
      .evaluateAll((items) =>
        items.map((item) => [...item.querySelector('button')!.children].map((part) => part.textContent)),
      )
    return rows.map(([, name, pixels]) => ({
      name: name!,
      pixels: Number(pixels!.replace(' px', '').replaceAll(',', '')),
    }))
  }

  /** Waits until the screen says that everything is on disk. */
  async saved(): Promise<void> {
    await this.page.locator('[role=status][data-state=saved]').waitFor({ timeout: 60_000 })
  }
}

/**
 * Alpha of one canvas layer at a place of the window: 0 where nothing is drawn. What a click would change has a canvas
 * of its own and counts to the cursor.
 */
export function layerAlpha(
  page: Page,
  layer: 'label' | 'outline' | 'cursor',
  at: ImagePoint,
): Promise<number> {
  return page.evaluate(
    ({ layer, at }) => {
      const names = layer === 'cursor' ? ['highlight', 'cursor'] : [layer]
      const alphas = names.map((name) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-layer=${name}]`)!
        const box = canvas.getBoundingClientRect()
        const ratio = canvas.width / box.width
        const x = Math.round((at.x - box.x) * ratio)
        const y = Math.round((at.y - box.y) * ratio)
        // Read off a copy: the browser warns of reading a canvas that was made to be drawn on.
        const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
        copy.drawImage(canvas, -x, -y)
        return copy.getImageData(0, 0, 1, 1).data[3]!
      })
      return Math.max(...alphas)
    },
    { layer, at },
  )
}

/** How many device pixels of a canvas layer have something drawn on them; those of the cursor with the highlight. */
export function layerPixels(page: Page, layer: 'label' | 'outline' | 'cursor'): Promise<number> {
  return page.evaluate((layer) => {
    let drawn = 0
    for (const name of layer === 'cursor' ? ['highlight', 'cursor'] : [layer]) {
      const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-layer=${name}]`)!
      const { width, height } = canvas
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(canvas, 0, 0)
      const { data } = copy.getImageData(0, 0, width, height)
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) drawn++
    }
    return drawn
  }, layer)
}
