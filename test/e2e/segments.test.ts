import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SegmentsDouble, startSegmentsDouble } from '../servers/segments/server.ts'
import type { LabelStatus } from '../servers/segments/state.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { maskPng } from '../support/segments-client.ts'
import { isLostLine, startTessera } from './fixture.ts'
import { look } from './look.ts'
import { callHost, sampleNamed, savedIds } from './page.ts'
import { saveBlocks } from './saved-label.ts'

const apiKey = 'segments-e2e-0123456789'
const wandbKey = 'e2e0123456789e2e0123456789e2e0123456789e'
const dataset = 'me/streets'
const tessera = startTessera({ name: 'streets', arguments: ['--sample'] })
const data = mkdtempSync(join(tmpdir(), 'tessera-segments-'))
const size = { width: 1280, height: 806 }
/** As the sample scenes number them. */
const [sky, road, building, car] = [1, 2, 6, 8]
let double: SegmentsDouble
let wandb: WandbDouble
let isThere = true
async function stopDouble(): Promise<void> {
  if (isThere) await double?.close()
  isThere = false
}
beforeAll(async () => {
  double = await startSegmentsDouble({ dir: join(data, 'segments'), apiKey, releaseMs: 100 })
  wandb = await startWandbDouble({ data: join(data, 'wandb'), apiKey: wandbKey, entity: 'me' })
})
afterAll(async () => {
  await Promise.all([stopDouble(), wandb?.close()])
  rmSync(data, { recursive: true, force: true })
})

type Box = readonly [id: number, category: number, x: number, y: number, width: number, height: number]
/** A colleague labels an image in the web app. */
function labelThere(sample: string, boxes: readonly Box[], status: LabelStatus = 'LABELED'): void {
  const idAt = (px: number, py: number) =>
    boxes.findLast(([, , x, y, w, h]) => px >= x && px < x + w && py >= y && py < y + h)?.[0] ?? 0
  const url = double.admin.putFile('label.png', maskPng(size.width, size.height, idAt))
  const annotations = boxes.map(([id, category_id]) => ({ id, track_id: id, category_id }))
  double.admin.editLabel(dataset, sample, {
    label_status: status,
    attributes: { format_version: '0.1', annotations, segmentation_bitmap: { url } },
  })
}
const photo = (shade: number) =>
  sharp({ create: { width: 320, height: 200, channels: 3, background: { r: shade, g: 60, b: 90 } } })
    .png()
    .toBuffer()
const done = (page: Page) => page.getByRole('region', { name: 'Done.' })
const list = (page: Page) => page.getByRole('grid', { name: 'Images that differ' })
const kinds = (page: Page) => page.getByRole('toolbar', { name: 'What differs' })
/** Numbers as the screen shows them: `2 To send · 1 To get`. */
const counts = async (page: Page) => (await kinds(page).getByRole('button').allTextContents()).join(' · ')
const looked = (page: Page) => page.getByRole('status').filter({ hasText: /^Looked / })
const active = (page: Page) =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.textContent) || ''
  })
async function openScreen(page: Page): Promise<void> {
  await page.keyboard.press('Alt+6')
  await page.getByRole('heading', { level: 2 }).first().waitFor()
}
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true })

