import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { type KeyBindings, type KeyTable, ownersOf, whyReserved } from './bindings.ts'
import type { ScopedInfo } from './command.ts'
import { readChord } from './key-chord.ts'
import { presetNames } from './presets.ts'

/** A whole keyboard takes a few kilobytes. */
const longestText = 100_000
const longestList = 8

const chord = z.string().max(40)
/** Not more commands than anybody will ever have, nor longer names. */
const table = z
  .record(
    z
      .string()
      .max(100)
      .regex(/^[A-Za-z][\w.-]*$/),
    z.array(chord).max(longestList),
  )
  .refine((value) => Object.keys(value).length <= 1000, 'more than 1000 entries')
const header = z.object({ format: z.literal('tessera-keys'), format_version: z.number().int() })
const file = header.extend({
  preset: z.enum(presetNames),
  keys: table,
})

/** What a file holds: bindings, and the ids in it that no command here has. */
export type ReadKeys = { readonly bindings: KeyBindings; readonly unknown: readonly string[] }

/** The file of a person's keys: the preset and what they changed, sorted, as text. */
export function printKeyFile(bindings: KeyBindings): string {
  const keys = Object.fromEntries(Object.entries(bindings.changes).sort(([a], [b]) => (a < b ? -1 : 1)))
  const content = { format: 'tessera-keys', format_version: 1, preset: bindings.preset, keys }
  return `${JSON.stringify(content, null, 2)}\n`
}

/**
 * Reads a key file from anywhere. `commands` are all there are, with their own keys. Throws AppError `IN_TOO_BIG`,
 * `IN_FORMAT` or `FMT_TOO_NEW`, each naming what is wrong; nothing of a bad file is taken over.
 */
export function readKeyFile(text: string, commands: readonly ScopedInfo[]): ReadKeys {
  if (text.length > longestText)
    throw new AppError('IN_TOO_BIG', 'The file is larger than any file of keys.', {
      remedy: 'Choose a file that Tessera exported.',
    })
  const content = parseJson(text)
  const version = header.safeParse(content).data?.format_version ?? 1
  if (version !== 1)
    throw new AppError('FMT_TOO_NEW', `The keys were exported in format ${version}; this Tessera reads 1.`, {
      remedy: 'Update Tessera, or export the keys with the older one.',
    })
  const parsed = file.safeParse(content)
  if (!parsed.success) throw badFile(firstIssue(parsed.error))
  const { preset, keys } = parsed.data
  const byId = new Map(commands.map((command) => [command.id, command]))
  const changes: Record<string, readonly string[]> = {}
  const unknown: string[] = []
  for (const [id, list] of Object.entries(keys)) {
    const command = byId.get(id)
    if (!command) {
      unknown.push(id)
      continue
    }
    if (command.fixed) throw badFile(`The key of “${command.title}” cannot be changed`)
    changes[id] = list.map((each) => {
      const read = readChord(each)
      if (!read) throw badFile(`“${each}” is not a key, at “${id}”`)
      const reason = whyReserved(read, command.scope)
      if (reason) throw badFile(`“${each}” at “${id}” cannot be used: ${reason.replace(/\.$/, '')}`)
      return read
    })
  }
  refuseClashes(changes, commands)
  return { bindings: { preset, changes }, unknown }
}

/** Two lines of the file that want one key: which of the two was meant cannot be known. */
function refuseClashes(changes: KeyTable, commands: readonly ScopedInfo[]): void {
  const changed = commands.flatMap((command) =>
    Object.hasOwn(changes, command.id) ? [{ ...command, keys: changes[command.id]! }] : [],
  )
  for (const command of changed)
    for (const each of command.keys) {
      const other = ownersOf(each, command, changed)[0]
      if (other) throw badFile(`Both “${command.title}” and “${other.title}” want ${each}`)
      if (new Set(command.keys).size < command.keys.length)
        throw badFile(`A key stands twice at “${command.id}”`)
    }
}

/** What this device kept: anything that is not to be understood any more is left out without a word. */
export function keptTable(value: unknown): KeyTable {
  const parsed = table.safeParse(value)
  if (!parsed.success) return {}
  return Object.fromEntries(
    Object.entries(parsed.data).map(([id, list]) => [id, list.flatMap((each) => readChord(each) ?? [])]),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw badFile('It is not JSON')
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!
  const path = issue.path.map(String).join('.')
  if (path === 'format' || path === '') return 'It is not a file of Tessera keys'
  return `At “${path.slice(0, 80)}”: ${issue.message}`
}

const badFile = (what: string) =>
  new AppError('IN_FORMAT', `The keys could not be imported. ${what}.`, {
    remedy: 'Your keys are as they were. Mend the file, or choose another one.',
  })
