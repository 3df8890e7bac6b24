import { expect, it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Desk } from './tool-cells/desk.ts'
import { across, type Mode, modes } from './tool-cells/modes.ts'
import { makeMosaics, size } from './tool-cells/mosaic.ts'
import type { Tool } from './tool-cells/table.ts'

const tessera = startTessera({ prepare: makeMosaics })
const count = (ids: Uint32Array, ...wanted: number[]) =>
  ids.reduce((n, id) => n + Number(wanted.includes(id)), 0)

it.each(Object.keys(across) as Tool[])('%s', async (tool) => {
  const desk = await Desk.open(tessera)
  const { page } = desk
  for (const mode of Object.keys(modes) as Mode[]) {
    await desk.use(tool)
    let letGo = () => {}
    if (mode === 'protect') await desk.key('r')
    if (mode === 'locked') {
      await page.getByRole('button', { name: 'Lock Car 2' }).click()
      await page.getByRole('button', { name: 'Unlock Car 2' }).waitFor()
    }
    if (mode === 'erase') await page.keyboard.down('e')
    if (mode === 'saving') {
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      await page.route('**/label', async (route) => {
        await held
        await route.continue()
      })
      await desk.use('brush')
      await desk.click({ x: 140.5, y: 110.5 })
      await desk.key('n')
      await desk.key('ControlOrMeta+s')
      await page.locator('[role=status][data-state=saving]').waitFor()
      await desk.use(tool)
    }
    await across[tool]!(desk)
    // Long enough to be no tap, which would choose the eraser.
    if (mode === 'erase') {
      await page.waitForTimeout(300)
      await page.keyboard.up('e')
    }
    letGo()
    const { ids } = await desk.look()
    const left = { first: count(ids, 1), second: count(ids, 2), ground: ids[30 * size.width + 105]! }
    const because = `${tool} in mode ${mode}`
    switch (mode) {
      case 'claim':
      case 'saving':
        expect(left.first, because).toBeLessThan(400)
        expect(left.second, because).toBeLessThan(400)
        expect(left.ground, because).toBeGreaterThan(2)
        break
      case 'protect':
        expect(left, because).toMatchObject({ first: 400, second: 400 })
        expect(left.ground, because).toBeGreaterThan(2)
        break
      case 'locked':
        expect(left.first, because).toBeLessThan(400)
        expect(left.second, because).toBe(400)
        expect(left.ground, because).toBeGreaterThan(2)
        break
      case 'erase':
        expect(left.first, because).toBeLessThan(400)
        expect(left, because).toMatchObject({ second: 400, ground: 0 })
        expect(count(ids, 0, 1, 2), because).toBe(ids.length)
        break
    }
    if (mode === 'protect') await desk.key('r')
    if (mode === 'saving') await page.unroute('**/label')
    await desk.reset(tool)
  }
  await desk.close()
})
