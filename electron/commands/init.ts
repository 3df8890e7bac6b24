import type { Command } from './command.ts'

export const init: Command = {
  name: 'init',
  summary: 'make a new library',
  usage: 'DIR',
  details: ['DIR must be missing or empty. Nothing that is there already is touched.'],
  options: {},
  positionals: [1, 1],
  needsLibrary: false,
  async run({ positionals, path, create }) {
    const folder = path(positionals[0]!)
    const { libraryId } = await create(folder)
    return { json: { folder, libraryId }, text: `made a library in ${folder}` }
  },
}
