import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withTables } from '../../scripts/key-guide/tables.ts'

it('keeps the page of keys as the commands and presets are; "npm run key-guide" writes it anew', () => {
  const page = readFileSync(new URL('../../docs/guide/keys.md', import.meta.url), 'utf8')
  expect(page).toBe(withTables(page))
})

it('writes no page whose marks are lost', () => {
  expect(() => withTables('# Keys')).toThrow(/marks/)
})
