import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { guideText } from '../../../electron/commands/guide.ts'
import { commands } from '../../../electron/commands/table.ts'
import { maskFromIds } from '../../../shared/label/masks.ts'
import { type CliWorld, createCliWorld } from '../../support/cli-child.ts'

const page = fileURLToPath(new URL('../../../docs/guide/command-line.md', import.meta.url))
const guide = readFileSync(page, 'utf8')

let world: CliWorld
beforeEach(() => {
  world = createCliWorld()
})
afterEach(() => world.remove())

it('says of every command what the command says of itself', async () => {
  const made = /(<!-- From here on .* -->\n)[\s\S]*(\n<!-- End of what is made\. -->)/
  expect(guide).toMatch(made)
  const expected = guide.replace(made, (_, from, to) => `${from}\n${guideText(commands)}\n${to}`)
  await expect(expected).toMatchFileSnapshot(page)
})

/** The words of a line of shell; quotes keep spaces together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) =>
    (single ?? double ?? bare!).replace(/^~/, world.folder),
  )
}

it('shows commands that work as they stand', async () => {
  const ids = Uint32Array.from({ length: 24 * 16 }, (_, p) => p % 3)
  for (const folder of ['photos', 'masks']) mkdirSync(world.path(folder))
  const image = encode({ width: 24, height: 16, data: maskFromIds(ids.map((id) => id * 9000)) })
  writeFileSync(world.path('photos', 'a.png'), image)
  writeFileSync(world.path('masks', 'a.png'), encode({ width: 24, height: 16, data: maskFromIds(ids) }))
  copyFileSync(
    fileURLToPath(new URL('../../../assets/samples/street-1.jpg', import.meta.url)),
    world.path('photos', 'street.jpg'),
  )
  const [example] = guide.match(/```sh\nexport [^`]*```/)!
  const [versions] = guide.match(/```sh\ntessera branch [^`]*```/)!
  const lines = `${example}\n${versions}`.split('\n').filter((line) => line.startsWith('tessera '))
  expect(lines.length).toBeGreaterThan(16)
  const environment = { TESSERA_LIBRARY: world.path('streets') }
  for (const line of lines) {
    const ended = await world.run(wordsOf(line).slice(1), { environment })
    expect(ended.code, `${line}\n${ended.err}`).toBe(0)
  }
  expect(readFileSync(world.path('a-label.png')).length).toBeGreaterThan(0)
}, 180_000)
