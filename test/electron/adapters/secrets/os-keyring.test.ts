import { expect, it } from 'vitest'
import { createOsKeyring } from '../../../../electron/adapters/secrets/os-keyring.ts'

it('is no keyring where nothing would outlive the session', () => {
  expect(createOsKeyring({ isThere: false })).toBe(null)
  expect(createOsKeyring({ isThere: true })).not.toBe(null)
})
