import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maskFromIds } from '../../shared/label/masks.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { plantArtifact } from '../support/plant-artifact.ts'
import { startTessera } from './fixture.ts'
import { look } from './look.ts'
import { callHost } from './page.ts'
import { saveBlocks } from './saved-label.ts'

const apiKey = 'e2e0123456789e2e0123456789e2e0123456789e'
/** Two people with a library each, one project between them. */
const ada = startTessera({ name: 'ada', arguments: ['--sample'] })
const bob = startTessera({ name: 'bob' })
const data = mkdtempSync(join(tmpdir(), 'tessera-wandb-'))
let wandb: WandbDouble
beforeAll(async () => {
  wandb = await startWandbDouble({ data, apiKey, entity: 'me' })
})
afterAll(async () => {
  await wandb?.close()
  rmSync(data, { recursive: true, force: true })
})

const connect = async (page: Page, place: object) => {
  await callHost(page, 'settings.set', { wandb: { baseUrl: wandb.url, autoPush: false, ...place } })
  await callHost(page, 'secrets.setWandbKey', { key: apiKey, keep: 'session' })
}
const photo = (shade: number) =>
  sharp({
    create: {
      width: 96,
      height: 64,
      channels: 3,
      background: { r: shade * 7, g: 60, b: 90 },
      noise: { type: 'gaussian', mean: 90 + shade, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer()
const list = (page: Page, name: string) => page.getByRole('grid', { name, exact: true })
const details = (page: Page) => page.getByRole('region', { name: 'Details' })
const active = (page: Page) =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.textContent) || ''
  })
const [sky, road] = [1, 2]
const pushes = (page: Page) => callHost(page, 'sync.push', {})

it('says what it needs, then browses from the entity to a version by keys, and makes an empty library the dataset', async () => {
  const { page: hers } = await ada.open()
  await saveBlocks(hers, 'street-1.jpg', [[1, sky, 100, 100, 200, 150]])
  await callHost(hers, 'versions.commit', { message: 'First streets' })
  await connect(hers, { entity: 'me', project: 'street' })
  await saveBlocks(hers, 'street-2.jpg', [[1, road, 100, 400, 300, 150]])
  await callHost(hers, 'versions.commit', { message: 'Second pass' })
  await pushes(hers)
  for (let i = 0; i < 120; i++)
    plantArtifact(
      wandb,
      { 'model.bin': { bytes: `weights ${i}` } },
      { collection: `model-${String(i).padStart(3, '0')}`, type: 'model' },
    )

  const { page } = await bob.open()
  await page.keyboard.press('Alt+5')
  await page.getByRole('heading', { name: 'Get data from Weights & Biases' }).waitFor()
  await look(page, 'pull-unset')
  await connect(page, { entity: '', project: '' })
  const entities = list(page, 'Entities')
  await entities.waitFor()
  await expect.poll(() => active(page)).toMatch(/^me/)
  await page.keyboard.press('Enter')
  await list(page, 'Projects').waitFor()
  await expect.poll(() => active(page)).toMatch(/^street/)
  await page.keyboard.press('ArrowRight')
  await list(page, 'Types').getByRole('row').filter({ hasText: 'model' }).click()
  await look(page, 'pull-types')
  await page.keyboard.press('Enter')

  // Paged, and searched through to the end.
  const models = list(page, 'Collections')
  await models.waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('117')
  await models.getByRole('row').filter({ hasText: 'model-117' }).waitFor()
  await page.getByText('1 of 120 collections', { exact: true }).waitFor()
  await look(page, 'pull-collections')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await details(page).getByText('There is nothing in it that can be used here').waitFor()
  expect(await details(page).getByRole('button', { name: 'Get it' }).isDisabled()).toBe(true)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => active(page)).toMatch(/model-117/)

  // By its name, as W&B writes it.
  await page.keyboard.press('/')
  await page.keyboard.type('me/street/labeled_data:latest')
  await page.keyboard.press('Enter')
  await details(page).getByRole('heading', { name: 'labeled_data:v1' }).waitFor()
  await details(page)
    .getByText(/^Downloads \d+ files \(.*\) and makes this library the dataset at that version/)
    .waitFor()
  await details(page).getByText('linked with me/street').waitFor()
  await look(page, 'pull-look')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText('This library holds the dataset now, at v2.').waitFor()
  await list(page, 'Versions').getByText('Here as v2').waitFor()
  await look(page, 'pull-done')
  await page
    .getByRole('region', { name: /This library holds/ })
    .getByRole('button', { name: 'Open in History' })
    .click()
  await page
    .getByRole('grid', { name: 'Versions' })
    .getByRole('row')
    .filter({ hasText: 'Second pass' })
    .waitFor()
  await page.getByRole('region', { name: 'Details' }).getByRole('heading', { name: 'v2' }).waitFor()
  const { samples } = await callHost(page, 'samples.list', {})
  expect(samples.map(({ name }) => name)).toContain('street-2.jpg')
})

