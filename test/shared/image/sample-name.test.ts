import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import { foldName, nameLimits, nextFreeName, toSampleName } from '../../../shared/image/sample-name.ts'

function code(work: () => unknown): string {
  try {
    return `no error, but ${work()}`
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describe('toSampleName', () => {
  it.each([
    '../a.jpg',
    'a/../b.jpg',
    '..',
    '',
    '.',
    '/',
    '/etc/passwd',
    '\\\\host\\share\\a.jpg',
    'C:\\a.jpg',
    'c:a.jpg',
    'a\0.jpg',
    'a\n.jpg',
    'a\u202egpj.exe',
    '\ud800.jpg',
    `${'x'.repeat(201)}.jpg`,
    `${'a/'.repeat(40)}b.jpg`,
    `${`${'y'.repeat(150)}/`.repeat(8)}z.jpg`,
    'a\\..\\..\\b.jpg',
  ])('refuses %j', (path) => {
    expect(code(() => toSampleName(path))).toBe('IN_PATH')
  })

  it.each([
    ['a.jpg', 'a.jpg'],
    ['./set//a.jpg', 'set/a.jpg'],
    ['set\\a.jpg', 'set/a.jpg'],
    ['2026-01-01 12:30.jpg', '2026-01-01 12_30.jpg'],
    ['CON.jpg', '_CON.jpg'],
    ['~/a.jpg', '_~/a.jpg'],
    ['a. ', 'a__'],
    ['e\u0301.jpg', '\u00e9.jpg'],
    ['%2e%2e/a.jpg', '%2e%2e/a.jpg'],
    ['__proto__', '__proto__'],
  ])('turns %j into %j', (path, name) => {
    expect(toSampleName(path)).toBe(name)
  })

  it('gives only safe relative paths, and the same again', () => {
    const path = fc.string({
      unit: fc.constantFrom('a', '/', '\\', '.', ' ', ':', '~', 'é', '\u0301', '😀', 'con', '*'),
    })
    fc.assert(
      fc.property(fc.oneof(path, fc.string({ unit: 'binary' })), (text) => {
        let name: string
        try {
          name = toSampleName(text)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          return
        }
        expect(toSampleName(name)).toBe(name)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(nameLimits.bytes)
        expect(name).not.toMatch(/[\\:*?"<>|\0]|^\/|^~/)
        for (const part of name.split('/')) {
          expect(['', '.', '..']).not.toContain(part)
          expect(part).not.toMatch(/[. ]$/)
        }
      }),
    )
  })
})

describe('nextFreeName', () => {
  it('numbers before the extension and skips what is taken in any spelling', () => {
    const taken = new Set(['SET/A.JPG', 'set/a (2).jpg'].map(foldName))
    expect(nextFreeName('set/a.jpg', (fold) => taken.has(fold))).toBe('set/a (3).jpg')
    expect(nextFreeName('b.jpg', (fold) => taken.has(fold))).toBe('b.jpg')
  })

  it('keeps to the limits and to safe names', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '.', '/'), maxLength: 220 }), (text) => {
        let name: string
        try {
          name = toSampleName(text)
        } catch {
          return
        }
        const free = nextFreeName(name, (fold) => fold === foldName(name))
        expect(foldName(free)).not.toBe(foldName(name))
        expect(toSampleName(free)).toBe(free)
      }),
    )
  })
})
