import type { Page } from 'playwright-core'
import { callHost } from '../../test/e2e/page.ts'
import type { WandbDouble } from '../../test/servers/wandb/server.ts'
import { putRun } from '../../test/support/trained-model.ts'

const day = 86_400_000
const start = Date.UTC(2026, 2, 2, 9)

/** Sends every version to `wandb`, where others then train, evaluate and publish with them. `page` has versions. */
export async function makeLineage(page: Page, wandb: WandbDouble): Promise<void> {
  const { entity } = wandb.options
  const place = { entity, project: 'scenes' }
  await callHost(page, 'settings.set', { wandb: { baseUrl: wandb.url, ...place, autoPush: false } })
  await callHost(page, 'secrets.setWandbKey', { key: '0'.repeat(40), keep: 'session' })
  await callHost(page, 'sync.push', {})
  const idOf = (collection: string, index: number) =>
    wandb.store.versions(place.entity, place.project, collection).find((one) => one.versionIndex === index)!
      .id
  const work = (name: string, at: number, more: Omit<Parameters<typeof putRun>[2], 'at'>) =>
    putRun(wandb, name, { ...more, at: start + at * day }, place)
  const model = [{ collection: 'street-segmenter', type: 'model' }]
  const first = work('k3v81q0z', 1, {
    inputs: [idOf('labeled_data', 0)],
    outputs: model,
    summary: { mIoU: 0.583, loss: 0.71, epoch: 40 },
    title: 'unet-baseline',
  })
  const second = work('w77ce2ap', 9, {
    inputs: [idOf('labeled_data', 1), first.outputs[0]!.id],
    outputs: model,
    summary: { mIoU: 0.664, loss: 0.52, epoch: 60 },
    title: 'unet-fine-tune',
  })
  work('p20xk5tt', 10, {
    inputs: [idOf('labeled_data', 1)],
    outputs: [{ collection: 'street-transformer', type: 'model' }],
    summary: { mIoU: 0.712, loss: 0.44, epoch: 90 },
    title: 'segformer-b2',
  })
  work('e91mm4ds', 12, {
    inputs: [second.outputs[0]!.id, idOf('raw_data', 0)],
    outputs: [{ collection: 'street-predictions', type: 'predictions' }],
    summary: { images: 3 },
    jobType: 'predict',
    title: 'predict-night',
  })
  const published = second.outputs[0]!
  published.ttlDurationSeconds = 90 * 86_400
  wandb.store.state.links.push({
    artifact: published.id,
    entity: `${place.entity}-org`,
    project: 'wandb-registry-model',
    portfolio: 'street-scenes',
    versionIndex: 0,
    aliases: ['staging'],
    createdAt: published.createdAt,
  })
}

/** The lineage of a version that models were trained with, after W&B was asked. */
export async function takeLineagePictures(
  page: Page,
  shoot: (page: Page, name: string) => Promise<void>,
  wandb: WandbDouble,
): Promise<void> {
  await makeLineage(page, wandb)
  await page.keyboard.press('Alt+4')
  const graph = page.getByRole('group', { name: 'Lineage graph' })
  await graph.getByRole('button').first().waitFor()
  await page.getByRole('button', { name: 'Ask W&B' }).first().click()
  await page.getByText(/^As W&B said/).waitFor()
  await page.getByRole('combobox', { name: 'What is shown' }).click()
  await page.getByRole('option', { name: 'Everything' }).click()
  await graph.getByRole('button', { name: /^Model.*street-segmenter:v1/ }).click()
  await shoot(page, 'lineage')
}
