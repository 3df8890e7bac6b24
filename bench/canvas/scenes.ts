import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, saveLabelPath } from '../../shared/host/data-plane.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { callHost, sampleNamed } from '../../test/e2e/page.ts'
import { hasTestData, testData } from '../../test/support/test-data.ts'

/** An image to work on, and how many objects its label has. */
export type Scene = {
  readonly label: string
  readonly name: string
  readonly width: number
  readonly height: number
  readonly objects: number
}

export const scenes = [
  { label: '1920x1208', name: 'small.jpg', width: 1920, height: 1208, objects: 10 },
  { label: '24 MP', name: 'large.jpg', width: 6000, height: 4000, objects: 0 },
  { label: '24 MP, 2,000 objects', name: 'full.jpg', width: 6000, height: 4000, objects: 2000 },
] as const satisfies readonly Scene[]

const photo = 'photos/Kleiber_by_Lukas_Baubkus.jpg'

/** What the pictures are made of; a drawn one where the photograph is missing. */
export const madeOf = () => (hasTestData(photo) ? photo : 'a drawn picture')

/** A JPEG as a camera makes it; `seed` makes its bytes others than those of the same size. */
export async function picture({ width, height }: Scene, seed: number): Promise<Buffer> {
  const source = hasTestData(photo) ? sharp(join(testData, photo)) : sharp(Buffer.from(drawing))
  return await source
    .resize(width, height, { fit: 'fill' })
    .withMetadata()
    .jpeg({ quality: 90 - seed })
    .toBuffer()
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1500" height="1000">
<rect width="1500" height="1000" fill="#8ab"/>${Array.from({ length: 400 }, (_, i) => {
  const [x, y, r] = [(i * 379) % 1500, (i * 211) % 1000, 12 + ((i * 53) % 70)]
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${(i * 47) % 360} 40% ${30 + ((i * 17) % 50)}%)"/>`
}).join('')}</svg>`

/** Imports the picture, and saves a label with as many objects as the scene wants: rectangles with gaps, side by side. */
export async function addScene(page: Page, scene: Scene, seed: number): Promise<void> {
  const body = await picture(scene, seed)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add images' }).click()
  await (await chooser).setFiles([{ name: scene.name, mimeType: 'image/jpeg', buffer: body }])
  await page.getByRole('gridcell', { name: scene.name }).locator('img').waitFor({ timeout: 60_000 })
  if (scene.objects === 0) return
  const { id } = await sampleNamed(page, scene.name)
  const categories = await callHost(page, 'categories.list', {})
  const category =
    categories[0] ??
    (await callHost(page, 'categories.create', { name: 'thing', color: '#e69f00', hasInstances: true }))
  const objects = Array.from({ length: scene.objects }, (_, i) => ({
    id: i + 1,
    categoryId: category.id,
    attributes: {},
  }))
  const header = {
    base: null,
    status: 'in progress',
    objects,
    nextObjectId: scene.objects + 1,
    tool: 'bench',
    journal: null,
  }
  const body64 = Buffer.from(frame(header, encodeIds(idsOf(scene)))).toString('base64')
  // From the page itself: the host answers nobody else.
  const failure = await page.evaluate(
    async ([path, header, text]) => {
      const body = Uint8Array.from(atob(text!), (c) => c.charCodeAt(0))
      const response = await fetch(path!, { method: 'PUT', headers: { [header!]: '1' }, body })
      return response.ok ? null : `${response.status} ${await response.text()}`
    },
    [saveLabelPath(id as SampleId), requestHeader, body64],
  )
  if (failure !== null) throw new Error(`the label was not saved: ${failure}`)
}

export function idsOf({ width, height, objects }: Scene): Uint32Array {
  const ids = new Uint32Array(width * height)
  const columns = Math.ceil(Math.sqrt((objects * width) / height))
  const rows = Math.ceil(objects / columns)
  const [w, h] = [Math.floor(width / columns), Math.floor(height / rows)]
  for (let i = 0; i < objects; i++) {
    const x0 = (i % columns) * w + Math.round(w * 0.1)
    const y0 = Math.floor(i / columns) * h + Math.round(h * 0.1)
    for (let y = y0; y < y0 + Math.round(h * 0.8); y++)
      ids.fill(i + 1, y * width + x0, y * width + x0 + Math.round(w * 0.8))
  }
  return ids
}
