import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost } from './page.ts'
import { saveBlocks } from './saved-label.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })

/** Colours on the label's canvas inside a rectangle of image pixels, without the darker ones along borders. */
async function coloursIn(labeler: Labeler, x0: number, y0: number, x1: number, y1: number): Promise<number> {
  const [from, to] = await Promise.all([labeler.place({ x: x0, y: y0 }), labeler.place({ x: x1, y: y1 })])
  return labeler.page.evaluate(
    ({ from, to }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=label]')!
      const box = canvas.getBoundingClientRect()
      const ratio = canvas.width / box.width
      const at = [from.x - box.x, from.y - box.y, to.x - from.x, to.y - from.y].map((value) =>
        Math.round(value * ratio),
      )
      const { data } = canvas.getContext('2d')!.getImageData(at[0]!, at[1]!, at[2]!, at[3]!)
      return new Set(new Uint32Array(data.buffer)).size
    },
    { from, to },
  )
}

/** Four categories of colours that are close for somebody, and void: one beside the other. */
async function striped(page: Page): Promise<number[]> {
  const ids: number[] = []
  const given = [
    ['meadow', '#009e73', false],
    ['hedge', '#cc79a7', false],
    ['pond', '#56b4e9', false],
    ['path', '#e69f00', false],
    ['bonnet', '#000000', true],
  ] as const
  for (const [name, color, isVoid] of given) {
    const { id } = await callHost(page, 'categories.create', {
      name,
      color,
      hasInstances: false,
      ...(isVoid && { isVoid }),
    })
    ids.push(id)
  }
  await saveBlocks(
    page,
    'street-2.jpg',
    ids.map((id, i) => [i + 1, id, 100 + 200 * i, 200, 200, 400] as const),
  )
  return ids
}

it('shows void hatched and close colours that touch with patterns, in the label and in lists, until they are switched off', async () => {
  const { page } = await tessera.open()
  await striped(page)
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  const inside = (i: number) => coloursIn(labeler, 120 + 200 * i, 220, 280 + 200 * i, 580)
  await expect.poll(() => inside(4)).toBe(2)
  // The first stays plain.
  expect(await inside(0)).toBe(1)
  expect(await inside(1)).toBe(2)
  const list = page.getByRole('list', { name: 'Categories' })
  const patternOf = (name: string) =>
    list.getByRole('listitem').filter({ hasText: name }).locator('svg[data-pattern]').count()
  expect([await patternOf('meadow'), await patternOf('hedge')]).toEqual([0, 1])
  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('switch', { name: 'Patterns where colours are close' }).click()
  await expect.poll(() => inside(1)).toBe(1)
  expect(await inside(4)).toBe(1)
  expect(await patternOf('hedge')).toBe(0)
})
