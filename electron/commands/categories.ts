import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../../shared/base/app-error.ts'
import { mostOntologyText } from '../../shared/formats/ontology-reader.ts'
import type { HostOutput } from '../../shared/host/host-api.ts'
import { fileError } from '../adapters/file-error.ts'
import type { Command } from './command.ts'
import { replaceFile } from './output-file.ts'
import { count, printable } from './words.ts'

export const categoriesList: Command = {
  name: 'categories list',
  summary: 'list the categories, in the order of the number keys',
  usage: '',
  details: ['Works while another program has the library open.'],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const categories = await connection.call('categories.list', {}, context.signal)
    const rules = await connection.call('ontology.rules', {}, context.signal)
    const lines = categories.map(({ id, name, color, hasInstances, isVoid, attributes = [] }) =>
      [
        String(id).padStart(4),
        color,
        hasInstances ? 'things' : 'stuff ',
        printable(name),
        ...(isVoid ? ['void'] : []),
        ...(attributes.length > 0 ? [count(attributes.length, 'attribute')] : []),
      ].join('  '),
    )
    return {
      json: { ...rules, categories },
      text: [...lines, `${count(categories.length, 'category', 'categories')}, ${rules.task}`].join('\n'),
    }
  },
}

export const categoriesExport: Command = {
  name: 'categories export',
  summary: 'write the categories as ontology.json',
  usage: '[--out FILE]',
  details: [
    'Without --out it goes to the standard output. Works while another program has the library open.',
  ],
  options: { out: { type: 'string', value: 'FILE', help: 'where to write it; a file there is replaced' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const { text } = await connection.call('ontology.text', {}, context.signal)
    const out = context.option('out')
    if (out === undefined) return { json: JSON.parse(text) as unknown, text }
    const file = context.path(out)
    await replaceFile(file, Buffer.from(text))
    return { json: { file }, text: `written to ${file}` }
  },
}

export const categoriesImport: Command = {
  name: 'categories import',
  summary: 'add the categories of a file',
  usage: 'FILE [--update] [--dry-run]',
  details: [
    'FILE is an ontology.json, or the task_attributes of a Segments.ai dataset: by themselves, in a dataset or in a release.',
    'Categories that are there by name stay as they are, unless --update lets the file change them. Nothing is removed. An id that ever stood for another category here is replaced by a new one.',
  ],
  options: {
    update: { type: 'boolean', help: 'the file goes before what the library says' },
    'dry-run': { type: 'boolean', help: 'only say what it would do' },
  },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const file = context.path(context.positionals[0]!)
    const isDry = context.flag('dry-run')
    const { connection } = isDry ? await context.read() : await context.write()
    const text = await readText(file)
    const plan = await connection.call(
      'ontology.add',
      { text, mode: context.flag('update') ? 'update' : 'keep', apply: !isDry },
      context.signal,
    )
    return { json: { applied: !isDry, ...plan }, text: wordsOf(plan, isDry) }
  },
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    // A character has at most four bytes.
    if (size > 4 * mostOntologyText) {
      throw new AppError('IN_TOO_BIG', `The file has ${size} bytes, which is no list of categories.`, {
        remedy: 'Check that it is the file you mean.',
      })
    }
    return await readFile(file, 'utf8')
  } catch (error) {
    throw fileError(error)
  }
}

function wordsOf(plan: HostOutput<'ontology.add'>, isDry: boolean): string {
  const { added, changed, kept, imageAttributes, remarks } = plan
  const many = (n: number) => count(n, 'category', 'categories')
  return [
    ...added.map(({ id, name }) => `  + ${printable(name)} (${id})`),
    ...changed.map(({ category, fields }) => `  ~ ${printable(category.name)}: ${fields.join(', ')}`),
    ...kept.map((name) => `  = ${printable(name)}`),
    ...imageAttributes.map((name) => `  + attribute of images: ${printable(name)}`),
    ...remarks.map((remark) => printable(remark)),
    `${many(added.length)} ${isDry ? 'would be added' : 'added'}, ${changed.length} ${isDry ? 'would be changed' : 'changed'}, ${kept.length} left as they are`,
  ].join('\n')
}
