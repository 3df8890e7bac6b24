import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LogFile, openLog } from '../../../electron/adapters/log-file.ts'
import { redact } from '../../../electron/adapters/redact.ts'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'

let root: string
const open: LogFile[] = []
const opened = (options: Parameters<typeof openLog>[1] = {}) => {
  const log = openLog(root, options)
  open.push(log)
  return log
}
const text = (name = 'tessera.log') => readFileSync(join(root, name), 'utf8')
const lines = () =>
  text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-log-'))
})
afterEach(() => {
  for (const log of open.splice(0)) log.close()
  rmSync(root, { recursive: true, force: true })
})

it('writes one line of JSON per message, for its user alone', () => {
  const log = opened({ now: () => 0 })
  log('info', 'sync', 'pushed', { version: 'abc', files: 3 })
  log('warn', 'library', 'low')
  expect(lines()).toEqual([
    {
      t: '1970-01-01T00:00:00.000Z',
      level: 'info',
      area: 'sync',
      msg: 'pushed',
      ids: { version: 'abc', files: 3 },
    },
    { t: '1970-01-01T00:00:00.000Z', level: 'warn', area: 'library', msg: 'low' },
  ])
  expect(statSync(join(root, 'tessera.log')).mode & 0o777).toBe(0o600)
})

it('keeps nothing below its level', () => {
  const log = opened()
  log('debug', 'a', 'cat.jpg')
  expect(existsSync(join(root, 'tessera.log'))).toBe(false)
  const all = opened({ level: 'debug' })
  all('debug', 'a', 'shown')
  expect(lines().map(({ msg }) => msg)).toEqual(['shown'])
})

it('keeps five files and lets the oldest go', () => {
  const log = opened({ maxBytes: 300, files: 5 })
  for (let i = 0; i < 60; i++) log('info', 'a', `line ${i}`)
  expect(readdirSync(root).sort()).toEqual([
    'tessera.1.log',
    'tessera.2.log',
    'tessera.3.log',
    'tessera.4.log',
    'tessera.log',
  ])
  const all = ['tessera.4.log', 'tessera.3.log', 'tessera.2.log', 'tessera.1.log', 'tessera.log'].map((n) =>
    text(n),
  )
  const numbers = [...all.join('').matchAll(/line (\d+)/g)].map(([, n]) => Number(n))
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 60 - numbers.length + i))
  for (const file of all) expect(file.length).toBeLessThan(420)
})

it('shares a file with another program without losing a line', () => {
  const [a, b] = [opened({ maxBytes: 2000, files: 5 }), opened({ maxBytes: 2000, files: 5 })]
  for (let i = 0; i < 40; i++) (i % 2 ? a : b)('info', 'a', `line ${i}`)
  const all = readdirSync(root).map((name) => text(name))
  expect([...all.join('').matchAll(/line (\d+)"/g)].map(([, n]) => Number(n)).sort((x, y) => x - y)).toEqual(
    Array.from({ length: 40 }, (_, i) => i),
  )
})

it('never tells a live secret, however it is spelled', () => {
  const value = 'canary"7\\é+/= &key'
  new Secret(value)
  const spellings = [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('hex'),
    Buffer.from(`api:${value}`).toString('base64'),
  ]
  const log = opened({ level: 'debug' })
  for (const spelling of spellings) {
    log('error', 'a', `failed with ${spelling} at the end`)
    log('info', spelling, 'in the area')
    log('info', 'a', 'in ids', { [spelling]: spelling })
    log('debug', 'a', `https://api:${spelling}@host/path?key=${spelling}#${spelling}`)
  }
  for (const spelling of spellings) {
    expect(text()).not.toContain(spelling)
    expect(text()).not.toContain(JSON.stringify(spelling).slice(1, -1))
  }
  expect(lines().length).toBe(spellings.length * 4)
})

it.each([
  ['key 0123456789abcdef0123456789abcdef01234567 refused', 'key [key] refused'],
  ['wandb-0123456789ABCDEF0123456789abcdef01234567', '[key]'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!', 'jwt [token]!'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [secret]'],
  ['authorization: basic YXBpOmtleQ==', 'authorization: basic [secret]'],
  ['GET https://me:pass@host:1/a/b?X-Sig=1&e=2#f failed', 'GET https://host:1/a/b?[cut] failed'],
  ['GET https://host/a#token', 'GET https://host/a?[cut]'],
  ['/graphql?access_token=abc', '/graphql?access_token=[cut]'],
  [`blob ${'ab'.repeat(32)} is gone`, 'blob abababababab… is gone'],
  ['3f2504e0-4f89-41d3-9a0c-0305e82c3301 stays', '3f2504e0-4f89-41d3-9a0c-0305e82c3301 stays'],
  ['/home/ann/pictures', '~/pictures'],
])('redacts %s', (from, to) => {
  expect(redact(from, '/home/ann')).toBe(to)
})

it('lets no message forge a line or reorder one', () => {
  const log = opened()
  log('info', 'a', 'one\n{"level":"error"}\r\u0000\u007f\u2028\u202e\u200b end', { 'k\n': 'v\u001b[31m' })
  expect(text().split('\n').length).toBe(2)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text().slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f\u2028\u202e\u200b]/)
  expect(lines()[0]!.msg).toBe('one\n{"level":"error"}\r\u0000\u007f\u2028\u202e\u200b end')
})

it('cuts what is too long to be a message', () => {
  opened()('error', 'a', 'word '.repeat(10_000))
  expect(text().length).toBeLessThan(4300)
})

it('goes on quietly when the log cannot be written, and writes again when it can', () => {
  const blocked = join(root, 'state')
  writeFileSync(blocked, '')
  const log = openLog(blocked)
  open.push(log)
  log('error', 'a', 'lost')
  rmSync(blocked)
  log('error', 'a', 'kept')
  expect(readFileSync(join(blocked, 'tessera.log'), 'utf8')).toContain('kept')
  chmodSync(blocked, 0o700)
  log.close()
  log('error', 'a', 'after the end')
  log.close()
})
