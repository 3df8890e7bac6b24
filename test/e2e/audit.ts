import type { Page } from 'playwright-core'

/** Roles of things that can be operated: each needs a name. */
const operable = new Set([
  'button',
  'checkbox',
  'combobox',
  'grid',
  'gridcell',
  'link',
  'listbox',
  'menuitem',
  'option',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'textbox',
  'application',
  'dialog',
])

type AxNode = {
  role?: { value?: string }
  name?: { value?: string }
  ignored?: boolean
  backendDOMNodeId?: number
}

/** What Chromium's accessibility tree holds that can be operated and has no name, as `role`. */
export async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AxNode[] }
  await session.detach()
  return nodes
    .filter(({ ignored, role, name }) => !ignored && operable.has(role?.value ?? '') && !name?.value?.trim())
    .map(({ role }) => role?.value ?? '')
}

/** Controls smaller than 24 × 24 CSS pixels (WCAG 2.2, 2.5.8), as `name: width × height`. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], [role=tab], [role=radio], [role=switch]')]
      .filter((element) => element.checkVisibility() && !element.closest('p'))
      .flatMap((element) => {
        // A label that belongs to it is part of the target.
        const target = element.closest('label') ?? element
        const { width, height } = target.getBoundingClientRect()
        const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
        return width < 24 || height < 24 ? [`${name}: ${Math.round(width)} × ${Math.round(height)}`] : []
      }),
  )
}

/**
 * Texts with less contrast than WCAG asks (4.5, large ones 3), as `text: ratio`. Colours are computed as they are
 * painted: every background from the text outwards is laid over the next. Disabled controls are exempt.
 */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
    const rgba = (color: string) => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = color
      canvas.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
      return { r: r!, g: g!, b: b!, a: a! / 255 }
    }
    type Color = ReturnType<typeof rgba>
    const over = (top: Color, below: Color): Color => ({
      r: top.r * top.a + below.r * (1 - top.a),
      g: top.g * top.a + below.g * (1 - top.a),
      b: top.b * top.a + below.b * (1 - top.a),
      a: 1,
    })
    const luminance = ({ r, g, b }: Color) => {
      const [x, y, z] = [r, g, b].map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!
    }
    const behind = (element: Element): Color => {
      const layers: Color[] = []
      for (let each: Element | null = element; each; each = each.parentElement) {
        const layer = rgba(getComputedStyle(each).backgroundColor)
        layers.push(layer)
        if (layer.a === 1) break
      }
      return layers.reduceRight((below, top) => over(top, below), rgba('white'))
    }
    const faint: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? ''
      const element = node.parentElement
      if (!words || !element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      if (element.closest(':disabled, [aria-disabled=true], [aria-hidden=true], [inert]')) continue
      const style = getComputedStyle(element)
      const back = behind(element)
      const front = over(rgba(style.color), back)
      const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a)
      const ratio = (light! + 0.05) / (dark! + 0.05)
      const size = Number.parseFloat(style.fontSize)
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`)
    }
    return faint
  })
}

/** Elements whose text is cut off or lies outside of the window sideways, as their text. */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, h1, h2, h3, label, p, th, td, dt')]
      .filter((element) => element.checkVisibility() && (element.textContent ?? '').trim() !== '')
      .filter((element) => {
        const box = element.getBoundingClientRect()
        if (box.width <= 1 || box.height <= 1) return false
        const scrolls = element.closest('[data-scrolls]')
        return !scrolls && (box.right > innerWidth + 1 || box.left < -1)
      })
      .map((element) => (element.textContent ?? '').trim().slice(0, 60)),
  )
}
