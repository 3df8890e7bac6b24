import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const options: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
  // Still an experiment of theirs, which takes counts and key caps for labels; `audit.ts` looks at the words alone.
  rules: { 'label-content-name-mismatch': { enabled: false } },
}

/**
 * What the component kit does on purpose: guards that hand the focus back into an open list, and popups that stand at
 * the end of the page, where nothing cuts them off.
 */
const isByDesign = (rule: string, html: string): boolean =>
  (rule === 'aria-hidden-focus' && html.includes('data-base-ui-focus-guard')) ||
  (rule === 'region' && /role="(listbox|menu)"/.test(html))

/**
 * What axe-core finds on the page as it is: WCAG 2.2 A and AA and its own good practice, as `rule: selector (why)`. A
 * message that fades in or out in that moment is looked at again when it has.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  const found = await look(page)
  if (found.length === 0) return found
  await page.waitForTimeout(500)
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  )
  return look(page)
}

async function look(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  // The page's own rules let no text become script; the protocol of the browser is not bound by them.
  await session.send('Runtime.evaluate', { expression: source })
  await session.detach()
  const { violations } = await page.evaluate(
    (options) =>
      (
        globalThis as unknown as { axe: { run(context: Document, options: unknown): Promise<AxeResults> } }
      ).axe.run(document, options),
    options,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.flatMap(({ target, html, any, all, none }) => {
      if (isByDesign(id, html)) return []
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ')
      return [`${id}: ${target.join(' ')} (${why.slice(0, 200)})`]
    }),
  )
}
