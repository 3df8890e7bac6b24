import type { Page } from 'playwright-core'
import { callHost, sampleNamed } from '../../test/e2e/page.ts'
import { saveBlocks } from '../../test/e2e/saved-label.ts'
import type { SegmentsDouble } from '../../test/servers/segments/server.ts'
import { maskPng } from '../../test/support/segments-client.ts'
import type { Shutter } from './shutter.ts'

/** The sample scenes beside their dataset, after somebody labeled there and somebody else here. */
export async function takeSegmentsPictures(page: Page, shoot: Shutter, double: SegmentsDouble) {
  const dataset = 'me/street-scenes'
  const labelThere = async (name: string, label_status: 'LABELED' | 'REVIEWED') => {
    const { width, height } = await sampleNamed(page, name)
    const url = double.admin.putFile(
      'label.png',
      maskPng(width, height, (_, y) => Number(y > 500)),
    )
    const attributes = {
      format_version: '0.1',
      annotations: [{ id: 1, track_id: 1, category_id: 2 }],
      segmentation_bitmap: { url },
    }
    double.admin.editLabel(dataset, name, { label_status, attributes })
  }
  await callHost(page, 'settings.set', { segments: { baseUrl: double.url } })
  await callHost(page, 'secrets.setSegmentsKey', { key: 'k'.repeat(40), keep: 'session' })
  await callHost(page, 'segments.link', { dataset, create: true })
  await saveBlocks(page, 'street-1.jpg', [[1, 2, 100, 500, 900, 200]], 'labeled')
  await saveBlocks(page, 'street-4.jpg', [[1, 2, 100, 500, 900, 200]], 'labeled')
  await callHost(page, 'segments.run', { mode: 'publish' })
  await labelThere('street-4.jpg', 'REVIEWED')
  await callHost(page, 'segments.run', { mode: 'pull' })
  await labelThere('street-1.jpg', 'LABELED')
  await labelThere('street-3.jpg', 'LABELED')
  const photo = double.admin.samples(dataset)[0]!.attributes as { image: { url: string } }
  double.admin.addSample(dataset, { name: 'street-5.jpg', url: photo.image.url })
  await saveBlocks(page, 'street-1.jpg', [[1, 2, 100, 480, 900, 220]], 'labeled')
  await saveBlocks(page, 'street-2.jpg', [[1, 2, 100, 500, 900, 200]], 'labeled')
  await saveBlocks(page, 'street-4.jpg', [[1, 2, 100, 520, 900, 200]], 'reviewed')
  await callHost(page, 'segments.release', { name: 'v0.1', description: 'first streets' })
  // What was said of the runs above is not in the picture.
  await page.reload()
  await page.getByRole('gridcell').first().waitFor()
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('button', { name: 'Open Segments.ai' }).click()
  await page
    .getByRole('status')
    .filter({ hasText: /^Looked / })
    .waitFor()
  await page.getByRole('region', { name: 'Releases' }).getByText('v0.1').waitFor()
  await page.getByRole('grid', { name: 'Images that differ' }).getByRole('row').nth(1).click()
  await shoot(page, 'segments')
}
