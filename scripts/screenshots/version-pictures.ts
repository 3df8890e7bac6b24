import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decode } from 'fast-png'
import type { Page } from 'playwright-core'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, type SaveHeader, saveLabelPath } from '../../shared/host/data-plane.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { callHost, sampleNamed } from '../../test/e2e/page.ts'

type Label = {
  readonly ids: Uint32Array
  readonly categories: Map<number, number>
  width: number
  height: number
}
type Change = (label: Label, categoryOf: (name: string) => number) => void

const truth = fileURLToPath(new URL('../../assets/samples/truth', import.meta.url))

/** Saves what a sample scene really shows as its label, changed as `change` says. */
export async function saveScene(page: Page, scene: string, change: Change = () => {}): Promise<void> {
  const list = await callHost(page, 'categories.list', {})
  const categoryOf = (name: string) => list.find((each) => each.name === name)?.id ?? list[0]!.id
  const { data, width, height } = decode(readFileSync(join(truth, `${scene}.png`)))
  const named = JSON.parse(readFileSync(join(truth, `${scene}.json`), 'utf8')).objects as Record<
    string,
    string
  >
  const ids = new Uint32Array(width * height)
  for (let i = 0; i < ids.length; i++)
    ids[i] = data[4 * i]! + 256 * data[4 * i + 1]! + 65536 * data[4 * i + 2]!
  const categories = new Map(Object.entries(named).map(([id, name]) => [Number(id), categoryOf(name)]))
  const label = { ids, categories, width, height }
  change(label, categoryOf)
  const present = new Set(ids)
  const sample = await sampleNamed(page, `${scene}.jpg`)
  const header: SaveHeader = {
    base: sample.headRevision,
    status: 'labeled',
    objects: [...categories]
      .filter(([id]) => present.has(id))
      .map(([id, categoryId]) => ({ id, categoryId, attributes: {} }))
      .sort((a, b) => a.id - b.id),
    nextObjectId: Math.max(...categories.keys()) + 1,
    tool: 'canvas',
    journal: null,
  }
  const body = Buffer.from(frame(header, encodeIds(ids))).toString('base64')
  const status = await page.evaluate(
    async ({ path, body, header }) => {
      const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))
      return (await fetch(path, { method: 'PUT', body: bytes, headers: { [header]: '1' } })).status
    },
    { path: saveLabelPath(sample.id as SampleId), body, header: requestHeader },
  )
  if (status !== 200) throw new Error(`the label of ${scene} was not saved: ${status}`)
}

/** The objects of a category, largest first. */
function objectsOf({ ids, categories }: Label, category: number): number[] {
  const pixels = new Map<number, number>()
  for (const id of ids) pixels.set(id, (pixels.get(id) ?? 0) + 1)
  return [...categories]
    .filter(([, each]) => each === category)
    .map(([id]) => id)
    .sort((a, b) => (pixels.get(b) ?? 0) - (pixels.get(a) ?? 0))
}
const become = (
  { ids }: Label,
  from: number,
  to: number,
  holds: (x: number, y: number) => boolean,
  width: number,
) => {
  for (let i = 0; i < ids.length; i++)
    if (ids[i] === from && holds(i % width, Math.floor(i / width))) ids[i] = to
}

