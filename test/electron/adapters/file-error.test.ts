import { expect, it } from 'vitest'
import { fileError } from '../../../electron/adapters/file-error.ts'
import { AppError } from '../../../shared/base/app-error.ts'

it.each([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'ENAMETOOLONG',
  'ELOOP',
  'EBUSY',
  'EIO',
  'EMFILE',
  'ENFILE',
])('speaks of the file and not of the library when reading it fails with %s', (code) => {
  const raw = Object.assign(new Error(`${code}: /home/a/secret name.png`), { code })
  const known = fileError(raw) as AppError
  expect(known).toBeInstanceOf(AppError)
  expect(known).toMatchObject({ code: 'IN_PATH', cause: raw })
  const said = `${known.message} ${known.remedy}`
  expect(said).toMatch(/file/i)
  expect(said).not.toMatch(/library|secret/)
})

it('leaves what is no failure of a file as it is', () => {
  for (const other of [null, new TypeError('x'), Object.assign(new Error('x'), { code: 'ENOSPC' })]) {
    expect(fileError(other)).toBe(other)
  }
})