it('leads from nothing over a key to a dataset of the library, and publishes it', async () => {
  const { page } = await tessera.open()
  await page.getByRole('gridcell').first().waitFor()
  await saveBlocks(page, 'street-1.jpg', [
    [1, sky, 100, 100, 200, 150],
    [2, road, 500, 500, 300, 150],
  ])
  await saveBlocks(page, 'street-2.jpg', [[1, road, 100, 400, 300, 150]], 'labeled')
  await page.keyboard.press('Alt+3')
  await button(page, 'Set up Segments.ai').click()
  await page.getByRole('heading', { name: 'Label together on Segments.ai' }).waitFor()
  await look(page, 'segments-unset')
  await button(page, 'Enter a key').click()
  const settings = page.getByRole('dialog', { name: 'Settings', exact: true })
  await settings.getByRole('textbox', { name: 'Server' }).fill(double.url)
  await settings.getByLabel('API key').fill(apiKey)
  await settings.getByRole('radio', { name: 'Until Tessera closes' }).click()
  await button(settings, 'Save').click()
  await settings.waitFor({ state: 'hidden' })

  const form = page.getByRole('form', { name: 'New dataset' })
  await form.waitFor()
  await look(page, 'segments-new')
  const name = form.getByRole('textbox', { name: 'Name' })
  expect(await name.inputValue()).toBe('streets')
  await name.fill('no such name')
  await form.getByText('A name has only letters').waitFor()
  await form.getByRole('combobox', { name: 'Filed under' }).click()
  await page.getByRole('option', { name: 'Street scenery' }).click()
  await name.fill('streets')
  await page.keyboard.press('Enter')
  await page.getByText('Not there yet').waitFor()
  await looked(page).waitFor()
  expect(await counts(page)).toMatch(/^4 All · 4 To send · 0 To get · 0 Changed on both sides$/)
  await page.getByText(/^Makes me\/streets and sends 4 images with their labels\./).waitFor()
  await look(page, 'segments-before')
  expect(double.count('create_dataset')).toBe(0)

  await page.keyboard.press('p')
  await done(page)
    .getByText(/^The dataset me\/streets is made\. Sent: 4 images, 2 labels/)
    .waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Both sides are the same' }).waitFor()
  await look(page, 'segments-published')
  expect(double.admin.samples(dataset)).toHaveLength(4)
  expect(double.admin.dataset(dataset)).toMatchObject({
    task_type: 'segmentation-bitmap',
    settings: { public: false, category: 'street_scenery' },
  })
  expect(double.admin.label(dataset, 'street-2.jpg')?.label_status).toBe('LABELED')
})

it('brings both sides together when somebody else labels there, up to the answer of a conflict, and leaves nothing to do', async () => {
  const { page } = await tessera.open()
  labelThere('street-1.jpg', [
    [1, sky, 100, 100, 200, 150],
    [2, road, 500, 500, 300, 150],
    [3, car, 900, 300, 100, 100],
  ])
  labelThere('street-3.jpg', [[1, road, 0, 500, 600, 200]])
  const url = double.admin.putFile('night.png', new Uint8Array(await photo(20)))
  double.admin.addSample(dataset, { name: 'night.png', url })
  await saveBlocks(page, 'street-1.jpg', [
    [1, sky, 100, 100, 200, 150],
    [2, road, 500, 500, 300, 150],
    [3, building, 920, 280, 120, 100],
  ])
  await saveBlocks(page, 'street-4.jpg', [[1, sky, 0, 0, 400, 100]])
  await openScreen(page)
  await looked(page).waitFor()
  expect(await counts(page)).toBe('4 All · 1 To send · 1 To get · 1 Changed on both sides · 1 New there')
  await look(page, 'segments-differs')

  await list(page).focus()
  await page.keyboard.press('Home')
  expect(await active(page)).toMatch(/^night\.pngonly there/)
  await page.keyboard.press('End')
  expect(await active(page)).toMatch(/^street-4\.jpglabel changed here/)
  await kinds(page).getByRole('button', { name: 'Changed on both sides' }).click()
  expect(await list(page).getByRole('row').allTextContents()).toEqual([
    'street-1.jpglabel changed on both sides · labeled there',
  ])
  await kinds(page).getByRole('button', { name: 'All' }).click()
  await page.keyboard.press('/')
  await page.keyboard.type('night')
  await expect.poll(() => list(page).getByRole('row').count()).toBe(1)
  await page.keyboard.press('Escape')
  await expect.poll(() => list(page).getByRole('row').count()).toBe(4)

  await list(page).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await done(page).getByText('1 label waits for you').waitFor({ timeout: 60_000 })
  await looked(page).waitFor()
  await look(page, 'segments-conflict')
  expect((await sampleNamed(page, 'night.png')).width).toBe(320)
  expect((await savedIds(page, 'street-3.jpg'))![600 * size.width + 10]).toBe(1)
  expect(double.admin.label(dataset, 'street-4.jpg')?.label_status).not.toBe('UNLABELED')

  await button(done(page), 'Decide conflicts').click()
  await page.getByText('1 image left').waitFor()
  await page.getByRole('button', { name: 'All theirs', exact: true }).waitFor()
  const questions = page.getByRole('complementary').getByRole('listitem')
  await questions.first().waitFor()
  for (let i = 0; i < (await questions.count()); i++) {
    await page.keyboard.press(i === 0 ? '1' : '2')
    await page.keyboard.press('.')
  }
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByRole('heading', { name: 'Nothing is in conflict' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: dataset }).waitFor()
  await expect.poll(() => counts(page)).toContain('1 To send')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByRole('heading', { name: 'Both sides are the same' }).waitFor({ timeout: 60_000 })
  const { counts: left } = await callHost(page, 'segments.plan', { mode: 'both' })
  expect(left).toEqual({ unchanged: 5 })
  await page.keyboard.press('ControlOrMeta+Enter')
  await done(page).getByText('Nothing was sent or fetched.').waitFor()
})

