import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-demo-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('goes through the whole loop, checks it, and leaves nothing behind', async () => {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(await ended, out + err).toBe(0)
  expect(err).toBe('')
  expect(out).toMatch(/^library .*tessera-demo-/)
  expect(out).toContain('raw_data:v0 → [annotate version 1 · annotate] → labeled_data:v0')
  expect(out).toContain('raw_data:v1 → [annotate version 3 · annotate] → labeled_data:v1')
  expect(out.match(/^label .* drags, .* strokes/gm)).toHaveLength(4)
  expect(out).toContain('  ok   a second push sends nothing\n')
  expect(out).toMatch(/\n(\d+) of \1 checks hold\n/)
  expect(readdirSync(folder).filter((name) => name.startsWith('tessera-demo-'))).toEqual([])
}, 120_000)
