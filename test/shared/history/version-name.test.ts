import { describe, expect, it } from 'vitest'
import { findVersion, parseRefName } from '../../../shared/history/version-name.ts'

const versions = [
  { id: `abcdef0${'1'.repeat(57)}`, number: 1 },
  { id: `abcdef0${'2'.repeat(57)}`, number: 2 },
  { id: `fedcba9${'3'.repeat(57)}`, number: 12 },
]
const refs = [
  { name: 'main', version: versions[1]!.id },
  { name: 'Golden', version: versions[0]!.id },
]
const find = (text: string) => findVersion(text, versions, refs, versions[2]!.id).number

describe('a version', () => {
  it.each([
    ['1', 1],
    ['v12', 12],
    [' V2 ', 2],
    ['latest', 12],
    ['LATEST', 12],
    ['main', 2],
    ['golden', 1],
    ['fedcba9', 12],
    [`ABCDEF0${'2'.repeat(10)}`, 2],
    [versions[0]!.id, 1],
  ])('is meant by "%s"', (text, number) => {
    expect(find(text)).toBe(number)
  })

  it.each(['3', 'v0', 'nothing', 'fedcba', '', 'deadbeef', '__proto__'])('is not meant by "%s"', (text) => {
    expect(() => find(text)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  it('is not guessed when several ids begin so', () => {
    expect(() => find('abcdef0')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})

describe('a name for a version', () => {
  it.each(['golden', 'release-3', 'ada/try', 'straße', 'v1.2', 'α_1'])('may be "%s"', (name) => {
    expect(parseRefName(` ${name} `)).toBe(name)
  })

  it.each([
    '',
    '-x',
    '.x',
    'a b',
    'a:b',
    '7',
    'v7',
    'V07',
    'deadbeef',
    'latest',
    'Working',
    'HEAD',
    'a//b',
    'a/',
    'a..b',
    'a.',
    'x'.repeat(129),
    'a\u202eb',
    '\u0000',
  ])('cannot be "%s"', (name) => {
    expect(() => parseRefName(name)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})
