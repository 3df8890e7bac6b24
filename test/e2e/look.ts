import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { faintEdges, faintTexts, namelessControls, smallTargets, unspokenLabels } from './audit.ts'
import { axeViolations } from './axe.ts'

const checks = { axeViolations, namelessControls, smallTargets, faintTexts, faintEdges, unspokenLabels }
/** Pictures of each state for whoever wants to look, when a folder for them is named. */
const pictures = process.env.TESSERA_LOOK

/** Passes axe and the other checks in both themes and sizes, and is wide enough for what it shows. */
export async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const size of [
      { width: 1440, height: 900 },
      { width: 900, height: 600 },
    ]) {
      await page.setViewportSize(size)
      // Colours fade from one theme into the other; a bar of something that has no end yet moves on and on.
      await page.waitForFunction(() =>
        document
          .getAnimations()
          .every(
            ({ playState, effect }) =>
              playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
          ),
      )
      if (pictures) {
        mkdirSync(pictures, { recursive: true })
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${size.width}.png`) })
      }
      const place = `${name}, ${colorScheme}, ${size.width}`
      for (const [check, run] of Object.entries(checks))
        expect(await run(page), `${place}: ${check}`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBeLessThanOrEqual(
        size.width,
      )
    }
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(before)
}
