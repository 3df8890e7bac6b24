import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { type Parsed, parseCommandLine, wantsJson } from './arguments.ts'
import {
  type Answer,
  type Command,
  type CommandContext,
  type Doors,
  exitCodeOf,
  type Link,
  UsageError,
} from './command.ts'
import { helpAsData, helpOf, overview } from './help.ts'

/** Where a command line comes from and goes to. */
export type Terminal = {
  readonly version: string
  /** Where the person is; relative paths start here. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly input: Readable & { readonly isTTY?: boolean }
  /** One write to stdout; resolves when it is through. */
  print(text: string): Promise<void>
  /** One line on stderr. */
  say(line: string): void
  /** A mistake of ours, for the log. */
  report(error: unknown): void
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  readonly doors: Doors
}

/** Runs one command line and answers its exit code. Never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<number> {
  const json = wantsJson(argv)
  let parsed: Parsed
  try {
    parsed = parseCommandLine(argv, commands)
  } catch (error) {
    return refuse(toAppError(error), { json, terminal, command: commandNamed(argv, commands) })
  }
  switch (parsed.kind) {
    case 'version':
      await terminal.print(json ? jsonLine({ version: terminal.version }) : `tessera ${terminal.version}\n`)
      return 0
    case 'help': {
      const about = parsed.command
      const text = about ? helpOf(about) : overview(commands)
      await terminal.print(json ? jsonLine(helpAsData(about ? [about] : commands)) : `${text}\n`)
      return 0
    }
    case 'run':
      return await run(parsed, { json, terminal })
  }
}

type Running = { readonly json: boolean; readonly terminal: Terminal }

async function run(parsed: Extract<Parsed, { kind: 'run' }>, { json, terminal }: Running): Promise<number> {
  const { command } = parsed
  const links: Link[] = []
  let exit: number
  try {
    const outcome = await command.run(contextOf(parsed, { json, terminal }, links))
    // Before closing: what is done is told the moment it is.
    if (outcome) await terminal.print(spelled(outcome, json))
    exit = outcome?.exit ?? 0
  } catch (error) {
    exit = await refuse(known(error, terminal.signal), { json, terminal, command })
  }
  for (const link of links) {
    try {
      await link.close()
    } catch (error) {
      const { message, remedy } = toAppError(error)
      terminal.say(`tessera: the library did not close cleanly. ${message} ${remedy}`)
      exit ||= 1
    }
  }
  return exit
}

function contextOf(
  { command, positionals, values }: Extract<Parsed, { kind: 'run' }>,
  { json, terminal }: Running,
  links: Link[],
): CommandContext {
  const { doors, environment, input, signal } = terminal
  const path = (text: string) => resolve(terminal.folder, text)
  async function kept<T extends Link>(opening: Promise<T>): Promise<T> {
    const link = await opening
    links.push(link)
    return link
  }
  const context: CommandContext = {
    positionals,
    option: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    options: (name) => [values[name] ?? []].flat().filter((each) => typeof each === 'string'),
    flag: (name) => values[name] === true,
    path,
    get library() {
      const folder = values.library ?? environment.TESSERA_LIBRARY
      if (typeof folder === 'string' && folder !== '') return path(folder)
      throw new UsageError(
        `"${command.name}" needs a library.`,
        'Give --library DIR, or set the environment variable TESSERA_LIBRARY.',
      )
    },
    read: () => kept(doors.read(context.library)),
    write: (options) => kept(doors.write(context.library, options)),
    create: (folder) => doors.create(folder),
    serve: (options, print) => doors.serve(options, print),
    answer: (answer) => void terminal.print(spelled(answer, json)),
    environment,
    input,
    say: (line) => terminal.say(line),
    json,
    signal,
  }
  return context
}

/** Work that ends because it was told to end is no mistake of ours. */
function known(error: unknown, signal: AbortSignal): AppError {
  if (!signal.aborted || error instanceof AppError) return toAppError(error)
  return new AppError('CANCELLED', 'Stopped.', { remedy: 'Say it again when you like.', cause: error })
}

async function refuse(
  error: AppError,
  { json, terminal, command }: Running & { command: Command | null },
): Promise<number> {
  // A connection has already logged its own, and gives no cause away.
  if (error.code === 'INTERNAL' && error.cause !== undefined) terminal.report(error.cause)
  if (json) await terminal.print(jsonLine(error.toInfo()))
  else terminal.say(`tessera: ${error.message} [${error.code}]\n  ${error.remedy}`)
  return command?.errorExit ?? exitCodeOf(error)
}

/** The command somebody meant whose line could not be understood: its own exit codes hold even then. */
function commandNamed(argv: readonly string[], commands: readonly Command[]): Command | null {
  return commands.find(({ name }) => argv[0] === name) ?? null
}

const spelled = ({ json: value, text }: Answer, json: boolean) => (json ? jsonLine(value) : withNewline(text))
const jsonLine = (value: unknown) => `${JSON.stringify(value)}\n`
const withNewline = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
