import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, journalPath, saveLabelPath } from '../../shared/host/data-plane.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { encodeIds, encodePatch } from '../../shared/label/id-runs.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost, sampleNamed, savedIds } from './page.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
const labeledAt = (ids: Uint32Array | null, y: number) => ids !== null && ids[y * size.width + 450] !== 0
const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'saved states' })

async function paint(labeler: Labeler, y: number): Promise<void> {
  await labeler.page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y },
    { x: 600, y },
  ])
}

/** Two windows label the same image at the same time: what the second saves last does not know what the first saved. */
async function labelTwice(name: string): Promise<{ first: Labeler; second: Labeler }> {
  const { page: one } = await tessera.open()
  const { page: two } = await tessera.open()
  const first = await Labeler.open(one, name, size)
  const second = await Labeler.open(two, name, size)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const asked = new Promise<void>((resolve) => {
    void two.route('**/data/samples/*/label', async (route) => {
      resolve()
      await held
      await route.continue()
    })
  })
  await paint(second, 500)
  await asked
  await paint(first, 300)
  await first.saved()
  release()
  await second.saved()
  await notice(two).waitFor()
  return { first, second }
}

it('keeps both states of a label that two windows changed at once, and shows the chosen one', async () => {
  const { first, second } = await labelTwice('street-1.jpg')
  const { page } = second
  let ids = await savedIds(page, 'street-1.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([true, false])
  expect(await sampleNamed(page, 'street-1.jpg')).toMatchObject({ hasSiblings: true })

  await notice(page).getByRole('button', { name: 'Keep the one shown' }).click()
  await notice(page).waitFor({ state: 'detached' })
  ids = await savedIds(page, 'street-1.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([false, true])
  expect(await sampleNamed(page, 'street-1.jpg')).toMatchObject({ hasSiblings: false })
  // The other window shows what was chosen.
  await expect.poll(() => first.objects()).toEqual(await second.objects())
  await notice(first.page).waitFor({ state: 'detached' })
})

it('asks again when such an image is opened later, and can go back to the other state', async () => {
  const { second } = await labelTwice('street-2.jpg')
  await second.page.getByRole('button', { name: 'Dataset', exact: true }).click()
  const { page } = await tessera.open()
  await page
    .getByRole('gridcell', { name: 'street-2.jpg' })
    .getByLabel('More than one saved state')
    .first()
    .waitFor()
  await Labeler.open(page, 'street-2.jpg', size)
  await notice(page).getByRole('button', { name: 'Use the other one' }).click()
  await notice(page).waitFor({ state: 'detached' })
  const ids = await savedIds(page, 'street-2.jpg')
  expect([labeledAt(ids, 300), labeledAt(ids, 500)]).toEqual([false, true])
})

/** Sends bytes over the data plane and answers the status. */
function send(page: Page, method: 'PUT' | 'POST', path: string, data: readonly number[]): Promise<number> {
  return page.evaluate(
    async ({ method, path, data, header }) => {
      const body = Uint8Array.from(data)
      return (await fetch(path, { method, body, headers: { [header]: '1' } })).status
    },
    { method, path, data, header: requestHeader },
  )
}

/** Saves a label with one band of object 1 in rows `y` to `y + 20`, made from the empty label, as "label set" does. */
async function setLabel(page: Page, name: string, y: number): Promise<void> {
  const sample = await sampleNamed(page, name)
  const { width, height } = sample
  const ids = new Uint32Array(width * height).fill(1, y * width, (y + 20) * width)
  const header = { ...content, base: null, tool: 'cli', journal: null }
  const data = [...frame({ ...header, objects: [object] }, encodeIds(ids))]
  expect(await send(page, 'PUT', saveLabelPath(sample.id as SampleId), data)).toBe(200)
}

/** An edit that a window recorded and never saved, on the empty label. */
async function leaveEdit(page: Page, name: string, y: number): Promise<void> {
  const sample = await sampleNamed(page, name)
  const after = new Uint32Array(size.width).fill(1)
  const record = { session: randomUUID(), seq: 1, base: null, ...size, title: 'Brush', set: [object] }
  const patch = encodePatch({ runs: Uint32Array.of(y * size.width, size.width), before: after, after })
  const data = [...frame({ ...record, ...content, removed: [] }, patch)]
  expect(await send(page, 'POST', journalPath(sample.id as SampleId), data)).toBe(200)
}

const object = { id: 1, categoryId: 1, attributes: {} }
const content = { status: 'in progress', nextObjectId: 2 }
const rows = async (page: Page, name: string) => {
  const ids = await savedIds(page, name)
  return [200, 400, 600].map((y) => labeledAt(ids, y))
}

it('asks about every state, whatever made it, until one is chosen, and takes the choice back', async () => {
  const name = 'street-3.jpg'
  const { page } = await tessera.open()
  await callHost(page, 'categories.create', { name: 'thing' }).catch(() => {})
  await setLabel(page, name, 190)
  await setLabel(page, name, 390)
  await leaveEdit(page, name, 600)
  const labeler = await Labeler.open(page, name, size)
  await notice(page).getByText('This image has 3 saved states').waitFor()
  await notice(page).getByText('recovered after a crash').waitFor()
  await notice(page).getByText('from the command line').waitFor()

  // It asks again after a reload, and after leaving and coming back.
  await page.reload()
  await Labeler.shown(page, size)
  await notice(page).getByText('This image has 3 saved states').waitFor()
  await page.keyboard.press('Alt+1')
  await Labeler.open(page, name, size)
  expect(await rows(page, name)).toEqual([true, false, false])

  // By keys alone: the newest of the others, which is the one from the journal.
  const state2 = notice(page).getByRole('button', { name: 'Use state 2' })
  await state2.focus()
  await page.keyboard.press('Enter')
  await notice(page).waitFor({ state: 'detached' })
  await expect.poll(() => rows(page, name)).toEqual([false, false, true])
  await expect.poll(() => labeler.objects()).toMatchObject([{ pixels: size.width }])

  await page.getByRole('button', { name: 'Undo the choice' }).click()
  await page.getByText('Back to the state before.').waitFor()
  await expect.poll(() => rows(page, name)).toEqual([true, false, false])
  await expect.poll(() => labeler.objects()).toMatchObject([{ pixels: 20 * size.width }])
  expect(await sampleNamed(page, name)).toMatchObject({ hasSiblings: false })
})

it('notices a state that is saved beside the label on the canvas', async () => {
  const name = 'street-4.jpg'
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, name, { width: 1920, height: 1208 })
  await paint(labeler, 300)
  await labeler.saved()
  const drawn = await savedIds(page, name)
  await setLabel(page, name, 390)
  await notice(page).getByText('This image has 2 saved states').waitFor()
  await notice(page).getByRole('button', { name: 'Keep the one shown' }).click()
  await notice(page).waitFor({ state: 'detached' })
  await page.getByText('Going on with the state that was shown.').waitFor()
  await expect.poll(() => labeler.objects()).toHaveLength(1)
  expect(await savedIds(page, name)).toEqual(drawn)
})
