import { it } from 'vitest'
import { startTessera } from './fixture.ts'
import { Labeler } from './labeler.ts'

const size = { width: 1280, height: 806 }
const tessera = startTessera({ arguments: ['--sample'] })
it('looks', async () => {
  for (const [scheme, width, height] of [
    ['dark', 1440, 900],
    ['light', 900, 600],
  ] as const) {
    const { page } = await tessera.open({ colorScheme: scheme, width, height })
    const labeler = await Labeler.open(page, 'street-3.jpg', size)
    const box = async (x0: number, y0: number, x1: number, y1: number, key: string | null, end: string) => {
      await page.keyboard.press('g')
      if (key) await page.keyboard.press(key)
      for (const at of [
        { x: x0, y: y0 },
        { x: x1, y: y0 },
        { x: x1, y: y1 },
        { x: x0, y: y1 },
      ])
        await labeler.click(at)
      await page.keyboard.press(end)
    }
    if (scheme === 'dark') {
      await box(200, 200, 600, 500, '8', 'Enter')
      await box(300, 300, 320, 310, null, 'Alt+Enter')
      await box(400, 300, 500, 400, null, 'Alt+Enter')
      await box(700, 200, 710, 205, null, 'Enter')
      await page.keyboard.press('n')
      await box(800, 200, 1000, 500, '8', 'Enter')
      await page.keyboard.press('n')
      await box(100, 600, 300, 700, '7', 'Enter')
    }
    await page.keyboard.press('v')
    await labeler.click({ x: 250, y: 250 })
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('Fill holes')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(1500)
    console.log(await page.locator('section', { hasText: 'Apply' }).last().innerHTML())
    await page.screenshot({ path: `/tmp/objbox/shots/holes-${scheme}.png` })
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+a')
    await labeler.click({ x: 250, y: 250 }, { button: 'right' })
    await page.waitForTimeout(500)
    await page.screenshot({ path: `/tmp/objbox/shots/menu-${scheme}.png` })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'What to do with objects' }).click()
    await page.waitForTimeout(500)
    await page.screenshot({ path: `/tmp/objbox/shots/list-${scheme}.png` })
    await page.keyboard.press('Escape')
    await page.keyboard.press('m')
    await page.waitForTimeout(300)
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
    for (const ms of [0, 100, 300, 600]) {
      await page.waitForTimeout(ms)
      console.log(
        await page.evaluate(() => [
          document.activeElement?.tagName,
          document.activeElement?.getAttribute('role'),
          document.activeElement?.closest('[role=dialog]')?.outerHTML.slice(0, 200),
        ]),
      )
    }
    await labeler.saved()
  }
})
