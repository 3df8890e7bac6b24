import { fstatSync, writeSync } from 'node:fs'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import { type LabelStatus, statuses } from '../../shared/label/status.ts'
import { readMaskFile } from '../adapters/mask-file.ts'
import { type Command, UsageError } from './command.ts'
import { readObjects } from './label-objects.ts'
import { emptyObjects, saveLabel } from './save-label.ts'

export const labelSet: Command = {
  name: 'label set',
  summary: 'save a label made elsewhere',
  usage: 'SAMPLE --mask PNG --objects JSON [--status STATUS]',
  details: [
    'SAMPLE is a name or an id. The mask is a PNG of the size of the upright image, 8 bits a channel, RGB or RGBA: object id = R + 256 G + 65536 B, 0 is unlabeled, alpha carries nothing.',
    'Every id that the mask uses must be listed. Categories that do not exist yet are made.',
    'Prints "saved REVISION" once the label would survive a power cut, and not before. If somebody else saved this label in the meantime, both are kept and a person chooses.',
  ],
  options: {
    mask: { type: 'string', value: 'PNG', help: 'the mask of object ids' },
    objects: {
      type: 'string',
      value: 'JSON',
      help: `category of each id: '{"1":"car","2":{"category":"tree","attributes":{"leaves":true}}}', or @FILE with that`,
    },
    status: {
      type: 'string',
      value: 'STATUS',
      help: `${statuses.join(', ')}; else it stays as it is, and an unlabeled image gets "in progress"`,
    },
    'ack-fd': {
      type: 'string',
      value: 'N',
      help: 'also write the line "ACK REVISION" to file descriptor N, once durable',
    },
  },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const { signal } = context
    const path = context.option('mask')
    const objectsText = context.option('objects')
    if (path === undefined) throw new UsageError('"label set" needs a mask.', 'Give --mask PNG.')
    if (objectsText === undefined)
      throw new UsageError('"label set" needs --objects.', 'Give --objects JSON.')
    const named = await readObjects(objectsText, context.path)
    const status = readStatus(context.option('status'))
    const acknowledge = openAcknowledgement(context.option('ack-fd'), context.json)

    const map = await readMaskFile(context.path(path))
    for (const id of emptyObjects({ map, named })) context.say(`object ${id} has no pixels in the mask`)

    const link = await context.write()
    const label = { map, named, status, tool: 'cli' }
    const { sample, result, created } = await saveLabel(link, context.positionals[0]!, label, signal)
    try {
      acknowledge(result.revision as RevisionId)
    } catch (error) {
      // Whoever listened has gone; what was saved is saved all the same.
      context.say(
        `the acknowledgement could not be written (${(error as { code?: string }).code ?? 'error'})`,
      )
    }
    for (const { name } of created) context.say(`made the category "${name}"`)
    if (result.kind === 'sibling') {
      context.say('somebody else saved this label in the meantime; both are kept: open the image to choose')
    }
    return { json: { ...result, sample: sample.id, name: sample.name }, text: `saved ${result.revision}` }
  },
}

function readStatus(text: string | undefined): LabelStatus | null {
  if (text === undefined) return null
  const status = statuses.find((each) => each === text)
  if (status) return status
  throw new UsageError(`There is no status "${text.slice(0, 40)}".`, `It is one of: ${statuses.join(', ')}.`)
}

/**
 * Writes to a descriptor that the caller opened. It is looked at before anything is saved, and again before writing: a
 * number that is not what it was may by then be a file of the library.
 */
function openAcknowledgement(text: string | undefined, json: boolean): (revision: RevisionId) => void {
  if (text === undefined) return () => {}
  const fd = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
  if (fd === 1 && json) throw new UsageError('With --json nothing else may go to stdout.', 'Use --ack-fd 3.')
  const before = fd < 1 ? null : identityOf(fd)
  if (before === null) {
    throw new UsageError(
      `File descriptor ${text.slice(0, 20)} is not open for writing.`,
      'Open it before, for example with 3>FILE.',
    )
  }
  return (revision) => {
    if (identityOf(fd) !== before) throw new Error('the descriptor was closed')
    writeLine(fd, `ACK ${revision}\n`)
  }
}

/** What a descriptor leads to; null when it is closed or nothing that a line can be written to. */
function identityOf(fd: number): string | null {
  try {
    const info = fstatSync(fd, { bigint: true })
    const takesLines = info.isFIFO() || info.isSocket() || info.isFile() || info.isCharacterDevice()
    return takesLines ? `${info.dev} ${info.ino}` : null
  } catch {
    return null
  }
}

function writeLine(fd: number, line: string): void {
  for (let bytes = Buffer.from(line); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (error) {
      // A pipe that the other side made non-blocking and has not read from yet.
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
    }
  }
}