it('gets images of another program; stopped on the way it goes on where it was', async () => {
  const files: Record<string, { bytes: Uint8Array }> = {}
  for (let i = 0; i < 30; i++)
    files[`night/images/${String(i).padStart(2, '0')}.jpg`] = { bytes: await photo(i) }
  files['night/masks/00.png'] = {
    bytes: encode({
      width: 96,
      height: 64,
      data: maskFromIds(Uint32Array.from({ length: 96 * 64 }, (_, i) => (i % 96 < 40 ? 1 : 0))),
    }),
  }
  plantArtifact(wandb, files, { collection: 'night-photos' })

  const { page } = await bob.open()
  await page.keyboard.press('Alt+3')
  await page.getByRole('button', { name: 'Get data' }).click()
  await list(page, 'Types').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('night-photos:v0')
  await page.keyboard.press('Enter')
  await details(page)
    .getByText(/^Downloads 31 files \(.*\) and adds up to 30 images and 1 label to the dataset/)
    .waitFor()
  await look(page, 'pull-foreign')

  wandb.fail({ on: 'get', after: 10, times: 1000, action: { kind: 'slow', ms: 4000 } })
  await details(page).getByRole('button', { name: 'Get it' }).click()
  const running = page.getByRole('region', { name: 'Getting me/street/night-photos:v0' })
  await running.getByText(/^\d+ of 31 files · [\d.]+ k?B of [\d.]+ [kM]B$/).waitFor()
  await look(page, 'pull-running')
  await running.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped: me/street/night-photos:v0.').waitFor()
  await look(page, 'pull-stopped')
  // It is known to whoever comes later, too.
  await page.reload()
  await page.getByText('Stopped: me/street/night-photos:v0.').waitFor()
  wandb.mend()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('30 images and 1 label added. No version was made of it yet.').waitFor()
  // Some had come before it was stopped.
  const downloaded = await page.getByText(/^(\d+) files?, .* downloaded\.$/).textContent()
  expect(Number.parseInt(downloaded!, 10)).toBeLessThan(31)
  await page.getByRole('button', { name: 'Go to the dataset' }).click()
  await page.getByRole('gridcell').first().waitFor()
  expect((await callHost(page, 'samples.list', {})).samples.some(({ name }) => name.endsWith('29.jpg'))).toBe(
    true,
  )
  await callHost(page, 'versions.commit', { message: 'With night photos' })
})

it('says in words what went wrong, with what can be done about it', async () => {
  const { page } = await bob.open()
  await page.keyboard.press('Alt+5')
  await list(page, 'Types').waitFor()
  wandb.fail({ on: 'project', times: 1000, action: { kind: 'status', status: 401 } })
  await page.keyboard.press('u')
  const alert = page.getByRole('alert').filter({ hasText: 'AUTH_REVOKED' }).first()
  await alert.getByRole('button', { name: 'Enter a key' }).waitFor()
  await look(page, 'pull-refused')
  wandb.mend()
  await alert.getByRole('button', { name: 'Try again' }).click()
  await list(page, 'Types').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('nowhere:v1')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'NOT_FOUND' }).waitFor()
})

it('tells that others pushed, and why "latest" stayed, and merges up to the conflict', async () => {
  const { page: hers } = await ada.open()
  await saveBlocks(hers, 'street-1.jpg', [
    [1, sky, 100, 100, 200, 150],
    [2, road, 500, 100, 200, 200],
  ])
  await saveBlocks(hers, 'street-3.jpg', [[1, road, 100, 400, 300, 150]])
  await callHost(hers, 'versions.commit', { message: 'Ada looked again' })
  await pushes(hers)

  const { page } = await bob.open()
  await page.keyboard.press('Alt+2')
  const ahead = page.getByRole('region', { name: 'Pushed by others' })
  await ahead.getByText('1 version that is not here').waitFor()
  await ahead.getByText('Ada looked again').waitFor()
  await look(page, 'ahead-history')
  await page.keyboard.press('Alt+3')
  await ahead.waitFor()
  await look(page, 'ahead-sync')
  await saveBlocks(page, 'street-1.jpg', [
    [1, sky, 100, 100, 200, 150],
    [2, sky, 550, 120, 200, 200],
  ])
  await callHost(page, 'versions.commit', { message: 'Bob looked again' })
  await page.getByRole('button', { name: 'Push now' }).click()
  await ahead.getByText(/“latest” stays on theirs until you merge/).waitFor()
  await look(page, 'ahead-behind')
  await page.keyboard.press('Alt+1')
  const notice = page.getByRole('alert').filter({ hasText: 'REMOTE_AHEAD' })
  await notice.getByRole('button', { name: 'Get and merge' }).waitFor()
  await look(page, 'ahead-dataset')

  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('get and merge')
  await page
    .getByRole('option', { name: /^Get and merge/ })
    .first()
    .click()
  await notice.waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+3')
  await page.getByRole('region', { name: /^Merged: the branch stands at v\d+\.$/ }).waitFor()
  expect(await ahead.count()).toBe(0)
  await look(page, 'merged')
  await page.getByRole('button', { name: 'Decide conflicts' }).click()
  await page.getByRole('heading', { name: 'Conflicts', exact: true }).waitFor({ state: 'attached' })
  expect(page.url()).toContain('#/conflicts')
  expect(await callHost(page, 'conflicts.list', {})).toHaveLength(1)
  const newest = async () => {
    await pushes(page)
    const all = wandb.store.versions('me', 'street', 'labeled_data')
    return all.find(({ aliases }) => aliases.includes('latest'))?.description
  }
  await expect.poll(newest, { timeout: 30_000 }).not.toMatch(/looked again/)
})
