import type { HostOutput } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { sampleNamed } from './sample-named.ts'
import { clockTime, count, printable } from './words.ts'

type Entry = HostOutput<'samples.history'>[number]

export const history: Command = {
  name: 'history',
  summary: 'say who changed an image, when, and in which version',
  usage: 'SAMPLE',
  details: [
    'Newest first. SAMPLE is a name or an id. "restore VERSION SAMPLE" brings one of these states back.',
  ],
  options: {},
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const link = await context.read()
    const sample = await sampleNamed(link, context.positionals[0]!, context.signal)
    const list = await link.connection.call('samples.history', { sampleId: sample.id }, context.signal)
    return {
      json: { sample: sample.name, history: list },
      text: list.map(lineOf).join('\n') || 'in no version yet',
    }
  },
}

function lineOf({ number, committedAt, kind, isRelabeled, isRecarded, label }: Entry): string {
  const what = [kind, ...(isRelabeled ? ['label'] : []), ...(isRecarded ? ['tags or issues'] : [])].join(', ')
  const by = label
    ? `  ${label.status}, ${count(label.objectCount, 'object')}, by ${printable(label.author) || 'nobody'} (${label.tool}) ${clockTime(label.savedAt)}`
    : ''
  const when = committedAt === null ? '' : `  ${clockTime(committedAt)}`
  return `${number === null ? 'not committed' : `v${number}`}${when}  ${what}${by}`
}
