import { writeFileSync } from 'node:fs'
import { encode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from '../../support/cli-child.ts'

let world: CliWorld
let environment: Record<string, string>
beforeEach(async () => {
  world = createCliWorld()
  environment = { TESSERA_LIBRARY: world.path('lib') }
  await tessera('init', 'lib')
  for (const [i, name] of ['a.png', 'b.png', 'night.png'].entries()) {
    writeFileSync(
      world.path(name),
      encode({ width: 4, height: 3, channels: 3, data: new Uint8Array(36).fill(i) }),
    )
  }
  await tessera('import', 'a.png', 'b.png', 'night.png')
})
afterEach(() => world.remove())

async function tessera(...args: string[]) {
  const ended = await world.run(args, { environment })
  return { ...ended, json: args.includes('--json') ? JSON.parse(ended.out) : null }
}
const names = async (...args: string[]) => {
  const { json } = await tessera('list', '--json', ...args)
  return json.samples.map(({ name }: { name: string }) => name)
}

it('tags, finds, trashes and restores images from a terminal', { timeout: 120_000 }, async () => {
  const tagged = await tessera(
    'tag',
    'a.png',
    '--filter',
    'night',
    '--add',
    'dusk, wet',
    '--set',
    'speed=13',
    '--json',
  )
  expect(tagged.json).toEqual({ images: 2, changed: 2, failed: [] })
  expect(await names('--filter', 'tag:wet speed:>10')).toEqual(['a.png', 'night.png'])
  expect(await names('--filter=-tag:wet')).toEqual(['b.png'])
  expect(await names('--sort', 'name', '--reverse', '--limit', '1')).toEqual(['night.png'])
  const shown = await tessera('list', '--filter', 'tag:dusk')
  expect(shown.out).toContain('a.png  unlabeled  0 objects  dusk, wet')
  expect(shown.out).toContain('2 of 3 images')

  expect((await tessera('trash', '--filter', 'tag:dusk')).out).toContain('2 images put into the trash')
  expect(await names()).toEqual(['b.png'])
  expect(await names('--trash')).toEqual(['a.png', 'night.png'])
  expect((await tessera('tag', 'a.png', '--add', 'x')).err).toContain('in the trash')
  expect((await tessera('trash', 'restore', 'NIGHT.png')).out).toContain('1 image restored')
  expect((await tessera('trash', 'restore', 'b.png')).code).toBe(1)
  expect((await tessera('trash', 'empty', '--json')).json).toMatchObject({ removed: 1 })
  expect(await names('--trash')).toEqual([])
  expect((await tessera('verify')).code).toBe(0)
})

it('says what is wrong with a line that makes no sense', { timeout: 120_000 }, async () => {
  const lines: [string[], RegExp][] = [
    [['list', '--filter', 'status:done'], /"status:done" means nothing.*[\s\S]*unlabeled/],
    [['list', '--sort', 'size'], /cannot be sorted/],
    [['list', '--limit', 'many'], /number/],
    [['tag', 'a.png'], /What is to be said/],
    [['tag', '--add', 'x'], /Which images/],
    [['tag', 'a.png', '--split', 'dev'], /no split "dev"/],
    [['tag', 'a.png', '--set', 'weather'], /KEY=VALUE/],
    [['trash'], /Which images/],
  ]
  for (const [args, what] of lines) {
    const ended = await tessera(...args)
    expect(ended.err).toMatch(what)
    expect(ended.code).toBe(2)
  }
})
