import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, sep } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import type { Command } from './command.ts'
import { outputError, replaceFile } from './output-file.ts'
import { sampleNamed } from './sample-named.ts'
import { count, printable } from './words.ts'

export const labelGet: Command = {
  name: 'label get',
  summary: 'write the saved label of an image to a file',
  usage: 'SAMPLE [--out PNG]',
  details: [
    'SAMPLE is a name or an id. The file is an RGBA PNG of object ids, as "label set" takes it: object id = R + 256 G + 65536 B.',
    'Prints the objects with their categories; without --out, only that.',
  ],
  options: {
    out: { type: 'string', value: 'PNG', help: 'where to write the mask; a file there is replaced' },
  },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const { signal } = context
    const link = await context.read()
    const { connection, host } = link
    const sample = await sampleNamed(link, context.positionals[0]!, signal)
    const state = await connection.call('label.open', { sampleId: sample.id, peek: true }, signal)
    const { revision } = state
    if (revision === null) {
      throw new AppError('NOT_FOUND', `${sample.name} has no label yet.`, {
        remedy: 'Label it first, in the window or with "label set".',
      })
    }
    const names = new Map<number, string>()
    for (const { id, name } of await connection.call('categories.list', {}, signal)) names.set(id, name)
    const objects = state.objects.map(({ id, categoryId, attributes, locked }) => {
      return {
        id,
        category: names.get(categoryId) ?? null,
        categoryId,
        attributes,
        ...(locked && { locked }),
      }
    })
    const out = context.option('out')
    const file = out === undefined ? null : context.path(out)
    if (file !== null) {
      await refuseInside(context.library, file)
      await replaceFile(file, await host.services.labels.png(revision as RevisionId))
    }
    const { width, height, status } = state
    const lines = [
      `${printable(sample.name)}: ${width} × ${height}, ${status}, ${count(objects.length, 'object')}`,
      ...objects.map(({ id, category }) => `  ${id}  ${printable(category ?? '(unknown category)')}`),
      ...(file === null ? [] : [`written to ${file}`]),
    ]
    return {
      json: { sample: sample.id, name: sample.name, revision, width, height, status, objects, file },
      text: lines.join('\n'),
    }
  },
}

/** A slip of the keyboard must not replace a file of the library. */
async function refuseInside(library: string, file: string): Promise<void> {
  const folder = await realpath(dirname(file)).catch((error: unknown) =>
    Promise.reject(outputError(error, file)),
  )
  const way = relative(await realpath(library), folder)
  if (way.split(sep)[0] === '..' || isAbsolute(way)) return
  throw new AppError('IN_PATH', `${basename(file)} would lie inside the library.`, {
    remedy: 'Choose a place outside of it.',
  })
}