/** What an early hand leaves out and mixes up: an object, edges, categories that look alike. */
const early: Change = (label, categoryOf) => {
  const { width, height } = label
  const [car, second] = objectsOf(label, categoryOf('Car'))
  const [pole] = objectsOf(label, categoryOf('Pole'))
  const [road] = objectsOf(label, categoryOf('Road'))
  const [curb] = objectsOf(label, categoryOf('Curbstone'))
  const [sidewalk] = objectsOf(label, categoryOf('Sidewalk'))
  const [building] = objectsOf(label, categoryOf('Building'))
  const [tree] = objectsOf(label, categoryOf('Nature object'))
  const [lines] = objectsOf(label, categoryOf('Lane line'))
  if (curb && sidewalk) become(label, curb, sidewalk, (x) => x < width * 0.5, width)
  if (sidewalk && road) become(label, sidewalk, road, (x, y) => x > width * 0.8 && y > height * 0.6, width)
  if (building && tree)
    become(label, building, tree, (x, y) => x > width * 0.62 && x < width * 0.82 && y > height * 0.36, width)
  if (lines && road) become(label, lines, road, (x) => x < width * 0.4, width)
  for (const signal of objectsOf(label, categoryOf('Traffic signal')).slice(0, 1))
    label.categories.set(signal, categoryOf('Traffic sign'))
  for (const person of objectsOf(label, categoryOf('Pedestrian')).slice(1))
    if (building) become(label, person, building, () => true, width)
  if (second) become(label, second, 0, () => true, width)
  if (road) become(label, road, 0, (_, y) => y > height * 0.9, width)
  if (pole) label.categories.set(pole, categoryOf('Traffic sign'))
  if (car && road)
    become(
      label,
      road,
      car,
      (x, y) => x > width * 0.42 && x < width * 0.5 && y > height * 0.6 && y < height * 0.64,
      width,
    )
}
const drawnBy =
  (side: 'mine' | 'theirs'): Change =>
  (label, categoryOf) => {
    const { width, height, ids, categories } = label
    const [x0, y0] = side === 'mine' ? [0.3, 0.66] : [0.36, 0.7]
    const id = side === 'mine' ? 901 : 902
    categories.set(id, categoryOf(side === 'mine' ? 'Lane line' : 'Curbstone'))
    for (let y = Math.round(y0 * height); y < (y0 + 0.16) * height; y++)
      ids.fill(id, y * width + Math.round(x0 * width), y * width + Math.round((x0 + 0.2) * width))
  }

/** Three versions on two branches, a comparison, and a conflict that waits. */
export async function makeVersions(page: Page): Promise<void> {
  const commit = (message: string) => callHost(page, 'versions.commit', { message })
  const [one, two, three, four] = ['street-1', 'street-2', 'street-3', 'street-4'] as const
  for (const scene of [one, two, four]) await saveScene(page, scene, early)
  await commit('First pass over three streets')
  const { version } = await commit('')
  for (const scene of [one, two, three, four]) await saveScene(page, scene)
  const second = (await commit('Second pass: edges, the far car, and a fourth street')).version ?? version!
  await callHost(page, 'aliases.set', { name: 'golden', version: second.id })
  await callHost(page, 'branches.create', { name: 'shadows' })
  await callHost(page, 'branches.switch', { name: 'shadows' })
  await saveScene(page, three, drawnBy('theirs'))
  await commit('Shadows on the road')
  await callHost(page, 'branches.switch', { name: 'main' })
  await saveScene(page, three, drawnBy('mine'))
  await commit('Marks on the road')
}

/** History, comparison and conflict of the sample scenes. */
export async function takeVersionPictures(
  page: Page,
  shoot: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  await makeVersions(page)
  await page.keyboard.press('Alt+2')
  const versions = page.getByRole('grid', { name: 'Versions' })
  await versions.getByRole('row').filter({ hasText: 'Marks on the road' }).waitFor()
  await versions.getByRole('row').filter({ hasText: 'Second pass' }).click()
  await page.getByRole('heading', { name: 'v2' }).waitFor()
  await page.getByRole('columnheader', { name: 'Pixels' }).waitFor()
  await page.getByRole('progressbar').waitFor({ state: 'detached' })
  await shoot(page, 'versions')
  await page.keyboard.press('c')
  const grid = page.getByRole('grid', { name: 'Changed images' })
  await grid.getByRole('gridcell').nth(2).waitFor()
  await page.waitForFunction(() => document.querySelectorAll('[role=gridcell] b[data-kind]').length > 6)
  await page.waitForFunction(
    () => document.images.length > 7 && [...document.images].every(({ complete }) => complete),
  )
  await shoot(page, 'compare-images')
  await page
    .getByRole('button', { name: /Building → Nature object|Nature object → Building/ })
    .first()
    .click()
  await page.keyboard.press('h')
  await page.waitForTimeout(600)
  await shoot(page, 'compare-matrix')
  await page.keyboard.press('h')
  await grid.getByRole('gridcell', { name: 'street-1.jpg' }).click()
  await page.getByRole('region', { name: 'Objects' }).getByRole('button').first().waitFor()
  await page.waitForTimeout(600)
  await shoot(page, 'compare')
  await page.keyboard.press('5')
  await page.mouse.move(900, 445)
  await page.waitForTimeout(600)
  await shoot(page, 'compare-side')
  await page.keyboard.press('1')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await callHost(page, 'versions.merge', { version: 'shadows' })
  await page.getByRole('button', { name: 'Answer conflicts' }).click()
  await page.getByText('px: mine').first().waitFor()
  await page.keyboard.press('2')
  await page.waitForTimeout(900)
  await shoot(page, 'conflicts')
}
