import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

// Plain JavaScript without types, because it runs before anything is installed.
const script: string = new URL('../../scripts/run-while-growing.mjs', import.meta.url).href
const { runWhileGrowing } = (await import(script)) as {
  runWhileGrowing(command: readonly string[], options: object): Promise<'done' | 'failed' | 'stuck'>
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-growing-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (script: string, quietMs: number) =>
  runWhileGrowing([process.execPath, '-e', script, folder], {
    folders: [folder, join(folder, 'absent')],
    quietMs,
    pollMs: 50,
    stdio: 'ignore',
  })

it('ends a program that gets nowhere, and what it had is left', async () => {
  const started = `
    const { writeFileSync } = require('node:fs')
    writeFileSync(process.argv[1] + '/part', 'x')
    setInterval(() => {}, 1000)`
  expect(await run(started, 1500)).toBe('stuck')
  expect(existsSync(join(folder, 'part'))).toBe(true)
})

it('lets a slow one go on for as long as it gets on', async () => {
  const slow = `
    const { appendFileSync } = require('node:fs')
    let left = 45
    const timer = setInterval(() => {
      appendFileSync(process.argv[1] + '/part', 'x')
      if (--left === 0) clearInterval(timer)
    }, 100)`
  expect(await run(slow, 3000)).toBe('done')
})

it('tells a failure from an end', async () => {
  expect(await run('process.exit(3)', 60_000)).toBe('failed')
  expect(await runWhileGrowing([join(folder, 'no-such-program')], { folders: [], quietMs: 60_000 })).toBe(
    'failed',
  )
})
