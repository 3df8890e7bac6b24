import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type AppPage, openApp, type Session } from './page.ts'
import { type ServedApp, serveApp } from './served-app.ts'

/**
 * One browser and one served app for all tests of a file. Every page is closed after its test, which fails when the page
 * had an error in its console, an uncaught exception or a violation of the content security policy.
 */
export function startTessera(options: Parameters<typeof serveApp>[0] = {}) {
  // What takes seconds on an idle machine may take a minute on one that does something else as well.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
  let browser: Browser
  let app: ServedApp
  const pages: AppPage[] = []
  /** A link opens one page; the others of a file come in with its session. */
  let session: Session | null = null
  beforeAll(async () => {
    ;[browser, app] = await Promise.all([launchBrowser(), serveApp(options)])
  })
  afterEach(async () => {
    const opened = pages.splice(0)
    for (const page of opened) await page.close()
    expect(opened.flatMap(({ problems }) => problems)).toEqual([])
  })
  afterAll(async () => {
    await Promise.all([browser?.close(), app?.close()])
  })
  return {
    get browser() {
      return browser
    },
    get app() {
      return app
    },
    /** The app was started anew and knows no session. */
    forgetSession() {
      session = null
    },
    async open(pageOptions?: Parameters<typeof openApp>[3]): Promise<AppPage> {
      const opened = await openApp(browser, app, session, pageOptions)
      pages.push(opened)
      session = await opened.context.cookies()
      return opened
    },
  }
}

/** What a browser reports by itself while the host is away or asked whether it is back; all else still fails the test. */
export const isLostLine = (problem: string): boolean =>
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)|WebSocket connection to .* failed|status of 401/.test(
    problem,
  ) || problem.includes('/data/images/none')
