import type { Page } from 'playwright-core'
import { callHost } from '../../test/e2e/page.ts'
import type { WandbDouble } from '../../test/servers/wandb/server.ts'
import type { Shutter } from './shutter.ts'

/** An empty library that looks through what `wandb` holds, at a version that it could get. */
export async function takeGetDataPicture(page: Page, shoot: Shutter, wandb: WandbDouble): Promise<void> {
  const place = { entity: wandb.options.entity, project: 'scenes' }
  await callHost(page, 'settings.set', { wandb: { baseUrl: wandb.url, ...place, autoPush: false } })
  await callHost(page, 'secrets.setWandbKey', { key: '0'.repeat(40), keep: 'session' })
  await page.keyboard.press('Alt+5')
  const search = page.getByRole('searchbox', { name: 'Search this list, or name a version' })
  await search.fill('labeled_data:v1')
  await page.keyboard.press('Enter')
  await page.getByRole('grid', { name: 'Versions' }).getByRole('row').nth(2).waitFor()
  await page.getByRole('heading', { name: 'labeled_data:v1' }).waitFor()
  await page.getByText(/^Downloads \d+ files/).waitFor()
  await shoot(page, 'get-data')
}
