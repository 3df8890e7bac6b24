import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { importPath } from '../../shared/host/data-plane.ts'
import { type HostConnection, type ImportOutcome, importOutcomeSchema } from '../../shared/host/host-api.ts'
import { checkFileSize } from '../../shared/image/limits.ts'
import { fileError } from '../adapters/file-error.ts'
import { type FoundFile, findFiles } from '../host/import-walk.ts'
import type { Command, Link } from './command.ts'
import { count, printable } from './words.ts'

type Report = (outcome: ImportOutcome, done: number, total: number) => void

export const importCommand: Command = {
  name: 'import',
  summary: 'put images into the library',
  usage: 'PATH...',
  details: [
    'A folder gives the images under it, without hidden files and without following links. JPEG, PNG, WebP, TIFF, AVIF and GIF (first frame) are read; the bytes are kept as they are.',
    'An image that is in the library already is left out, a name that is taken gets a number, and a file that cannot be used is named with the reason while the rest goes in.',
  ],
  options: {},
  positionals: [1, Number.POSITIVE_INFINITY],
  needsLibrary: true,
  exits: { 1: 'at least one file was refused; the others are in' },
  async run(context) {
    const paths = context.positionals.map(context.path)
    const outcomes = await importFiles(await context.write(), paths, context.signal, (outcome, done, total) =>
      context.say(`[${done}/${total}] ${printable(describe(outcome))}`),
    )
    return summary(outcomes, context.signal.aborted)
  },
}

/** Files and folders, in natural order. After `signal` it stops and answers what was done. */
export async function importFiles(
  { host, connection }: Pick<Link, 'host' | 'connection'>,
  paths: readonly string[],
  signal: AbortSignal,
  report: Report,
): Promise<ImportOutcome[]> {
  if (!host) return sendFiles(connection, paths, signal, report)
  return host.services.imports.importPaths(paths, signal, ({ outcome, done, total }) =>
    report(outcome, done, total),
  )
}

/** To the owner of the library, which cannot know our folders: one request per file, in order. */
async function sendFiles(
  connection: HostConnection,
  paths: readonly string[],
  signal: AbortSignal,
  report: Report,
): Promise<ImportOutcome[]> {
  const outcomes: ImportOutcome[] = []
  const files = await findFiles(paths, signal)
  for (const file of files) {
    if (signal.aborted) break
    const outcome = await sendFile(connection, file, signal)
    if (signal.aborted && outcome.kind === 'rejected') break
    outcomes.push(outcome)
    report(outcome, outcomes.length, files.length)
  }
  return outcomes
}

async function sendFile(
  connection: HostConnection,
  { path, name }: FoundFile,
  signal: AbortSignal,
): Promise<ImportOutcome> {
  let body: Blob
  try {
    const info = await stat(path)
    if (!info.isFile()) {
      throw new AppError('IN_PATH', 'This is not a file.', {
        remedy: 'Give image files, or folders of them.',
      })
    }
    checkFileSize(info.size)
    body = await openAsBlob(path)
  } catch (error) {
    return { kind: 'rejected', file: name, error: toAppError(fileError(error)).toInfo() }
  }
  const answer = await connection.fetchData(importPath(name), { method: 'POST', body, signal })
  return importOutcomeSchema.parse(JSON.parse(await answer.text()))
}

function describe(outcome: ImportOutcome): string {
  switch (outcome.kind) {
    case 'added':
      return outcome.renamedFrom === null
        ? `${outcome.file} added`
        : `${outcome.file} added as ${outcome.sample.name}`
    case 'duplicate':
      return `${outcome.file} is there already, as ${outcome.existing}${outcome.inTrash ? ', in the trash' : ''}`
    case 'rejected':
      return `${outcome.file} refused: ${outcome.error.message} ${outcome.error.remedy}`
  }
}

function summary(outcomes: readonly ImportOutcome[], stopped: boolean) {
  const numberOf = (kind: ImportOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  const [added, duplicates, rejected] = [numberOf('added'), numberOf('duplicate'), numberOf('rejected')]
  const parts = [`${count(added, 'image')} added`]
  if (duplicates > 0) parts.push(`${duplicates} there already`)
  if (rejected > 0) parts.push(`${rejected} refused`)
  if (stopped) parts.push('stopped before the end')
  return {
    json: { added, duplicates, rejected, stopped, outcomes },
    text: parts.join(', '),
    exit: rejected > 0 || stopped ? 1 : 0,
  }
}
