import type { Page } from 'playwright-core'
import { Labeler } from '../../test/e2e/labeler.ts'
import { callHost } from '../../test/e2e/page.ts'
import { cornersOf, type Polygon, type Stroke, sweepPolygon } from './sweep.ts'

/** What a hand draws for one object. */
export type Part = {
  readonly category: string
  /** Well inside of what is meant: cells go up to the edge by themselves. */
  readonly areas: readonly Polygon[]
  /** About how many superpixels the image is divided into while drawing. */
  readonly cells: number
  /** Rows between strokes. */
  readonly spacing: number
}
/** What lies under all of it, drawn with the polygon tool: no cell that the strokes miss is left without a label. */
export type Ground = { readonly category: string; readonly area: Polygon }
/** One picture and what is drawn on it. `file` lies in the test data. */
export type Drawing = {
  readonly file: string
  readonly ground?: readonly Ground[]
  readonly size: { readonly width: number; readonly height: number }
  readonly parts: readonly Part[]
}

/** Opens the image `name` from the grid and draws with the superpixel tool. The image stays open. */
export async function draw(page: Page, name: string, drawing: Drawing): Promise<Labeler> {
  const strokes = drawing.parts.map(({ category, cells, spacing, areas }) => ({
    category,
    cells,
    strokes: areas.flatMap((area) => sweepPolygon(area, spacing, 2)),
  }))
  return drawStrokes(page, name, drawing.size, strokes, drawing.ground)
}

export async function drawStrokes(
  page: Page,
  name: string,
  size: Drawing['size'],
  parts: readonly { category: string; cells: number; strokes: readonly Stroke[] }[],
  ground: readonly Ground[] = [],
): Promise<Labeler> {
  const categories = await callHost(page, 'categories.list', {})
  const labeler = await Labeler.open(page, name, size)
  await labeler.cellsReady()
  const choose = async (category: string) => {
    const index = categories.findIndex((each) => each.name === category)
    if (index < 0 || index > 19) throw new Error(`no key chooses the category ${category}`)
    await page.keyboard.press('n')
    await page.keyboard.press(`${index > 9 ? 'Shift+' : ''}Digit${(index + 1) % 10}`)
  }
  if (ground.length > 0) await page.keyboard.press('g')
  for (const { category, area } of ground) {
    await choose(category)
    for (const [x, y] of cornersOf(area)) await labeler.click({ x, y })
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('s')
  // Sizing looks at the cell under the pointer: let it be the same place always.
  for (const { category, cells, strokes } of parts) {
    await choose(category)
    await labeler.hover({ x: size.width / 2, y: size.height / 2 })
    await labeler.sizeTo(cells)
    for (const { y, x0, x1 } of strokes) await labeler.stroke({ x: x0, y }, { x: x1, y })
  }
  await page.keyboard.press('n')
  await labeler.saved()
  return labeler
}
