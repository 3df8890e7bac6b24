import { parseArgs } from 'node:util'
import { type Command, type OptionSpec, UsageError } from './command.ts'

/** What every command understands. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  library: {
    type: 'string',
    value: 'DIR',
    help: 'the library; else the environment variable TESSERA_LIBRARY names it',
  },
  json: { type: 'boolean', help: 'print one JSON document on stdout, for errors too' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
}

export function optionsOf(command: Command): Record<string, OptionSpec> {
  const { library, ...others } = commonOptions
  return { ...command.options, ...(command.needsLibrary && { library: library! }), ...others }
}

export type Parsed =
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run'
      readonly command: Command
      readonly positionals: readonly string[]
      readonly values: Readonly<Record<string, string | boolean | undefined>>
    }

/** Whether the caller wants JSON, also when the rest of the line cannot be understood. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
}

/** Reads a command line, without the names of program and script. Throws UsageError. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Parsed {
  // Nobody knows yet which command's options these are, so this pass only looks for its name.
  const { tokens, values } = parseArgs({
    args: [...argv],
    options: { ...nodeOptions(commonOptions), version: { type: 'boolean' } },
    strict: false,
    tokens: true,
  })
  const words = tokens.filter((token) => token.kind === 'positional')
  if (words[0]?.value === 'help') {
    const name = words.slice(1).map((word) => word.value)
    return { kind: 'help', command: name.length > 0 ? requireCommand(name, commands).command : null }
  }
  if (words.length === 0) {
    if (values.version === true) return { kind: 'version' }
    if (values.help === true) return { kind: 'help', command: null }
    throw new UsageError('Which command?', 'See "tessera --help" for the list of commands.')
  }
  const { command, length } = requireCommand(
    words.map((word) => word.value),
    commands,
  )
  if (values.help === true) return { kind: 'help', command }
  const nameAt = new Set(words.slice(0, length).map((word) => word.index))
  return parseFor(
    command,
    argv.filter((_, i) => !nameAt.has(i)),
  )
}

function parseFor(command: Command, args: string[]): Parsed {
  const remedy = `See "tessera help ${command.name}".`
  let parsed: ReturnType<typeof strictly>
  try {
    parsed = strictly(command, args)
  } catch (error) {
    // Node's sentence names the option but never a value, which could be a secret put in the wrong place.
    const sentence = (error as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, '')
    throw new UsageError(`${sentence}.`, remedy)
  }
  const { values, positionals } = parsed
  const [least, most] = command.positionals
  if (positionals.length < least) {
    throw new UsageError(`"${command.name}" needs ${command.usage.replace(/ \[?-.*$/, '')}.`, remedy)
  }
  if (positionals.length > most) {
    throw new UsageError(
      `"${command.name}" got ${positionals.length} arguments, at most ${most} fit.`,
      remedy,
    )
  }
  return { kind: 'run', command, positionals, values }
}

function strictly(command: Command, args: string[]) {
  return parseArgs({ args, options: nodeOptions(optionsOf(command)), strict: true, allowPositionals: true })
}

function nodeOptions(specs: Readonly<Record<string, OptionSpec>>) {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [name, short ? { type, short } : { type }]),
  )
}

/** The command whose name the first one or two words are, and how many they are. Throws UsageError. */
function requireCommand(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command; length: number } {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = words.length >= length && commands.find((each) => each.name === name)
    if (command) return { command, length }
  }
  const family = commands.filter(({ name }) => name.startsWith(`${words[0]} `)).map(({ name }) => `"${name}"`)
  throw new UsageError(
    `There is no command "${words.slice(0, family.length > 0 ? 2 : 1).join(' ')}".`,
    family.length > 0 ? `Say ${family.join(' or ')}.` : 'See "tessera --help" for the list of commands.',
  )
}
