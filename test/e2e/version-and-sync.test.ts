import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'
import { callHost } from './page.ts'

const size = { width: 1280, height: 806 }
const apiKey = 'e2e0123456789e2e0123456789e2e0123456789e'
const tessera = startTessera({ arguments: ['--sample'] })
const data = mkdtempSync(join(tmpdir(), 'tessera-wandb-'))
let wandb: WandbDouble
beforeAll(async () => {
  wandb = await startWandbDouble({ data, apiKey, entity: 'vision' })
})
afterAll(async () => {
  await wandb?.close()
  rmSync(data, { recursive: true, force: true })
})

it('commits what was labeled as a version, and none when nothing changed', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, 'street-1.jpg', size)
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 600, y: 300 },
  ])
  await labeler.saved()
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('textbox', { name: 'Message' }).fill('First strokes')
  await page.getByRole('button', { name: 'Commit' }).click()
  await page.getByText('Everything is in v1.').waitFor()
  await page.getByRole('row').filter({ hasText: 'First strokes' }).click()
  const details = page.getByRole('region', { name: 'Details' })
  await details.getByText('raw_data').waitFor()
  await details.getByText('labeled_data').waitFor()
  expect(await callHost(page, 'versions.commit', { message: 'again' })).toEqual({ version: null })
})

it('sends versions to the server of the settings, and shows each artifact as sent', async () => {
  const { page } = await tessera.open()
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('button', { name: 'Set up W&B' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('textbox', { name: 'Server' }).fill(wandb.url)
  await dialog.getByRole('textbox', { name: 'Entity' }).fill('vision')
  await dialog.getByRole('textbox', { name: 'Project' }).fill('streets')
  await dialog.getByLabel('API key').fill(apiKey)
  await dialog.getByRole('radio', { name: /Until Tessera closes/ }).click()
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText('Signed in as').waitFor()
  // Testing is not saving: nothing may go to a place that was mistyped.
  const untouched = await callHost(page, 'settings.get', {})
  expect(untouched.settings.wandb).toMatchObject({ entity: '', project: '' })
  expect(untouched.wandbKey.source).toBe('none')
  expect(wandb.store.state.artifacts).toEqual([])
  wandb.fail({ on: 'viewer', action: { kind: 'status', status: 401 } })
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  const refusal = dialog.getByText(/AUTH_/)
  await refusal.waitFor()
  const [box, frame] = [(await refusal.boundingBox())!, (await dialog.boundingBox())!]
  expect(box.y + box.height).toBeLessThan(frame.y + frame.height)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })

  // The connection is known, so what waited goes by itself.
  const rows = page.getByRole('row')
  for (const role of ['raw_data', 'labeled_data'])
    await rows.filter({ hasText: role }).getByText('Sent as v0').waitFor()
  const sent = wandb.store.state.artifacts.filter(
    ({ state, collection }) => state === 'COMMITTED' && collection !== 'history',
  )
  expect(sent.map(({ type }) => type).sort()).toEqual(['dataset', 'labeled_dataset'])
  expect(await page.content()).not.toContain(apiKey)
})

it('says what failed and why, and sends it again when asked', async () => {
  const { page } = await tessera.open()
  const labeler = await Labeler.open(page, 'street-2.jpg', size)
  await page.keyboard.press('b')
  await labeler.drag([
    { x: 300, y: 300 },
    { x: 600, y: 300 },
  ])
  await labeler.saved()
  wandb.fail({ on: 'createArtifact', action: { kind: 'status', status: 403 } })
  await page.keyboard.press('Alt+2')
  await page.getByRole('textbox', { name: 'Message' }).fill('Second strokes')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByRole('row').filter({ hasText: 'Second strokes' }).waitFor()
  await page.keyboard.press('Alt+3')
  const row = page.getByRole('row').filter({ hasText: 'v2' }).filter({ hasText: 'labeled_data' })
  await row.getByText('Needs you').waitFor()
  await page.getByRole('button', { name: /Needs attention · 1/ }).waitFor()
  expect(await row.getByText('REMOTE_FORBIDDEN').count()).toBe(1)

  await row.getByRole('button', { name: 'Retry now' }).click()
  await row.getByText('Sent as v1').waitFor()
})
