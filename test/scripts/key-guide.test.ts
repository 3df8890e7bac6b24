import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pagePath, withTables } from '../../scripts/key-guide.ts'

it('keeps the page of keys as the commands and presets are; "npm run key-guide" writes it anew', () => {
  const page = readFileSync(pagePath, 'utf8')
  expect(page).toBe(withTables(page))
})

it('writes no page whose marks are lost', () => {
  expect(() => withTables('# Keys')).toThrow(/marks/)
})
