import type { Command } from './command.ts'
import { changeSamples, filterOption, pickedSamples } from './picked-samples.ts'
import { byteSize, count } from './words.ts'

export const trash: Command = {
  name: 'trash',
  summary: 'put images into the trash',
  usage: '[SAMPLE...] [--filter TEXT]',
  details: [
    'They are in no list and no new version any more, and come back as they were with "trash restore". Versions that have them are not touched.',
  ],
  options: { filter: filterOption },
  positionals: [0, Number.POSITIVE_INFINITY],
  needsLibrary: true,
  async run(context) {
    const link = await context.write()
    const ids = await pickedSamples(context, link)
    const { changed } = await changeSamples(context, link.connection, ids, { kind: 'trash' })
    return { json: { trashed: changed }, text: `${count(changed, 'image')} put into the trash` }
  },
}

export const trashRestore: Command = {
  name: 'trash restore',
  summary: 'take images out of the trash',
  usage: '[SAMPLE...] [--filter TEXT]',
  details: ['"tessera list --trash" shows what is there.'],
  options: { filter: filterOption },
  positionals: [0, Number.POSITIVE_INFINITY],
  needsLibrary: true,
  async run(context) {
    const link = await context.write()
    const ids = await pickedSamples(context, link, { trash: true })
    const { changed } = await changeSamples(context, link.connection, ids, { kind: 'restore' })
    return { json: { restored: changed }, text: `${count(changed, 'image')} restored` }
  },
}

export const trashEmpty: Command = {
  name: 'trash empty',
  summary: 'remove what is in the trash for good',
  usage: '',
  details: ['Cannot be taken back. Bytes that a version needs stay, so old versions can still be restored.'],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.write()
    const { removed, bytes } = await connection.call('trash.empty', {}, context.signal)
    return {
      json: { removed, bytes },
      text: `${count(removed, 'image')} removed, ${byteSize(bytes)} freed`,
    }
  },
}
