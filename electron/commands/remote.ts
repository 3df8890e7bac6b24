import { AppError } from '../../shared/base/app-error.ts'
import type { HostConnection, RemoteArtifact, RemoteLook } from '../../shared/host/host-api.ts'
import type { Command, CommandContext } from './command.ts'
import { UsageError } from './command.ts'
import { byteSize, clockTime, count, printable } from './words.ts'

export const remoteList: Command = {
  name: 'remote list',
  summary: 'look at what is on W&B: projects, collections, versions',
  usage: '[ENTITY[/PROJECT[/COLLECTION]]]',
  details: [
    'Without a place: the entities that the key may see. With an entity its projects, with a project its collections by type, with a collection its versions, newest first. Nothing is downloaded.',
  ],
  options: {},
  positionals: [0, 1],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const parts = (context.positionals[0] ?? '').split('/').filter((part) => part !== '')
    const [entity, project, collection, more] = parts
    if (more !== undefined) throw new UsageError(`"${context.positionals[0]}" has too many parts.`)
    if (entity === undefined) {
      const found = await connection.call('remote.entities', {}, context.signal)
      return { json: found, text: found.entities.map(printable).join('\n') }
    }
    if (project === undefined) {
      const projects = await every(
        (after) => connection.call('remote.projects', { entity, after }, context.signal),
        'projects',
      )
      return {
        json: { projects },
        text: projects.map(({ name }) => printable(name)).join('\n') || 'no project',
      }
    }
    const place = { entity, project }
    const collections = await collectionsOf(connection, place, context)
    if (collection === undefined) {
      const lines = collections.map(
        ({ name, type, kind }) =>
          `${printable(name)}  ${printable(type)}${kind === 'links' ? '  (links)' : ''}`,
      )
      return { json: { collections }, text: lines.join('\n') || 'no artifacts' }
    }
    const found = collections.find(({ name }) => name === collection)
    if (!found) {
      throw new AppError(
        'NOT_FOUND',
        `There is no collection "${collection.slice(0, 120)}" in ${entity}/${project}.`,
        {
          remedy: `See "tessera remote list ${entity}/${project}".`,
        },
      )
    }
    const versions = await every(
      (after) =>
        connection.call('remote.versions', { ...place, type: found.type, collection, after }, context.signal),
      'versions',
    )
    return { json: { versions }, text: versions.map(versionLine).join('\n') || 'no versions' }
  },
}

export const remoteShow: Command = {
  name: 'remote show',
  summary: 'say what a pull would bring, or what others pushed',
  usage: '[ARTIFACT]',
  details: [
    'ARTIFACT as for "pull": what it is, how much of it is here already, and which versions come with it. Without ARTIFACT: the versions that others pushed to the project of this library.',
  ],
  options: {},
  positionals: [0, 1],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const [artifact] = context.positionals
    if (artifact !== undefined) {
      const look = await connection.call('remote.look', { artifact }, context.signal)
      return { json: look, text: lookLines(look).join('\n'), exit: look.refused ? 1 : 0 }
    }
    const ahead = await connection.call('remote.ahead', { ask: true }, context.signal)
    const lines = ahead.versions.map(
      ({ collection, remoteVersion, message, author, createdAt, isUnfinished }) =>
        `${printable(collection)}:${remoteVersion}  ${clockTime(createdAt)}  ${printable(author)}  ${printable(message.split('\n')[0]!)}${isUnfinished ? '  (still being sent)' : ''}`,
    )
    return { json: ahead, text: lines.join('\n') || 'nothing that is not here' }
  },
}

async function collectionsOf(
  connection: HostConnection,
  place: { entity: string; project: string },
  { signal }: CommandContext,
) {
  const types = await every((after) => connection.call('remote.types', { ...place, after }, signal), 'types')
  const found = []
  for (const { name: type } of types)
    found.push(
      ...(await every(
        (after) => connection.call('remote.collections', { ...place, type, after }, signal),
        'collections',
      )),
    )
  return found
}

/** All pages of a list. */
async function every<K extends string, T>(
  page: (after: string | null) => Promise<{ next: string | null } & Record<K, T[]>>,
  key: K,
): Promise<T[]> {
  const found: T[] = []
  for (let after: string | null = null; ; ) {
    const answer: { next: string | null } & Record<K, T[]> = await page(after)
    found.push(...answer[key])
    if (answer.next === null || answer.next === after) return found
    after = answer.next
  }
}

function versionLine({
  version,
  aliases,
  tags,
  files,
  bytes,
  createdAt,
  createdBy,
  versionHere,
}: RemoteArtifact): string {
  const names = [...aliases, ...tags.map((tag) => `#${tag}`)].map(printable).join(', ')
  const by = createdBy?.kind === 'run' ? createdBy.title : (createdBy?.name ?? '')
  return [
    version.padEnd(5),
    clockTime(createdAt),
    `${count(files, 'file')}, ${byteSize(bytes)}`,
    ...(names ? [`(${names})`] : []),
    ...(by ? [`by ${printable(by)}`] : []),
    ...(versionHere ? [`here as ${versionHere.slice(0, 12)}`] : []),
  ].join('  ')
}

const kinds: Readonly<Record<RemoteLook['kind'], string>> = {
  version: 'a version of a Tessera dataset, with its history',
  dataset: 'a dataset in the layout of Tessera, made by another program',
  images: 'images of another program',
  none: 'nothing that can be pulled',
}

function lookLines({
  artifact,
  kind,
  role,
  source,
  here,
  images,
  labels,
  outside,
  versions,
  refused,
}: RemoteLook): string[] {
  const { entity, project, collection, version } = artifact
  const left = artifact.files - here.files
  return [
    `${printable(`${entity}/${project}/${collection}`)}:${version}: ${kinds[kind]}${role ? ` (${role})` : ''}`,
    `  ${versionLine(artifact)}`,
    ...(source
      ? [
          `  version ${source.versionId.slice(0, 12)} of ${source.isThisLibrary ? 'this library' : `library ${source.libraryId.slice(0, 8)}`}`,
        ]
      : []),
    `  ${count(images, 'image')}, ${count(labels, 'label')}; ${count(left, 'file')} of ${artifact.files} not here yet`,
    ...(versions > 0 ? [`  ${count(versions, 'version')} would come with it`] : []),
    ...(outside > 0 ? [`  ${count(outside, 'file')} lie elsewhere and are not fetched`] : []),
    ...(refused ? [`  ${refused.message} [${refused.code}]`] : []),
  ]
}
