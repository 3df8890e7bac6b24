import { homedir } from 'node:os'
import { expect, it } from 'vitest'
import { onlyOurs, readStartOptions } from '../../electron/start-options.ts'

const read = (...argv: string[]) => readStartOptions(argv, '/home/someone')

it('opens a library of its own unless told which', () => {
  const usual = { open: true, sample: false, exitWhenIdle: false }
  expect(read()).toEqual({ ...usual, library: `${homedir()}/Tessera/library` })
  expect(read('--sample')).toEqual({ ...usual, sample: true, library: `${homedir()}/Tessera/sample` })
  expect(read('--library', 'a/b', '--port', '8123', '--no-open', '--exit-when-idle')).toEqual({
    library: '/home/someone/a/b',
    port: 8123,
    open: false,
    sample: false,
    exitWhenIdle: true,
  })
})

it.each([
  ['--port', 'x'],
  ['--port', '-1'],
  ['--port=65536'],
  ['--port', '1.5'],
  ['--prot', '1'],
  ['folder'],
])('refuses %s %s', (...argv) => {
  expect(() => read(...argv.filter((each) => each !== undefined))).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST' }),
  )
})

it('finds its own options between those of Chromium', () => {
  const argv = ['--enable-logging', '--library', 'a b', '--js-flags=--x', '--sample', 'rest', '--lang=de']
  expect(onlyOurs(argv)).toEqual(['--library=a b', '--sample'])
})