it('asks before a reviewed label is written over, and leaves it when told to', async () => {
  const { page } = await tessera.open()
  double.admin.editLabel(dataset, 'street-2.jpg', { label_status: 'REVIEWED' })
  await callHost(page, 'segments.run', { mode: 'pull' })
  expect(await sampleNamed(page, 'street-2.jpg')).toMatchObject({ status: 'reviewed' })
  await saveBlocks(page, 'street-2.jpg', [[1, road, 120, 420, 300, 150]], 'reviewed')
  await openScreen(page)
  await looked(page).waitFor()
  await list(page).getByText('asks first').waitFor()
  await page.keyboard.press('p')
  const dialog = page.getByRole('dialog', { name: 'Publish' })
  await dialog.getByText('street-2.jpg').waitFor()
  await look(page, 'segments-ask')
  await button(dialog, 'Publish').click()
  await page.getByText('1 label not sent, because it was reviewed').waitFor({ timeout: 60_000 })
  await looked(page).waitFor()
  await look(page, 'segments-held')
  const before = double.admin.label(dataset, 'street-2.jpg')?.updated_at
  await button(page, 'Write over …').click()
  await dialog.getByRole('radio', { name: 'Write over them' }).click()
  await button(dialog, 'Publish').click()
  await done(page).getByText('Sent: 1 label.').waitFor({ timeout: 60_000 })
  expect(double.admin.label(dataset, 'street-2.jpg')?.updated_at).not.toBe(before)
})

it('makes a release and a version of it, and links again after unlinking', async () => {
  const { page } = await tessera.open()
  await openScreen(page)
  await page.getByText('No release yet.').waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New release' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('first')
  await look(page, 'segments-release')
  await page.keyboard.press('Enter')
  await done(page).getByText('The release is made.').waitFor({ timeout: 60_000 })
  const releases = page.getByRole('region', { name: 'Releases' })
  await releases.getByText('5 images').waitFor()
  await look(page, 'segments-released')
  await page.keyboard.press('l')
  const log = page.getByRole('dialog', { name: 'Log' })
  await log.getByText('The release first is made').waitFor()
  await look(page, 'segments-log')
  await page.keyboard.press('Escape')
  await releases.getByRole('button', { name: 'Make a version: first' }).click()
  await page.getByRole('dialog', { name: 'A version of release first' }).waitFor()
  await page.keyboard.press('Enter')
  await done(page)
    .getByText(/^The release is in v\d+\./)
    .waitFor({ timeout: 60_000 })
  await button(done(page), 'Open in History').click()
  await page.getByText('Release first of me/streets on Segments.ai').first().waitFor()

  await openScreen(page)
  await looked(page).waitFor()
  await button(page, 'Unlink …').click()
  const question = page.getByRole('dialog', { name: 'Unlink from Segments.ai' })
  await question.getByText('The dataset stays on Segments.ai').waitFor()
  await look(page, 'segments-unlink')
  await button(question, 'Unlink').click()
  const datasets = page.getByRole('grid', { name: 'Datasets on Segments.ai' })
  await datasets.getByRole('row', { name: /^me\/streets/ }).waitFor()
  await look(page, 'segments-datasets')
  await button(page, 'New dataset').click()
  await page.getByRole('form').getByRole('textbox', { name: 'Name' }).fill('streets')
  await page.keyboard.press('Enter')
  const taken = page.getByRole('alert').filter({ hasText: 'NAME_TAKEN' })
  await button(taken, 'Link to that one').click()
  await page.getByRole('heading', { name: 'Both sides are the same' }).waitFor()
})

