import {
  type SegmentsNew,
  type SegmentsState,
  segmentsNewSchema,
  segmentsTaskTypes,
  segmentsTopics,
} from '../../shared/host/segments-methods.ts'
import { type Command, type CommandContext, type OptionSpec, UsageError } from './command.ts'
import { clockTime, count, printable } from './words.ts'

const owner = 'DATASET is owner/name, as Segments.ai writes it.'

/** What somebody says of a dataset that is to be made. */
export const newOptions: Readonly<Record<string, OptionSpec>> = {
  'task-type': {
    type: 'string',
    value: 'TYPE',
    help: `what the labels of a dataset that is made are: ${segmentsTaskTypes.join(', ')} (the first unless told)`,
  },
  category: {
    type: 'string',
    value: 'NAME',
    help: `what it is filed under there: ${segmentsTopics.join(', ')} (the first unless told)`,
  },
}
export function newDataset(context: Pick<CommandContext, 'option'>): SegmentsNew {
  const [taskType, category] = [context.option('task-type'), context.option('category')]
  const wish = { ...(taskType !== undefined && { taskType }), ...(category !== undefined && { category }) }
  const parsed = segmentsNewSchema.safeParse(wish)
  if (parsed.success) return parsed.data
  throw new UsageError(
    'That is no task type or category of a dataset.',
    `--task-type is one of ${segmentsTaskTypes.join(', ')}, --category a word like street_scenery.`,
  )
}

export const segmentsLink: Command = {
  name: 'segments link',
  summary: 'link the library to a Segments.ai dataset',
  usage: 'DATASET [--create [--task-type TYPE] [--category NAME]]',
  details: [
    `${owner} One library is linked to one dataset at a time; what is known of another one stays, and linking back to it goes on there. Nothing is sent or brought here by this.`,
  ],
  options: {
    create: { type: 'boolean', help: 'the dataset is not there yet: the first publishing makes it' },
    ...newOptions,
  },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const create = context.flag('create')
    if (!create && Object.keys(newOptions).some((name) => context.option(name) !== undefined)) {
      throw new UsageError(
        'Only a dataset that is made gets a task type and a category.',
        'Say --create too.',
      )
    }
    const wish = { dataset: context.positionals[0]!, create, as: newDataset(context) }
    const { connection } = await context.write()
    const status = await connection.call('segments.link', wish, context.signal)
    return { json: status, text: linkText(status) }
  },
}

export const segmentsUnlink: Command = {
  name: 'segments unlink',
  summary: 'end the link to the Segments.ai dataset',
  usage: '',
  details: [
    'Nothing is removed, here or there, and what is known of the dataset stays for the next link to it.',
  ],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.write()
    const status = await connection.call('segments.unlink', {}, context.signal)
    return { json: status, text: linkText(status) }
  },
}

function linkText({ link, known }: SegmentsState): string {
  if (!link) return 'linked to no dataset'
  const made = link.create ? ', which the first publishing makes' : ''
  const last = known.syncedAt === null ? '' : `, last run ${clockTime(known.syncedAt)}`
  return `linked to ${printable(link.dataset)}${made}\n${count(known.samples, 'sample')} on both sides${last}`
}

export const segmentsDatasets: Command = {
  name: 'segments datasets',
  summary: 'list the Segments.ai datasets that the key may see',
  usage: '[OWNER]',
  details: ['Without OWNER: those that the key takes part in. OWNER is a user or an organization.'],
  options: {},
  positionals: [0, 1],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const [name] = context.positionals
    const found = await connection.call('segments.datasets', { owner: name ?? null }, context.signal)
    const lines = found.datasets.map(({ name, taskType, samples, role }) => {
      const size = samples === null ? '' : `  ${count(samples, 'sample')}`
      return `${printable(name)}  ${printable(taskType || 'no task')}${size}${role ? `  (${printable(role)})` : ''}`
    })
    return { json: found, text: lines.join('\n') || 'no datasets' }
  },
}
