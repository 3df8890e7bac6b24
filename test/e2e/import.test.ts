import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { dropFiles, sampleNamed } from './page.ts'

const samples = fileURLToPath(new URL('../../assets/samples/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tessera-drop-'))
mkdirSync(join(folder, 'scenes', 'night'), { recursive: true })
copyFileSync(join(samples, 'street-1.jpg'), join(folder, 'scenes', 'crossing.jpg'))
copyFileSync(join(samples, 'street-2.jpg'), join(folder, 'scenes', 'night', 'bridge.jpg'))
copyFileSync(join(samples, 'street-3.jpg'), join(folder, 'alley.jpg'))
copyFileSync(join(samples, 'street-3.jpg'), join(folder, 'same-alley.jpg'))
copyFileSync(join(samples, 'street-4.jpg'), join(folder, 'square.jpg'))
writeFileSync(join(folder, 'scenes', 'notes.txt'), 'no picture')
writeFileSync(join(folder, 'broken.jpg'), Buffer.from('ffd8ffe000104a464946', 'hex'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tessera = startTessera()
const tile = (page: Page, name: string) => page.getByRole('gridcell', { name })

it('says on the first run what to do, and takes dropped files and folders with what cannot be read listed', async () => {
  const { page } = await tessera.open()
  await page.getByRole('heading', { name: 'Drop images here' }).waitFor()
  await page.getByRole('button', { name: 'Add sample scenes' }).waitFor()

  const dropped = ['scenes', 'alley.jpg', 'same-alley.jpg', 'broken.jpg'].map((name) => join(folder, name))
  await dropFiles(page, dropped)
  const report = page.getByRole('region', { name: 'Import finished' })
  await report.getByText('3 added · 1 duplicate · 2 rejected').waitFor()
  await Promise.all(
    ['crossing.jpg', 'bridge.jpg', 'alley.jpg'].map((name) => tile(page, name).locator('img').waitFor()),
  )
  expect(await sampleNamed(page, 'scenes/night/bridge.jpg')).toMatchObject({ width: 1280, height: 806 })

  await report.getByRole('button', { name: 'Report' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import report' })
  for (const words of ['scenes/notes.txt', 'broken.jpg', 'same as alley.jpg'])
    await dialog.getByText(words).first().waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

it('takes what the file picker gives', async () => {
  const { page } = await tessera.open()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add images' }).click()
  await (await chooser).setFiles(join(folder, 'square.jpg'))
  await tile(page, 'square.jpg').waitFor()
})

it('takes a pasted picture and names it by the time', async () => {
  const { page, context } = await tessera.open()
  await tile(page, 'alley.jpg').waitFor()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(80, 60)
    const draw = canvas.getContext('2d')!
    draw.fillStyle = 'teal'
    draw.fillRect(0, 0, 40, 60)
    const blob = await canvas.convertToBlob()
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
  })
  await page.keyboard.press('ControlOrMeta+v')
  await tile(page, 'pasted-').waitFor()
})

it('adds the sample scenes on request and knows those it has', async () => {
  const { page } = await tessera.open()
  await tile(page, 'alley.jpg').waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Type a command').fill('sample')
  await page.keyboard.press('Enter')
  await page.getByText('The sample scenes are already here.').waitFor()
})
