import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { dumpLibrary } from '../host/dump.ts'
import type { Command } from './command.ts'

export const dump: Command = {
  name: 'dump',
  summary: 'print everything the library holds as canonical JSON',
  usage: '[--all]',
  details: [
    'Samples, label revisions with their identities, categories, versions and refs, each in a fixed order and without ids, times or anything of this computer: two libraries with equal content give equal bytes. With --all these are there too, and receipts of uploads.',
    'The bytes of images and labels stand for themselves by their SHA-256.',
  ],
  options: { all: { type: 'boolean', help: 'with ids, times and receipts' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { host } = await context.read()
    const text = canonicalJson(dumpLibrary(host.services.context, { all: context.flag('all') }))
    // Parsed again, so that the order of keys is the canonical one here too.
    return { json: context.json ? JSON.parse(text) : null, text }
  },
}
