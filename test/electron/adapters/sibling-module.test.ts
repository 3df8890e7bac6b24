import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { assetFolder, packageFolder } from '../../../electron/adapters/asset-folder.ts'
import { siblingModule } from '../../../electron/adapters/sibling-module.ts'
import config from '../../../vite.electron.config.ts'

it('takes the ending of the module that asks', () => {
  const from = (importer: string) => siblingModule('./child', importer).href
  expect(from('file:///app/electron/adapters/decoder.ts')).toBe('file:///app/electron/adapters/child.ts')
  expect(from('file:///app/out/electron/adapters/decoder.js')).toBe(
    'file:///app/out/electron/adapters/child.js',
  )
})

it('is asked only for modules that exist and that the desktop build makes', () => {
  const root = packageFolder()
  const started = readdirSync(join(root, 'electron'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'electron', name))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/siblingModule\('([^']+)'/g)].map(
        ([, name]) => new URL(`${name}.ts`, pathToFileURL(join(dirname(file), 'x'))),
      ),
    )
    .map((url) => relative(root, decodeURIComponent(url.pathname)).split(sep).join('/'))
  expect(started.length).toBeGreaterThanOrEqual(3)
  expect(started.filter((file) => !existsSync(join(root, file)))).toEqual([])
  expect(config.build?.rolldownOptions?.input).toEqual(expect.arrayContaining(started))
})

it('finds what comes with Tessera', () => {
  expect(readdirSync(assetFolder('samples')).length).toBeGreaterThan(0)
})
