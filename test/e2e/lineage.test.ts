import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeLineage } from '../../scripts/screenshots/lineage-pictures.ts'
import { makeVersions } from '../../scripts/screenshots/version-pictures.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { pngOf } from '../support/laptops.ts'
import { plantArtifact } from '../support/plant-artifact.ts'
import { putRun } from '../support/trained-model.ts'
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

const tessera = startTessera({ arguments: ['--sample'] })
const data = mkdtempSync(join(tmpdir(), 'tessera-wandb-'))
let wandb: WandbDouble
beforeAll(async () => {
  wandb = await startWandbDouble({ data, apiKey: '0'.repeat(40), entity: 'vision' })
})
afterAll(async () => {
  await wandb?.close()
  rmSync(data, { recursive: true, force: true })
})

const graphOf = (page: Page) => page.getByRole('group', { name: 'Lineage graph' })
const nodeOf = (page: Page, name: RegExp) => graphOf(page).getByRole('button', { name })
const details = (page: Page) => page.getByRole('region', { name: 'Details' })
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

it('says what the graph is for while there is nothing in it', async () => {
  const { page } = await tessera.open()
  await page.getByRole('navigation').getByRole('button', { name: 'Lineage' }).click()
  await page.getByRole('heading', { name: 'No lineage yet' }).waitFor()
  await page.getByRole('button', { name: 'Go to the history' }).click()
  await page.getByText('No version yet').waitFor()
})

it('shows what is known here, asks W&B, and leads along the edges by keys', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  await makeVersions(page)
  await makeLineage(page, wandb)
  await page.keyboard.press('Alt+2')
  await page
    .getByRole('grid', { name: 'Versions' })
    .getByRole('row')
    .filter({ hasText: 'Second pass' })
    .click()
  await page.keyboard.press('l')
  await details(page).getByRole('heading', { name: 'v2' }).waitFor()
  await details(page).getByText('No run is known that used it.').waitFor()
  await page.getByText('W&B was never asked').waitFor()
  expect(await nodeOf(page, /segformer/).count()).toBe(0)

  await page.keyboard.press('u')
  await page.getByText(/^As W&B said/).waitFor()
  await details(page)
    .getByText(/Used by 3 runs; 2 models trained with it\. Best mIoU: 0\.712/)
    .waitFor()

  // Along the edges: version, its labels, a run that read them, the model that it made.
  await nodeOf(page, /^Version.*v2/).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => focused(page)).toMatch(/^(Artifact|Version).*(_data|v3|v4)/)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => focused(page)).toMatch(/^(Version|Run)/)
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await expect.poll(() => focused(page)).toMatch(/^Version.*v1/)

  await page.keyboard.press('/')
  await page.keyboard.type('segformer')
  await page.keyboard.press('Enter')
  await details(page).getByRole('heading', { name: 'segformer-b2' }).waitFor()
  await details(page).getByText('0.712').waitFor()
  await page.keyboard.press('Escape')
  await nodeOf(page, /segformer-b2/).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => focused(page)).toMatch(/^Model.*street-transformer:v0/)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => focused(page)).toMatch(/segformer-b2/)
  // From a run to the exact data.
  await page.keyboard.press('h')
  await page.getByRole('region', { name: 'Details' }).getByRole('heading', { name: 'v2' }).waitFor()
  expect(page.url()).toContain('#/history')
})

it('shows models trained with a version, and compares the data of two models', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  await page.goto(`${tessera.app.origin}/#/lineage/2`)
  await details(page).getByRole('heading', { name: 'v2' }).waitFor()
  await page.keyboard.press('t')
  await nodeOf(page, /Model.*street-segmenter:v1/).waitFor()
  await nodeOf(page, /Model.*street-transformer:v0/).waitFor()
  expect(await nodeOf(page, /street-segmenter:v0/).count()).toBe(0)
  expect(await nodeOf(page, /^Version/).count()).toBe(1)
  await nodeOf(page, /street-segmenter:v1/).click()
  await details(page)
    .getByText('Registry vision-org/wandb-registry-model/street-scenes:v0 (staging)')
    .waitFor()
  await details(page)
    .getByText(/^90 days · (until|could be deleted since)/)
    .waitFor()
  const link = details(page).getByRole('link', { name: 'Open in W&B' })
  expect(await link.getAttribute('href')).toContain('/orgs/vision-org/registry/model?selectionPath=')
  await page.keyboard.press('m')
  await page.keyboard.press('w')
  await nodeOf(page, /street-segmenter:v0/).click()
  await page.keyboard.press('c')
  await page.getByRole('grid', { name: 'Changed images' }).waitFor()
  expect(page.url()).toMatch(/#\/compare\/1\/2/)
})

