import { splits, tagSchema, typedValue } from '../../shared/dataset/card.ts'
import type { SampleChange } from '../../shared/host/host-api.ts'
import { type Command, UsageError } from './command.ts'
import { type Changed, changeSamples, filterOption, pickedSamples } from './picked-samples.ts'
import { count } from './words.ts'

export const tag: Command = {
  name: 'tag',
  summary: 'give tags, a split or metadata to images',
  usage: '[SAMPLE...] [--filter TEXT] [--add TAGS] [--remove TAGS] [--split SPLIT] …',
  details: [
    'SAMPLE is a name or an id. Tags are separated by commas. A value of --set that is true, false or a number as it would be printed counts as that (007 is text); an empty one takes the key away.',
    'What is written is durable when the command ends.',
  ],
  options: {
    filter: filterOption,
    add: { type: 'string', value: 'TAGS', help: 'tags to give' },
    remove: { type: 'string', value: 'TAGS', help: 'tags to take away' },
    split: { type: 'string', value: 'SPLIT', help: `${splits.join(', ')} or none` },
    set: { type: 'string', value: 'KEY=VALUE', help: 'one value of the metadata' },
  },
  positionals: [0, Number.POSITIVE_INFINITY],
  needsLibrary: true,
  async run(context) {
    const changes = [
      ...readTags(context.option('add'), context.option('remove')),
      ...readSplit(context.option('split')),
      ...readMetadata(context.option('set')),
    ]
    if (changes.length === 0) {
      throw new UsageError('What is to be said of them?', 'Give --add, --remove, --split or --set.')
    }
    const link = await context.write()
    const ids = await pickedSamples(context, link)
    const results: Changed[] = []
    for (const change of changes) results.push(await changeSamples(context, link.connection, ids, change))
    const failed = results.flatMap((result) => result.failed)
    for (const { id, error } of failed) context.say(`${id}: ${error.message} ${error.remedy}`)
    const changed = Math.max(0, ...results.map((result) => result.changed))
    return {
      json: { images: ids.length, changed, failed },
      text: `${count(changed, 'image')} changed of ${ids.length}`,
      exit: failed.length > 0 ? 1 : 0,
    }
  },
}

function readTags(add: string | undefined, remove: string | undefined): SampleChange[] {
  if (add === undefined && remove === undefined) return []
  return [{ kind: 'card', change: { kind: 'tags', add: tagsOf(add), remove: tagsOf(remove) } }]
}

function tagsOf(text: string | undefined): string[] {
  const words = (text ?? '').split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))
  const bad = words.find((word) => !tagSchema.safeParse(word).success)
  if (bad === undefined) return words
  throw new UsageError(`"${bad.slice(0, 40)}" is too long for a tag.`, 'A tag has at most 100 characters.')
}

function readSplit(text: string | undefined): SampleChange[] {
  if (text === undefined) return []
  const split = splits.find((each) => each === text) ?? null
  if (split === null && text !== 'none') {
    throw new UsageError(
      `There is no split "${text.slice(0, 40)}".`,
      `It is one of: ${splits.join(', ')}, none.`,
    )
  }
  return [{ kind: 'card', change: { kind: 'split', split } }]
}

function readMetadata(text: string | undefined): SampleChange[] {
  if (text === undefined) return []
  const [key = '', ...rest] = text.split('=')
  const value = rest.join('=')
  if (key.trim() === '' || rest.length === 0) {
    throw new UsageError('--set needs KEY=VALUE.', 'For example --set weather=rain.')
  }
  if (value === '') return [{ kind: 'card', change: { kind: 'metadata', set: {}, remove: [key] } }]
  return [{ kind: 'card', change: { kind: 'metadata', set: { [key]: typedValue(value) }, remove: [] } }]
}
