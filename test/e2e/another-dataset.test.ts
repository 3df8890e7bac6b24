import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importPath } from '../../shared/host/data-plane.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { pngOf } from '../support/laptops.ts'
import {
  clippedTexts,
  faintEdges,
  faintTexts,
  namelessControls,
  smallTargets,
  unspokenLabels,
} from './audit.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { callHost } from './page.ts'
import { saveBlocks } from './saved-label.ts'

const apiKey = 'e2e0123456789e2e0123456789e2e0123456789e'
/** Two people who began on their own, and took the same project. */
const ada = startTessera({ name: 'ada', arguments: ['--sample'] })
const bob = startTessera({ name: 'bob', arguments: ['--sample'] })
const data = mkdtempSync(join(tmpdir(), 'tessera-wandb-'))
/** Pictures of each state for whoever wants to look, when a folder for them is named. */
const pictures = process.env.TESSERA_LOOK
let wandb: WandbDouble
beforeAll(async () => {
  wandb = await startWandbDouble({ data, apiKey, entity: 'me' })
})
afterAll(async () => {
  await wandb?.close()
  rmSync(data, { recursive: true, force: true })
})

const checks = { axeViolations, namelessControls, smallTargets, faintTexts, faintEdges, unspokenLabels }
/** Passes axe and the other checks in both themes and sizes. */
async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!
  for (const [colorScheme, width, height] of [
    ['dark', 1440, 900],
    ['light', 900, 600],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          ({ playState, effect }) =>
            playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
        ),
    )
    if (pictures) {
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`) })
    }
    for (const [check, run] of Object.entries(checks))
      expect(await run(page), `${name}, ${width}: ${check}`).toEqual([])
    if (width > 1000) expect(await clippedTexts(page), name).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(before)
}
const connect = async (page: Page) => {
  const wandbSettings = { baseUrl: wandb.url, autoPush: false, entity: 'me', project: 'street' }
  await callHost(page, 'settings.set', { wandb: wandbSettings })
  await callHost(page, 'secrets.setWandbKey', { key: apiKey, keep: 'session' })
}
const commit = (page: Page, message: string) => callHost(page, 'versions.commit', { message })
const rows = (page: Page) => page.getByRole('grid', { name: 'Versions' }).getByRole('row')
const [sky, road] = [1, 2]

it('asks before two datasets of one project become one, and shows what the other one holds before that', async () => {
  const { page: hers } = await ada.open()
  const sent = await hers.request.post(new URL(importPath('hers.png'), hers.url()).href, {
    data: await pngOf(7),
    headers: { [requestHeader]: '1', origin: new URL(hers.url()).origin },
  })
  expect(sent.status()).toBe(200)
  await saveBlocks(hers, 'street-1.jpg', [[1, sky, 100, 100, 200, 150]])
  await commit(hers, 'First streets')
  await saveBlocks(hers, 'hers.png', [[1, road, 1, 1, 3, 2]])
  await commit(hers, 'Second streets')
  await connect(hers)
  await callHost(hers, 'sync.push', {})

  const { page } = await bob.open({ width: 1440, height: 900 })
  await saveBlocks(page, 'street-1.jpg', [[1, road, 400, 400, 100, 150]])
  await commit(page, 'By myself')
  await connect(page)
  await page.keyboard.press('Alt+2')
  const news = page.getByRole('region', { name: 'Pushed by others' })
  await news.getByText('of another dataset').first().waitFor()
  await look(page, 'news')
  await news.getByRole('button', { name: 'Get and merge' }).click()
  await page.getByText(/is of another dataset: it has no version in common with this one/).waitFor()
  await page.getByRole('button', { name: 'Merge anyway' }).waitFor()
  await look(page, 'refused')

  // Her versions are here, beside his own: what differs in them is shown, also of an image that is not here.
  await rows(page).filter({ hasText: 'Second streets' }).click()
  await page.getByRole('grid', { name: 'Versions' }).focus()
  await page.keyboard.press('c')
  const grid = page.getByRole('grid', { name: 'Changed images' })
  await grid.getByRole('gridcell', { name: /hers\.png/ }).waitFor()
  await expect
    .poll(() =>
      grid
        .locator('img')
        .evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0)),
    )
    .toBe(true)
  await look(page, 'changed images')
  await grid.focus()
  await page.keyboard.press('Enter')
  await page.getByText('This image is not in the library.').waitFor()
  await page
    .getByRole('region', { name: 'Objects' })
    .getByText(/added, 6 px/)
    .waitFor()
  await look(page, 'image that is not here')
  await page.keyboard.press('Escape')
  await grid.waitFor()
  await page.keyboard.press('Escape')

  await rows(page).filter({ hasText: 'Second streets' }).click()
  await page.getByRole('grid', { name: 'Versions' }).focus()
  await page.keyboard.press('g')
  const dialog = page.getByRole('dialog', { name: /^Merge v\d+ into main/ })
  await dialog.getByText('This is another dataset.').waitFor()
  await dialog.getByText('1 image will come').waitFor()
  await dialog.getByText('1 label of yours will change, of which both sides changed 1').waitFor()
  await look(page, 'merge')
  await dialog.getByRole('button', { name: 'Merge anyway' }).click()
  await rows(page).filter({ hasText: 'merge' }).first().waitFor()
  const isMerged = async () =>
    (await callHost(page, 'versions.list', {})).some(({ parents }) => parents.length === 2)
  await expect.poll(isMerged).toBe(true)
  await news.waitFor({ state: 'detached' })
  await page.getByText(/is of another dataset/).waitFor({ state: 'detached' })

  await callHost(page, 'sync.push', {})
  await rows(page)
    .nth(1)
    .getByText(/^Sent as v\d/)
    .waitFor()
  expect(await rows(page).nth(1).getByRole('img').getAttribute('aria-label')).toMatch(
    /^\d of \d images with labels$/,
  )
  await look(page, 'history')
})
