import { pageAddress, pageOrigin } from './page-address.ts'

/** What every window is made with. The page is a guest: it has no Node, no shared world and no other privileges. */
export function webPreferences(preload: string) {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    // Its dictionaries would be fetched from elsewhere.
    spellcheck: false,
  } as const
}

/** Whether a window may go to `address`: only to the page it shows already, as when it is loaded again. */
export function mayNavigate(address: string): boolean {
  return address.split(/[?#]/, 1)[0] === pageAddress
}

/** Whether the page may ask for `address`. All network traffic is the host's. */
export function mayRequest(address: string): boolean {
  return [`${pageOrigin}/`, `blob:${pageOrigin}/`, 'data:'].some((start) => address.startsWith(start))
}

/** The only permission a page gets: putting plain text or an image on the clipboard after a gesture. */
export function mayUse(permission: string, address: string): boolean {
  return permission === 'clipboard-sanitized-write' && address.startsWith(`${pageOrigin}/`)
}

/** An address that may be handed to the person's browser, as its host and itself. Null for everything but plain https. */
export function outsideLink(address: string): { readonly host: string; readonly address: string } | null {
  if (address.length > 2000 || !URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol !== 'https:' || url.username || url.password) return null
  return { host: url.host, address: url.href }
}

const crashWindowMs = 60_000
const crashes = 3

/** After the page's process died: load it again, unless it did so three times within a minute. Times in ms, oldest first. */
export function afterCrash(earlier: readonly number[], now: number): 'reload' | 'ask' {
  return earlier.filter((time) => time > now - crashWindowMs).length < crashes ? 'reload' : 'ask'
}

const saveMs = 10_000

/** The page keeps its window open while an edit is in no file yet: try again, and after 10 s ask the person. */
export function afterRefusedClose(firstAt: number, now: number): 'again' | 'ask' {
  return now - firstAt < saveMs ? 'again' : 'ask'
}

type Role = {
  readonly role: 'appMenu' | 'fileMenu' | 'editMenu' | 'windowMenu' | 'togglefullscreen' | 'reload'
}
type MenuItem = Role | { readonly label: string; readonly submenu: Role[] }

/** What the system offers, and nothing of ours: commands live in the page, for both hosts. */
export function menuOf(platform: NodeJS.Platform): MenuItem[] {
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { label: 'View', submenu: [{ role: 'reload' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
  ]
}
