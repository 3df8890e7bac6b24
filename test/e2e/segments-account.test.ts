import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SegmentsDouble, startSegmentsDouble } from '../servers/segments/server.ts'
import { axeViolations } from './axe.ts'
import { startTessera } from './fixture.ts'
import { callHost } from './page.ts'

const apiKey = 'segments-e2e-0123456789'
const tessera = startTessera()
const data = mkdtempSync(join(tmpdir(), 'tessera-segments-'))
/** Pictures of each state for whoever wants to look, when a folder for them is named. */
const pictures = process.env.TESSERA_LOOK
let double: SegmentsDouble
beforeAll(async () => {
  double = await startSegmentsDouble({ dir: data, apiKey })
})
afterAll(async () => {
  await double?.close()
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

async function openPage(page: Page): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+,')
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: 'Segments.ai' }).click()
  return dialog
}

it('takes a server and a key, tries them before they are kept, and forgets the key again', async () => {
  const { page, problems } = await tessera.open()
  const dialog = await openPage(page)
  const server = dialog.getByRole('textbox', { name: 'Server' })
  expect(await server.inputValue()).toBe('https://api.segments.ai')
  await look(page, 'segments-empty')

  await server.fill(double.url)
  const key = dialog.getByLabel('API key')
  await key.fill('no-key-of-this-server')
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText('Segments.ai refused the API key.').waitFor()
  await look(page, 'segments-refused')

  await key.fill(apiKey)
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText('Signed in as me.').waitFor()
  await look(page, 'segments-signed-in')
  // Nothing of it is kept until it is saved.
  expect(await callHost(page, 'segments.account', {})).toMatchObject({
    baseUrl: 'https://api.segments.ai',
    key: { source: 'none' },
  })
  await dialog.getByRole('radio', { name: 'Until Tessera closes' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await callHost(page, 'segments.account', {})).toMatchObject({
    baseUrl: double.url,
    key: { source: 'memory', last4: '6789' },
  })

  const again = await openPage(page)
  await again.getByText('Key until Tessera closes, ends in 6789.').waitFor()
  expect(await again.getByLabel('API key').inputValue()).toBe('')
  await again.getByRole('button', { name: 'Test connection' }).click()
  await again.getByText('Signed in as me.').waitFor()
  await again.getByRole('button', { name: 'Remove key' }).click()
  await again.getByText('No key yet.').waitFor()
  expect((await callHost(page, 'segments.account', {})).key.source).toBe('none')
  expect(await page.content()).not.toContain(apiKey)
  expect(problems).toEqual([])
})

it('warns of an address without encryption, and says of a server that is not there what to do', async () => {
  const { page } = await tessera.open()
  const dialog = await openPage(page)
  const server = dialog.getByRole('textbox', { name: 'Server' })
  await server.fill('nonsense')
  await dialog.getByText('An address that starts with https://').waitFor()
  await server.fill('http://s.example')
  await dialog.getByRole('switch', { name: 'Allow this address without encryption' }).waitFor()
  await dialog.getByLabel('API key').fill(apiKey)
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText('is not encrypted').waitFor()
  await server.fill('http://127.0.0.1:1')
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText('takes no connection').waitFor({ timeout: 30_000 })
  await look(page, 'segments-offline')
})
