import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { createSyncLog } from '../../../electron/host/sync-log.ts'

let folder: string
let path: string
let at = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sync-log-'))
  path = join(folder, 'state', 'log.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const open = (more: { maxBytes?: number; writes?: boolean } = {}) =>
  createSyncLog({ path, now: () => ++at, ...more })
const note = (text: string) => ({ kind: 'note' as const, text })

it('is there again after a start, with numbers that go on', () => {
  const first = open()
  first.say({ kind: 'sent', text: 'v1 is there.', files: 3, bytes: 900, ms: 20 })
  first.say(note('something'))
  const second = open()
  expect(second.recent()).toMatchObject([{ text: 'v1 is there.', files: 3, bytes: 900, seq: 1 }, { seq: 2 }])
  second.say(note('more'))
  expect(second.recent().at(-1)?.seq).toBe(3)
})

it('counts the same news instead of repeating it, also on disk', () => {
  const log = open()
  for (let i = 0; i < 500; i++) log.say(note('offline'))
  log.say(note('online'))
  log.close()
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3)
  expect(
    open()
      .recent()
      .map(({ text, times }) => [text, times]),
  ).toEqual([
    ['offline', 500],
    ['online', 1],
  ])
})

it('stays small, and keeps the newest', () => {
  const log = open({ maxBytes: 4000 })
  for (let i = 0; i < 1000; i++) log.say(note(`line ${i}`))
  log.close()
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  expect(size(path) + size(`${path}.1`)).toBeLessThan(9000)
  const kept = open().read(5000)
  expect(kept.at(-1)?.text).toBe('line 999')
  expect(kept.length).toBeGreaterThan(40)
  expect(log.recent()).toHaveLength(200)
})

it('holds no secret, no credential of an address and no line that breaks another', () => {
  const secret = 'canary-0123456789abcdef0123456789abcdef01234567'
  new Secret(secret)
  const log = open()
  log.say(note(`refused ${secret} at https://anna:pw@w.example/x?signature=hush#part`))
  log.say(note(`Basic ${Buffer.from(`api:${secret}`).toString('base64')}`))
  log.say(note('two\nlines \u202e'))
  const disk = readFileSync(path, 'utf8')
  for (const text of [disk, JSON.stringify(log.recent())]) {
    for (const word of ['canary', 'hush', 'anna', 'pw@', Buffer.from(`api:${secret}`).toString('base64')])
      expect(text).not.toContain(word)
  }
  expect(disk.trim().split('\n')).toHaveLength(3)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('passes over what is no line, and goes on', () => {
  open().say(note('good'))
  appendFileSync(path, '{"seq":9,"at":1,"kind":"no')
  appendFileSync(path, '\n[]\n')
  const log = open()
  log.say(note('after'))
  expect(
    open()
      .recent()
      .map(({ text }) => text),
  ).toEqual(['good', 'after'])
})

it('writes nothing where the library is only read', () => {
  open().say(note('the owner'))
  const before = readFileSync(path, 'utf8')
  const reader = open({ writes: false })
  reader.say(note('a reader'))
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(reader.recent().map(({ text }) => text)).toEqual(['the owner', 'a reader'])
})

it('never throws when the disk refuses', () => {
  writeFileSync(join(folder, 'file'), '')
  const log = createSyncLog({ path: join(folder, 'file', 'log.jsonl'), now: () => 1 })
  expect(() => log.say(note('still here'))).not.toThrow()
  expect(log.read(10)).toEqual([])
  expect(log.recent()).toHaveLength(1)
})
