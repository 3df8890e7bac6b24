import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createPipelineWorld } from '../support/pipeline-world.ts'
import { findTrainingPython } from '../support/wandb-python.ts'

const python = findTrainingPython()
const page = readFileSync(new URL('../../docs/guide/pipeline/README.md', import.meta.url), 'utf8')

it('goes the eleven steps by the commands of their page, as they stand there', async () => {
  const [, commands] = page.match(/```sh\n(tessera init [^`]*)```/)!
  const world = await createPipelineWorld(python)
  try {
    const lines = (await world.shell(commands!)).map((line) => JSON.parse(line))
    // One command stands in a loop over three images; a training prints a line too.
    const printed = commands!.match(/^\s*tessera /gm)!.length + 2 + (python === null ? 0 : 2)
    expect(lines).toHaveLength(printed)
    expect(lines.at(-1)).toMatchObject({ format: 'tessera-lineage' })
    const { wandb, segments } = world
    const versions = (name: string) => wandb.store.versions('me', 'street', name).length
    expect(['raw_data', 'labeled_data', 'street-pixels'].map(versions)).toEqual([
      2,
      2,
      python === null ? 0 : 2,
    ])
    expect(segments.admin.samples('me/street')).toHaveLength(4)
    expect(segments.admin.releases('me/street').map(({ name }) => name)).toEqual(['first', 'second'])
    expect(await world.findings()).toEqual([])
  } finally {
    await world.close()
  }
}, 500_000)
