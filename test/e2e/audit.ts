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

type Faint = { readonly texts: string[]; readonly edges: string[] }

/** Colours are computed as they are painted: every background from a part outwards is laid over the next. */
function faintParts(page: Page): Promise<Faint> {
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
    const contrast = (a: Color, b: Color) => {
      const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
      return (light! + 0.05) / (dark! + 0.05)
    }
    const behind = (element: Element | null): Color => {
      const layers: Color[] = []
      for (let each = element; each; each = each.parentElement) {
        const layer = rgba(getComputedStyle(each).backgroundColor)
        layers.push(layer)
        if (layer.a === 1) break
      }
      return layers.reduceRight((below, top) => over(top, below), rgba('white'))
    }
    const isExempt = (element: Element) =>
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
      element.closest(':disabled, [aria-disabled=true], [aria-hidden=true], [inert]') !== null

    const texts: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? ''
      const element = node.parentElement
      if (!words || !element || isExempt(element)) continue
      const style = getComputedStyle(element)
      const back = behind(element)
      const ratio = contrast(over(rgba(style.color), back), back)
      const size = Number.parseFloat(style.fontSize)
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      if (ratio < (isLarge ? 3 : 4.5)) texts.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`)
    }

    const edges: string[] = []
    const name = (element: Element) =>
      element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
    // What says where a control is: its edge or its ground against what lies around it.
    const bordered =
      'input:not([type=range], [type=file]), textarea, [role=combobox], [role=switch], [role=radio], [role=checkbox]'
    for (const element of document.querySelectorAll(bordered)) {
      if (isExempt(element)) continue
      const style = getComputedStyle(element)
      if (Number.parseFloat(style.borderTopWidth) === 0 || element.getBoundingClientRect().width < 8) continue
      const around = behind(element.parentElement)
      const ratio = Math.max(
        contrast(over(rgba(style.borderTopColor), around), around),
        contrast(over(rgba(style.backgroundColor), around), around),
      )
      if (ratio < 3) edges.push(`edge of ${name(element)}: ${ratio.toFixed(2)}`)
    }
    // A button of one icon is that icon.
    for (const icon of document.querySelectorAll('button svg')) {
      const button = icon.closest('button')!
      if (isExempt(button) || (button.textContent ?? '').trim() !== '') continue
      // A halo of its own sets it off from whatever is behind.
      if (getComputedStyle(icon).filter !== 'none') continue
      const back = behind(icon)
      const ratio = contrast(over(rgba(getComputedStyle(icon).color), back), back)
      if (ratio < 3) edges.push(`icon of ${name(button)}: ${ratio.toFixed(2)}`)
    }
    return { texts, edges }
  })
}

/** Texts with less contrast than WCAG asks (4.5, large ones 3), as `text: ratio`. Disabled controls are exempt. */
export const faintTexts = async (page: Page): Promise<string[]> => (await faintParts(page)).texts

/** Edges of controls and icons that are all of a button with a contrast under 3 (WCAG 1.4.11), as `what: ratio`. */
export const faintEdges = async (page: Page): Promise<string[]> => (await faintParts(page)).edges

/**
 * Texts that nobody can read to their end: beyond the window, or beyond a box that hides what is too much and cannot be
 * scrolled. Names that end in dots and say themselves in full on hovering are not among them.
 */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What was just shown takes its place with the next frame.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
    const clipped: string[] = []
    const range = document.createRange()
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? ''
      const parent = node.parentElement
      if (!words || !parent?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      // What lies under a dialog is not there to be read.
      if (parent.closest('[inert], [aria-hidden=true]')) continue
      range.selectNodeContents(node)
      const text = range.getBoundingClientRect()
      if (text.width === 0 || text.height === 0) continue
      /** Axes in which something farther out scrolls it into sight. */
      const scrolls = { x: false, y: false }
      for (let each: Element | null = parent; each; each = each.parentElement) {
        const style = getComputedStyle(each)
        // Words for assistive technology alone.
        if (style.clipPath !== 'none' && each.clientWidth <= 1) {
          scrolls.x = scrolls.y = true
          break
        }
        const box = each.getBoundingClientRect()
        const isNamed = each.closest('[title]') !== null && style.textOverflow === 'ellipsis'
        const hidesX = style.overflowX === 'hidden' || style.overflowX === 'clip'
        const hidesY = style.overflowY === 'hidden' || style.overflowY === 'clip'
        if (each === document.body) break
        if (hidesX && !scrolls.x && !isNamed && (text.right > box.right + 2 || text.left < box.left - 2)) {
          clipped.push(words.slice(0, 60))
          break
        }
        if (hidesY && !scrolls.y && (text.bottom > box.bottom + 4 || text.top < box.top - 4)) {
          clipped.push(`${words.slice(0, 60)} (in height)`)
          break
        }
        if (hidesX && isNamed) scrolls.x = true
        if (style.overflowX === 'auto' || style.overflowX === 'scroll') scrolls.x = true
        if (style.overflowY === 'auto' || style.overflowY === 'scroll') scrolls.y = true
        if (style.position === 'fixed') break
      }
      const { right, left, top, bottom } = text
      if (!scrolls.x && (right > innerWidth + 1 || left < -1))
        clipped.push(`${words.slice(0, 60)} (beside the window)`)
      if (!scrolls.y && (bottom > innerHeight + 1 || top < -1))
        clipped.push(`${words.slice(0, 60)} (below the window)`)
    }
    return [...new Set(clipped)]
  })
}

/** Controls that do not answer to the words they begin with (WCAG 2.5.3), as `words: name`. */
export function unspokenLabels(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'button:not([role=combobox]), a, [role=tab], [role=option], [role=menuitem]',
      ),
    ]
      .filter((element) => element.hasAttribute('aria-label'))
      .flatMap((element) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
        const words = walker.nextNode()?.textContent?.trim() ?? ''
        const name = element.getAttribute('aria-label')!
        return name.toLowerCase().includes(words.toLowerCase()) ? [] : [`${words}: ${name}`]
      }),
  )
}