it('publishes a W&B artifact to a dataset of its own', async () => {
  const { page } = await tessera.open()
  await callHost(page, 'settings.set', {
    wandb: { baseUrl: wandb.url, autoPush: false, entity: 'me', project: 'street' },
  })
  await callHost(page, 'secrets.setWandbKey', { key: wandbKey, keep: 'session' })
  await callHost(page, 'sync.push', {})
  await page.keyboard.press('Alt+2')
  const row = page.getByRole('grid', { name: 'Versions' }).getByRole('row', { name: /v1\b/ })
  await row.first().click()
  await expect.poll(() => button(page, 'Publish to Segments.ai …').count(), { timeout: 60_000 }).toBe(1)
  await button(page, 'Publish to Segments.ai …').click()
  const dialog = page.getByRole('dialog', { name: 'From W&B to Segments.ai' })
  await dialog.getByText('Brings me/street/raw_data:v0 here').waitFor()
  await dialog.getByRole('textbox', { name: 'Dataset' }).fill('me/from-wandb')
  await dialog.getByText('This library is linked to me/streets now').waitFor()
  await look(page, 'segments-artifact')
  await page.keyboard.press('Enter')
  await done(page)
    .getByText(/^The dataset me\/from-wandb is made\./)
    .waitFor({ timeout: 60_000 })
  expect(double.admin.dataset('me/from-wandb')?.settings.metadata).toMatchObject({
    wandb_artifact: 'raw_data',
  })
  await callHost(page, 'segments.link', { dataset })
})

it('shows how far a run is, stops it and goes on', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-1.jpg', [[1, sky, 10, 10, 200, 150]])
  await openScreen(page)
  await looked(page).waitFor()
  double.fail({ on: 'get_label', times: 1000, action: { kind: 'slow', ms: 6000 } })
  await page.keyboard.press('p')
  const running = page.getByRole('region', { name: 'Publishing' })
  await running.getByRole('progressbar').waitFor()
  await running.getByText(/of \d+ samples/).waitFor()
  await look(page, 'segments-running')
  await button(running, 'Stop').click()
  await page.getByRole('region', { name: 'Stopped: Publishing.' }).waitFor()
  double.mend()
  await look(page, 'segments-stopped')
  await button(page, 'Go on').click()
  await done(page).waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Both sides are the same' }).waitFor()
})

it('says of each failure what it is, sample by sample, and what can be done', async () => {
  const { page } = await tessera.open()
  await saveBlocks(page, 'street-1.jpg', [[1, sky, 30, 30, 200, 150]])
  await openScreen(page)
  await looked(page).waitFor()
  double.fail({
    on: 'put_label',
    times: 1000,
    action: {
      kind: 'status',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"detail":"The label is not valid."}',
    },
  })
  await page.keyboard.press('p')
  await page.getByText('1 image could not be done').waitFor({ timeout: 60_000 })
  await look(page, 'segments-failures')
  double.mend()

  double.revoke()
  await page.keyboard.press('u')
  const revoked = page.getByRole('alert').filter({ hasText: 'AUTH_REVOKED' })
  await button(revoked, 'Enter a key').waitFor()
  await look(page, 'segments-revoked')
  double.mend()
  await button(revoked, 'Try again').click()
  await revoked.waitFor({ state: 'detached' })
  await page.getByRole('status').filter({ hasText: 'Looking at both sides …' }).waitFor({ state: 'detached' })

  double.fail({
    on: 'api',
    times: 1000,
    action: { kind: 'status', status: 429, headers: { 'retry-after': '90' } },
  })
  await page.keyboard.press('u')
  await page.getByRole('alert').filter({ hasText: 'REMOTE_LIMIT' }).waitFor({ timeout: 60_000 })
  await look(page, 'segments-throttled')
  double.mend()
})

it('stays calm without the server: says what is kept, and that labeling goes on', async () => {
  const opened = await tessera.open()
  const { page } = opened
  await stopDouble()
  // With another key nothing counts that the service said of this one, such as how long to wait.
  await callHost(page, 'secrets.setSegmentsKey', { key: 'another-key-0123456789', keep: 'session' })
  await openScreen(page)
  const offline = page.getByRole('region', { name: 'Segments.ai cannot be reached now' })
  await offline.getByText('Go on labeling').waitFor({ timeout: 60_000 })
  await look(page, 'segments-offline')
  await saveBlocks(page, 'street-1.jpg', [[1, sky, 40, 40, 200, 150]])
  await page.keyboard.press('Alt+3')
  await page.getByRole('region', { name: 'Segments.ai' }).getByText('images on both sides').waitFor()
  await look(page, 'segments-sync')
  expect(opened.problems.filter((problem) => !isLostLine(problem))).toEqual([])
})
