import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../renderer/app/catalogue.ts'
import { printKeyFile, readKeyFile } from '../../../renderer/commands/key-file.ts'
import { AppError } from '../../../shared/base/app-error.ts'

const changes = { 'canvas.fit': ['Q', 'Mod+Shift+F'], 'canvas.finish': ['Tap+Space'], 'app.theme': [] }
const file = (content: object) =>
  JSON.stringify({ format: 'tessera-keys', format_version: 1, preset: 'default', keys: {}, ...content })
function refusal(text: string): AppError {
  try {
    readKeyFile(text, catalogue)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the file was taken')
}

it('reads what it wrote, in any order and with a mark of the byte order before it', () => {
  const text = printKeyFile({ preset: 'cvat', changes })
  const { bindings, unknown } = readKeyFile(`\uFEFF${text}`, catalogue)
  expect(bindings).toEqual({ preset: 'cvat', changes })
  expect(unknown).toEqual([])
  const turned = Object.fromEntries(Object.entries(changes).reverse())
  expect(printKeyFile({ preset: 'cvat', changes: turned })).toBe(text)
})

it('writes keys in the one way, whatever way the file has', () => {
  const { bindings } = readKeyFile(file({ keys: { 'canvas.fit': ['Shift+Mod+f'] } }), catalogue)
  expect(bindings.changes).toEqual({ 'canvas.fit': ['Mod+Shift+F'] })
})

it('leaves out actions that it does not know, and says which', () => {
  const { bindings, unknown } = readKeyFile(
    file({ keys: { 'canvas.teleport': ['Q'], 'canvas.fit': ['W'] } }),
    catalogue,
  )
  expect([bindings.changes, unknown]).toEqual([{ 'canvas.fit': ['W'] }, ['canvas.teleport']])
})

it('takes nothing for an action that objects have by themselves', () => {
  const text =
    '{"format":"tessera-keys","format_version":1,"preset":"default","keys":{"__proto__":["Q"],"toString":["W"]}}'
  const { bindings } = readKeyFile(text, catalogue)
  expect(Object.keys(bindings.changes)).toEqual([])
  expect(Object.getPrototypeOf(bindings.changes)).toBe(Object.prototype)
})

describe('a bad file', () => {
  it.each([
    ['is no JSON', '{', /not JSON/],
    ['is empty', '', /not JSON/],
    ['is a list', '[1,2]', /not a file of Tessera keys/],
    ['is nothing', 'null', /not a file of Tessera keys/],
    ['is of another program', '{"format":"keys"}', /not a file of Tessera keys/],
    ['names no preset we have', file({ preset: 'photoshop' }), /preset/],
    ['has text for a list of keys', file({ keys: { 'canvas.fit': 'F' } }), /keys\.canvas\.fit/],
    ['has a key that is none', file({ keys: { 'canvas.fit': ['Ctrl+Q'] } }), /“Ctrl\+Q” is not a key/],
    ['wants Tab', file({ keys: { 'canvas.fit': ['Tab'] } }), /Tab moves the focus/],
    ['wants to close the window', file({ keys: { 'canvas.fit': ['Mod+W'] } }), /cannot be used/],
    ['wants to move Esc', file({ keys: { 'canvas.escape': ['Q'] } }), /cannot be changed/],
    [
      'gives a key to two',
      file({ keys: { 'canvas.fit': ['Q'], 'app.theme': ['Q'] } }),
      /Both “Fit image” and “/,
    ],
    ['says a key twice', file({ keys: { 'canvas.fit': ['Q', 'q'] } }), /twice/],
    [
      'is nested beyond reason',
      file({ keys: JSON.parse(`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`) }),
      /keys\.a/,
    ],
  ])('%s: refused with what is wrong, and nothing is taken over', (_, text, words) => {
    const error = refusal(text)
    expect(error.code).toBe('IN_FORMAT')
    expect(error.message).toMatch(words)
    expect(error.remedy).toMatch(/Your keys are as they were/)
  })

  it('is refused by its size before it is read', () => {
    expect(refusal(' '.repeat(100_001)).code).toBe('IN_TOO_BIG')
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`a.${i}`, ['Q']]))
    expect(refusal(file({ keys: many })).message).toMatch(/1000 entries/)
  })

  it('of a later format asks for a later Tessera', () => {
    const error = refusal(file({ format_version: 2, preset: 'of the future' }))
    expect([error.code, error.remedy]).toEqual(['FMT_TOO_NEW', expect.stringContaining('Update Tessera')])
  })
})
