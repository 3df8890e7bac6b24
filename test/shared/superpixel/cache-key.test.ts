import { expect, it } from 'vitest'
import { ENGINE } from '../../../shared/superpixel/build.ts'
import { superpixelKey, superpixelKeyForm } from '../../../shared/superpixel/cache-key.ts'

const pattern = new RegExp(`^${superpixelKeyForm}$`)
const digest = '0f'.repeat(32)

it('tells image, engine and options apart, and spells defaults and what is left out alike', () => {
  const keys = [
    superpixelKey(digest, ENGINE, {}),
    superpixelKey('1f'.repeat(32), ENGINE, {}),
    superpixelKey(digest, `${ENGINE}0`, {}),
    superpixelKey(digest, ENGINE, { smoothing: 1 }),
    superpixelKey(digest, ENGINE, { smoothing: 2 }),
    superpixelKey(digest, ENGINE, { compactness: 0 }),
    superpixelKey(digest, ENGINE, { compactness: 0.75 }),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(superpixelKey(digest, ENGINE, { smoothing: 0.5, compactness: 0.5 })).toBe(keys[0])
  expect(superpixelKey(digest, ENGINE, { smoothing: undefined })).toBe(keys[0])
  for (const key of keys) expect(key).toMatch(pattern)
})

it('is the name of a file and nothing more', () => {
  for (const name of ['../secret', `${digest}-../x`, `${digest}-a/b`, `${digest}-`, digest, `${digest}-A`]) {
    expect(name).not.toMatch(pattern)
  }
})
