import { expect, it } from 'vitest'
import {
  afterCrash,
  afterRefusedClose,
  mayNavigate,
  mayRequest,
  mayUse,
  menuOf,
  outsideLink,
  webPreferences,
} from '../../../electron/desktop/window-policy.ts'

const elsewhere = [
  'https://example.org/',
  'http://127.0.0.1:8123/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'app://other/',
  'app://tessera.example.org/',
  'app:tessera/',
  'blob:https://example.org/x',
  'ws://127.0.0.1/',
  'about:blank',
  '',
]

it('gives the page nothing of Node and nothing of its preload script', () => {
  expect(webPreferences('/preload.cjs')).toEqual({
    preload: '/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    spellcheck: false,
  })
})

it('lets a window load its page again and go nowhere else', () => {
  expect(['app://tessera/', 'app://tessera/#/label/x', 'app://tessera/?x=1'].map(mayNavigate)).toEqual([
    true,
    true,
    true,
  ])
  const others = [...elsewhere, 'app://tessera/data/images/x', 'data:text/html,x', 'app://tessera']
  expect(others.filter(mayNavigate)).toEqual([])
})

it('lets a page ask its own host and nobody else', () => {
  const own = [
    'app://tessera/assets/index.js',
    'app://tessera/data/images/x',
    'blob:app://tessera/x',
    'data:,',
  ]
  expect(own.filter((address) => !mayRequest(address))).toEqual([])
  expect(elsewhere.filter(mayRequest)).toEqual([])
})

it('grants a page the clipboard for writing and no other permission', () => {
  expect(mayUse('clipboard-sanitized-write', 'app://tessera/')).toBe(true)
  expect(mayUse('clipboard-sanitized-write', 'https://example.org/')).toBe(false)
  const others = [
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'fileSystem',
    'openExternal',
    'usb',
  ]
  expect(others.filter((permission) => mayUse(permission, 'app://tessera/'))).toEqual([])
})

it('hands only plain https addresses to the browser, and names their host', () => {
  expect(outsideLink('https://wandb.example.org/a/b?c=d#e')).toEqual({
    host: 'wandb.example.org',
    address: 'https://wandb.example.org/a/b?c=d#e',
  })
  const refused = [
    ...elsewhere.slice(1),
    'http://example.org/',
    'https://somebody@example.org/',
    'https://a:b@example.org/',
    `https://example.org/${'x'.repeat(2000)}`,
    'smb://example.org/share',
    'vbscript:x',
  ]
  expect(refused.filter((address) => outsideLink(address) !== null)).toEqual([])
})

it('loads a crashed page again three times a minute, then asks', () => {
  expect(afterCrash([], 0)).toBe('reload')
  expect(afterCrash([0, 1000], 2000)).toBe('reload')
  expect(afterCrash([0, 1000, 2000], 3000)).toBe('ask')
  expect(afterCrash([0, 1000, 2000], 61_500)).toBe('reload')
})

it('waits ten seconds for a page that still saves, then asks', () => {
  expect([0, 9999, 10_000].map((now) => afterRefusedClose(0, now))).toEqual(['again', 'again', 'ask'])
})

it('has a menu of system roles only', () => {
  for (const platform of ['darwin', 'linux', 'win32'] as const) {
    const items = menuOf(platform).flatMap((item) => ('submenu' in item ? item.submenu : [item]))
    expect(items.every((item) => Object.keys(item).join() === 'role')).toBe(true)
  }
})
