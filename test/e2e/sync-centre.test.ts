import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { callHost } from './page.ts'

const apiKey = 'e2e0123456789e2e0123456789e2e0123456789e'
const tessera = startTessera({ arguments: ['--sample'] })
const data = mkdtempSync(join(tmpdir(), 'tessera-wandb-'))
/** Pictures of each state for whoever wants to look, when a folder for them is named. */
const pictures = process.env.TESSERA_LOOK
let wandb: WandbDouble
beforeAll(async () => {
  wandb = await startWandbDouble({ data, apiKey, entity: 'vision' })
})
afterAll(async () => {
  await wandb?.close()
  rmSync(data, { recursive: true, force: true })
})

/** Passes axe in both themes and sizes, and is wide enough for what it shows. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const size of [
      { width: 1440, height: 900 },
      { width: 900, height: 600 },
    ]) {
      await page.setViewportSize(size)
      // Colours fade from one theme into the other.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
      const place = `${name}, ${colorScheme}, ${size.width}`
      expect(await axeViolations(page), place).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBeLessThanOrEqual(
        size.width,
      )
      if (pictures) {
        mkdirSync(pictures, { recursive: true })
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${size.width}.png`) })
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1280, height: 806 })
}
const link = (page: Page, more: object = {}) =>
  callHost(page, 'settings.set', {
    wandb: { baseUrl: wandb.url, entity: 'vision', project: 'streets', autoPush: false, ...more },
  })
const row = (page: Page, role: string) => page.getByRole('row').filter({ hasText: role })

it('shows what waits with its size, sets it aside and lets it go by keys, and holds and resumes', async () => {
  const { page } = await tessera.open()
  await callHost(page, 'versions.commit', { message: 'first' })
  await link(page)
  await callHost(page, 'secrets.setWandbKey', { key: apiKey, keep: 'session' })
  await page.keyboard.press('Alt+3')
  const raw = row(page, 'raw_data')
  await raw.getByText('Waiting').waitFor()
  await raw.getByText(/\d+ files · [\d.]+ MB/).waitFor()
  await look(page, 'waiting')

  await page.getByRole('button', { name: 'Pause sending' }).click()
  await raw.getByText('Held', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Held · 1 waiting' }).waitFor()
  await look(page, 'held')
  await page.getByRole('button', { name: 'Resume sending' }).click()
  await raw.getByText('Waiting', { exact: true }).waitFor()

  await raw.getByRole('button', { name: 'Set aside: v1 raw_data' }).focus()
  await page.keyboard.press('Enter')
  await raw.getByText('Set aside', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: /1 set aside/ }).waitFor()
  await callHost(page, 'sync.push', {})
  expect(wandb.store.state.artifacts).toEqual([])

  await raw.getByRole('button', { name: 'Send it: v1 raw_data' }).focus()
  await page.keyboard.press('Enter')
  await raw.getByText('Sent as v0').waitFor()
  const log = page.getByRole('region', { name: 'Log' })
  await log.getByText(/raw_data is on the server as v0/).waitFor()
  await log.getByText(/\d+ files · [\d.]+ MB · [\d.]+ s/).waitFor()
  await look(page, 'sent')
})

it('filters the log, copies it, and shows no key', async () => {
  const { page, context } = await tessera.open()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.keyboard.press('Alt+3')
  const log = page.getByRole('region', { name: 'Log' })
  await log.getByText(/was set aside/).waitFor()
  await log.getByRole('combobox', { name: 'Which lines' }).click()
  await page.getByRole('option', { name: 'Sent' }).click()
  expect(await log.getByText(/was set aside/).count()).toBe(0)
  await log.getByText(/raw_data is on the server/).waitFor()
  await log.getByRole('button', { name: 'Copy' }).click()
  await page.getByText(/lines? copied/).waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^\d{4}-\d\d-\d\dT.*raw_data is on the server as v0/)
  expect(copied).not.toContain(apiKey)
})

it('says what went wrong with a remedy beside it, and leads where it is mended', async () => {
  const { page } = await tessera.open()
  wandb.fail({ on: 'createArtifact', action: { kind: 'status', status: 403 }, times: 1 })
  await callHost(page, 'categories.create', { name: 'Kerb' })
  const sample = (await callHost(page, 'samples.list', {})).samples[0]!
  await callHost(page, 'samples.change', {
    ids: [sample.id],
    change: { kind: 'card', change: { kind: 'tags', add: ['night'], remove: [] } },
  })
  await callHost(page, 'versions.commit', { message: 'second' })
  await page.keyboard.press('Alt+3')
  await page.getByRole('button', { name: 'Push now' }).click()
  const second = row(page, 'v2').first()
  await second.getByText('Needs you').waitFor()
  await second.getByText('REMOTE_FORBIDDEN').waitFor()
  await page.getByRole('button', { name: 'Needs attention · 1' }).waitFor()
  await look(page, 'needs-you')
  await second.getByRole('button', { name: 'Choose another place' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('textbox', { name: 'Project' }).waitFor()
  await page.keyboard.press('Escape')
  await second.getByRole('button', { name: /Retry now/ }).click()
  await row(page, 'labeled_data').getByText('Sent as v0').waitFor()
})

it('shows what is on its way with files and bytes, and being offline as nothing to worry about', async () => {
  const { page } = await tessera.open()
  await page.keyboard.press('Alt+3')
  // The history of the version before may still be on its way, and would take the fault.
  await callHost(page, 'sync.push', {})
  const sample = (await callHost(page, 'samples.list', {})).samples[1]!
  await callHost(page, 'samples.change', {
    ids: [sample.id],
    change: { kind: 'card', change: { kind: 'tags', add: ['rain'], remove: [] } },
  })
  await callHost(page, 'versions.commit', { message: 'third' })
  wandb.fail({ on: 'put', action: { kind: 'slow', ms: 60_000 }, times: 1 })
  await page.getByRole('button', { name: 'Push now' }).click()
  const third = row(page, 'v3').filter({ hasText: 'labeled_data' })
  await third.getByText('Sending', { exact: true }).waitFor()
  await third.getByText(/\d+ of \d+ files · [\d.]+ k?B of [\d.]+ k?B/).waitFor()
  await page.getByRole('button', { name: /^Syncing/ }).waitFor()
  await look(page, 'sending')
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await third.getByText('Waiting', { exact: true }).waitFor()

  wandb.fail({ on: 'clientIDMapping', action: { kind: 'portal' }, times: 99 })
  await page.getByRole('button', { name: 'Push now' }).click()
  await page.getByRole('button', { name: 'Offline · 1 waiting' }).waitFor()
  await third.getByText('NET_INTERFERED').waitFor()
  await page.getByText('Server not reachable').waitFor()
  await look(page, 'offline')
  wandb.mend()
  await page.getByRole('button', { name: 'Push now' }).click()
  await third.getByText('Sent as v1').waitFor()
  await page.getByRole('button', { name: /^Up to date/ }).waitFor()
})

it('says beforehand what another place is owed, and links there after a second yes', async () => {
  const { page } = await tessera.open()
  await page.keyboard.press('Alt+3')
  await page.getByRole('button', { name: 'W&B settings' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await look(page, 'settings-wandb')
  await dialog.getByRole('textbox', { name: 'Project' }).fill('elsewhere')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const said = dialog.getByRole('alert')
  await said.getByText(/owed \d+ artifacts?: \d+ files, [\d.]+ MB/).waitFor()
  await look(page, 'elsewhere')
  expect((await callHost(page, 'settings.get', {})).settings.wandb.project).toBe('streets')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('button', { name: 'Link there' }).click()
  await dialog.waitFor({ state: 'detached' })
  await row(page, 'raw_data').first().getByText('Waiting').waitFor()
  // Back again, nothing is owed: the receipts of the old link are kept.
  await link(page)
  const first = page.getByRole('row').filter({ has: page.getByRole('cell', { name: 'v1', exact: true }) })
  await first.getByText('Sent as v0').waitFor()
})

it('takes proxy and authorities, refuses what cannot be one, and warns of an address without encryption', async () => {
  const { page } = await tessera.open()
  await page.keyboard.press('Alt+3')
  await page.getByRole('button', { name: 'W&B settings' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('textbox', { name: 'Server' }).fill('http://w.example')
  await dialog.getByRole('switch', { name: /without encryption/ }).waitFor()
  await dialog.getByRole('textbox', { name: 'Server' }).fill(wandb.url)
  await dialog.getByRole('tab', { name: 'Network' }).click()
  await dialog.getByRole('textbox', { name: 'Certificate authorities' }).fill('/nothing/here.pem')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/file of certificate authorities cannot be read/).waitFor()
  await look(page, 'settings-network')
  await dialog.getByRole('textbox', { name: 'Certificate authorities' }).fill('')
  await dialog
    .getByRole('textbox', { name: 'Proxy', exact: true })
    .fill('http://anna:hush@proxy.example:3128')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  const { settings, route } = await callHost(page, 'settings.get', {})
  expect(settings.network.proxy).toBe('http://proxy.example:3128')
  // This computer itself is never reached by a proxy.
  expect(route.proxy).toBeNull()
  await callHost(page, 'settings.set', { network: { proxy: '' } })
  expect(await page.content()).not.toContain('hush')
})

it('unlinks after saying what stays, and keeps every version', async () => {
  const { page } = await tessera.open()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('unlink')
  await page.keyboard.press('Enter')
  if (!(await page.getByRole('dialog', { name: 'Unlink from W&B' }).isVisible())) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Alt+3')
    await page.getByRole('button', { name: 'W&B settings' }).click()
    await page.getByRole('button', { name: 'Unlink …' }).click()
  }
  const dialog = page.getByRole('dialog', { name: 'Unlink from W&B' })
  await dialog.getByText('What stays').waitFor()
  await dialog.getByRole('switch', { name: 'Forget the key too' }).waitFor()
  await look(page, 'unlink')
  await dialog.getByRole('button', { name: 'Unlink', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const status = await callHost(page, 'sync.status', {})
  expect(status).toMatchObject({ configured: false, entries: [] })
  expect((await callHost(page, 'settings.get', {})).wandbKey.source).toBe('none')
  expect((await callHost(page, 'versions.list', {})).length).toBeGreaterThan(1)
})