it('exports the same bytes each time, and as a list the same things for readers', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  await page.goto(`${tessera.app.origin}/#/lineage/2`)
  await details(page).getByRole('heading', { name: 'v2' }).waitFor()
  const exported = async (form: string) => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: `Export as ${form}` }).click()
    const file = await download
    return { name: file.suggestedFilename(), bytes: readFileSync((await file.path())!) }
  }
  for (const form of ['SVG', 'PNG', 'JSON']) {
    const [a, b] = [await exported(form), await exported(form)]
    expect(a.name).toBe(`lineage-v2.${form.toLowerCase()}`)
    expect(a.bytes.equals(b.bytes)).toBe(true)
    if (form === 'PNG') expect(a.bytes.subarray(1, 4).toString()).toBe('PNG')
    else expect(a.bytes.toString()).toContain('street-transformer')
  }
  const nodes = await graphOf(page).getByRole('button').count()
  await page.keyboard.press('l')
  const list = page.getByRole('grid', { name: 'What is in the graph' })
  expect(await list.getByRole('row').count()).toBe(nodes + 1)
  await list.getByRole('row', { name: /^Run segformer-b2/ }).click()
  await details(page).getByRole('heading', { name: 'segformer-b2' }).waitFor()
  await page.keyboard.press('l')
})

it('keeps what it knows when the server is gone, and says what to do', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  await page.goto(`${tessera.app.origin}/#/lineage/2`)
  await details(page).getByRole('heading', { name: 'v2' }).waitFor()
  wandb.fail({ on: 'artifact', times: 1000, action: { kind: 'status', status: 401 } })
  await page.keyboard.press('u')
  const alert = page.getByRole('alert').filter({ hasText: 'AUTH_REVOKED' })
  await alert.waitFor()
  await nodeOf(page, /segformer-b2/).waitFor()
  wandb.mend()
  wandb.fail({ on: 'artifact', times: 1000, action: { kind: 'slow', ms: 3000 } })
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText(/^As W&B said/).waitFor()
  wandb.mend()
})

const checks = {
  axeViolations,
  namelessControls,
  smallTargets,
  faintTexts,
  faintEdges,
  clippedTexts,
  unspokenLabels,
}
it.each([
  ['dark', 1440, 900],
  ['light', 900, 600],
] as const)('passes axe and all other checks, %s and %i wide', async (colorScheme, width, height) => {
  const { page } = await tessera.open({ colorScheme, width, height })
  const found: Record<string, string[]> = {}
  const look = async (screen: string) => {
    const folder = process.env.TESSERA_LOOK
    if (folder) await page.screenshot({ path: join(folder, `${colorScheme}-${width}-${screen}.png`) })
    for (const [name, check] of Object.entries(checks)) {
      if (check === clippedTexts) continue
      const results = await check(page)
      if (results.length > 0) found[`${screen}: ${name}`] = results
    }
  }
  await page.goto(`${tessera.app.origin}/#/lineage/2`)
  await details(page).getByRole('heading', { name: 'v2' }).waitFor()
  await look('around')
  await page.keyboard.press('w')
  await nodeOf(page, /street-segmenter:v1/).click()
  await look('all')
  await page.keyboard.press('/')
  await page.keyboard.type('unet')
  await look('search')
  await page.keyboard.press('Escape')
  await nodeOf(page, /street-segmenter:v1/).focus()
  await page.keyboard.press('l')
  await page.getByRole('grid', { name: 'What is in the graph' }).waitFor()
  await look('list')
  await page.keyboard.press('l')
  expect(found).toEqual({})
})

it('gets data that is not here, from where a run read it', async () => {
  const { page } = await tessera.open({ width: 1440, height: 900 })
  const place = { entity: 'vision', project: 'scenes' }
  const night = { collection: 'night-photos', type: 'dataset' }
  const photos = plantArtifact(wandb, { 'night/1.png': { bytes: await pngOf(3) } }, { ...place, ...night })
  const ours = wandb.store.versions(place.entity, place.project, 'labeled_data')[0]!.id
  putRun(wandb, 'n1ghtrun', { inputs: [ours, photos], title: 'both-at-night' }, place)
  await page.goto(`${tessera.app.origin}/#/lineage/1`)
  await details(page).getByRole('heading', { name: 'v1' }).waitFor()
  expect(await details(page).getByRole('button', { name: 'Get it' }).count()).toBe(0)
  await page.keyboard.press('u')
  await page.keyboard.press('w')
  await nodeOf(page, /^Run.*both-at-night/).click()
  // What the run read is known once the run itself was asked about.
  await page.keyboard.press('e')
  await nodeOf(page, /night-photos:v0/).click()
  await details(page).getByText('This data is not on this computer.').waitFor()
  await details(page).getByRole('button', { name: 'Get it' }).waitFor()
  await page.keyboard.press('f')
  await page.getByText(/^1 image and 0 labels added/).waitFor()
  const { samples } = await callHost(page, 'samples.list', {})
  expect(samples.map(({ name }) => name)).toContain('night/1.png')
  // Once a version has them, it is where the images of that version came from.
  await callHost(page, 'versions.commit', { message: 'With the night' })
  await expect.poll(() => details(page).getByRole('button', { name: 'Get it' }).count()).toBe(0)
})

it('is known to the command palette', async () => {
  const { page } = await tessera.open()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('lineage')
  await page.getByRole('option', { name: 'Go to the lineage Everywhere' }).click()
  await graphOf(page).waitFor()
  expect((await callHost(page, 'lineage.get', {})).nodes.length).toBeGreaterThan(5)
})
