import { fstatSync, writeSync } from 'node:fs'
import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { frame, type SaveHeader, saveLabelPath } from '../../shared/host/data-plane.ts'
import {
  type HostConnection,
  type LabelState,
  type Sample,
  type SaveResult,
  saveResultSchema,
} from '../../shared/host/host-api.ts'
import { requireAllSaid } from '../../shared/label/all-said.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { compareToList, requireListed } from '../../shared/label/masks.ts'
import { indexObjects } from '../../shared/label/object-index.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { statusAfterPainting } from '../../shared/label/paint.ts'
import { type LabelStatus, statuses } from '../../shared/label/status.ts'
import { readMaskFile } from '../adapters/mask-file.ts'
import { type Command, UsageError } from './command.ts'
import { readObjects, resolveCategories } from './label-objects.ts'
import { sampleNamed } from './sample-named.ts'

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
    const index = indexObjects(map)
    const ids = named.map(({ id }) => id)
    requireListed(index, ids)
    for (const id of compareToList(index, ids).empty) context.say(`object ${id} has no pixels in the mask`)

    const link = await context.write()
    const { connection } = link
    const sample = await sampleNamed(link, context.positionals[0]!, signal)
    requireSameSize(map, sample)
    const { objects, created } = await resolveCategories(connection, named, signal)
    const state = await connection.call('label.open', { sampleId: sample.id }, signal)
    if (status === 'labeled') await requireSaid(connection, sample, objects, signal)
    const result = await save(connection, { map, objects, state, status }, signal)
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

async function save(
  connection: HostConnection,
  label: { map: LabelMap; objects: LabelObject[]; state: LabelState; status: LabelStatus | null },
  signal: AbortSignal,
): Promise<SaveResult> {
  const { map, objects, state } = label
  const header: SaveHeader = {
    base: state.revision,
    status: label.status ?? statusAfterPainting(state.status)?.after ?? state.status,
    objects,
    nextObjectId: Math.max(state.nextObjectId, 1 + Math.max(0, ...objects.map(({ id }) => id))),
    tool: 'cli',
    journal: null,
  }
  const body = new Blob([frame(header, encodeIds(map.ids))])
  const path = saveLabelPath(state.sampleId as SampleId)
  const answer = await connection.fetchData(path, { method: 'PUT', body, signal })
  return saveResultSchema.parse(JSON.parse(await answer.text()))
}

async function requireSaid(
  connection: HostConnection,
  { id, name }: Sample,
  objects: readonly LabelObject[],
  signal: AbortSignal,
): Promise<void> {
  const [categories, rules, card] = await Promise.all([
    connection.call('categories.list', {}, signal),
    connection.call('ontology.rules', {}, signal),
    connection.call('cards.get', { sampleId: id }, signal),
  ])
  requireAllSaid({ name, objects, values: card.attributes }, { ...rules, categories })
}

function readStatus(text: string | undefined): LabelStatus | null {
  if (text === undefined) return null
  const status = statuses.find((each) => each === text)
  if (status) return status
  throw new UsageError(`There is no status "${text.slice(0, 40)}".`, `It is one of: ${statuses.join(', ')}.`)
}

function requireSameSize(map: LabelMap, sample: Sample): void {
  if (map.width === sample.width && map.height === sample.height) return
  throw new AppError(
    'IN_SIZE_MISMATCH',
    `The mask is ${map.width} × ${map.height} pixels, but ${sample.name} is ${sample.width} × ${sample.height}.`,
    { remedy: 'Give a mask as large as the image is when shown upright.' },
  )
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
