import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findBrowser, launchBrowser } from './browser.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'browser-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('takes the browser that CHROMIUM_PATH names before any other', async () => {
  await writeFile(join(folder, 'mine'), '', { mode: 0o755 })
  await writeFile(join(folder, 'chromium'), '', { mode: 0o755 })
  const environment = { CHROMIUM_PATH: join(folder, 'mine'), PATH: folder }
  expect(await findBrowser({ environment })).toMatchObject({
    executable: join(folder, 'mine'),
    environment: {},
  })
})

it('says so when CHROMIUM_PATH cannot be started, rather than take another browser', async () => {
  await writeFile(join(folder, 'mine'), '', { mode: 0o644 })
  const environment = { CHROMIUM_PATH: join(folder, 'mine') }
  await expect(findBrowser({ environment })).rejects.toThrow(/CHROMIUM_PATH is .*mine/)
})

it('finds an installed Chromium on PATH', async () => {
  await writeFile(join(folder, 'chromium'), '', { mode: 0o755 })
  expect(await findBrowser({ environment: { PATH: folder } })).toMatchObject({ from: 'the system' })
})

it('says how to get a browser where none is bundled', async () => {
  await expect(findBrowser({ environment: {}, platform: 'freebsd' })).rejects.toThrow('set CHROMIUM_PATH')
})

it('starts a browser whose text has a height', async () => {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.setContent('<h1>Seven cells</h1>')
    expect((await page.locator('h1').boundingBox())!.height).toBeGreaterThan(10)
  } finally {
    await browser.close()
  }
})
