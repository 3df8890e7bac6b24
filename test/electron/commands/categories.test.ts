import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from '../../support/cli-child.ts'

let world: CliWorld
let environment: Record<string, string>
beforeEach(async () => {
  world = createCliWorld()
  environment = { TESSERA_LIBRARY: world.path('lib') }
  await tessera('init', 'lib')
})
afterEach(() => world.remove())

async function tessera(...args: string[]) {
  const ended = await world.run(args, { environment })
  return { ...ended, json: args.includes('--json') ? JSON.parse(ended.out) : null }
}

it('imports, lists and exports categories', { timeout: 120_000 }, async () => {
  const file = world.path('theirs.json')
  const categories = [
    { id: 3, name: 'car', color: [1, 2, 3], has_instances: true },
    { id: 4, name: 'sky', color: [4, 5, 6], has_instances: false },
  ]
  writeFileSync(file, JSON.stringify({ task_attributes: { categories } }))
  const dry = await tessera('categories', 'import', 'theirs.json', '--dry-run', '--json')
  expect(dry.json).toMatchObject({ applied: false, added: [{ id: 3 }, { id: 4 }], kept: [] })
  expect((await tessera('categories', 'list')).out).toContain('0 categories, panoptic')
  const real = await tessera('categories', 'import', 'theirs.json')
  expect(real.out).toContain('2 categories added')
  expect((await tessera('categories', 'import', 'theirs.json')).out).toContain(
    '0 categories added, 0 changed, 2 left',
  )
  const list = await tessera('categories', 'list', '--json')
  expect(list.json.categories[0]).toEqual({ id: 3, name: 'car', color: '#010203', hasInstances: true })

  await tessera('categories', 'export', '--out', 'mine.json')
  const text = readFileSync(world.path('mine.json'), 'utf8')
  expect((await tessera('categories', 'export')).out.trim()).toBe(text)
  writeFileSync(world.path('mine.json'), text.replace('"car"', '"CAR"'))
  const changed = await tessera('categories', 'import', 'mine.json', '--update')
  expect(changed.out).toContain('~ CAR: name')
})

it('says what is wrong with a file, and changes nothing', { timeout: 120_000 }, async () => {
  writeFileSync(
    world.path('bad.json'),
    '{"categories":[{"id":1,"name":"a","color":"red"},{"id":2,"name":"b"}]}',
  )
  const bad = await tessera('categories', 'import', 'bad.json', '--json')
  expect(bad.code).toBe(1)
  expect(bad.json.code).toBe('IN_FORMAT')
  expect((await tessera('categories', 'import', 'none.json')).code).toBe(1)
  expect((await tessera('categories', 'list', '--json')).json.categories).toEqual([])
})
