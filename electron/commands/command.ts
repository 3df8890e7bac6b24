import type { Readable } from 'node:stream'
import { AppError, type ErrorCode } from '../../shared/base/app-error.ts'
import type { HostConnection, Settings } from '../../shared/host/host-api.ts'
import type { Host } from '../host/host.ts'
import type { StartOptions } from '../start-options.ts'

/** What a process may end with. The guide and the help list them. */
export const exitCodes = {
  0: 'done',
  1: 'failed, or done only in part; the message says what and why',
  2: 'the command was not understood; nothing was done',
  3: 'the library cannot be used: it is missing, busy, read-only, made by a newer version or unreadable',
  130: 'stopped by Ctrl-C (143: by SIGTERM, 129: its terminal was closed); what was reported as done is done',
} as const

export type OptionSpec = {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** What stands for the value in the help. */
  readonly value?: string
  /** Of a string: it may be given more than once (`CommandContext.options`). */
  readonly multiple?: true
  readonly help: string
}

/** One command. It reads its arguments, asks the host and words the answer; it decides nothing itself. */
export type Command = {
  /** One or two words. */
  readonly name: string
  readonly summary: string
  /** What follows the name. */
  readonly usage: string
  /** Paragraphs of the help. */
  readonly details: readonly string[]
  /** Besides `--library`, `--json` and `--help`. */
  readonly options: Readonly<Record<string, OptionSpec>>
  /** How few and how many arguments stand beside the options. */
  readonly positionals: readonly [least: number, most: number]
  readonly needsLibrary: boolean
  /** Exit codes that mean something else here. */
  readonly exits?: Readonly<Record<number, string>>
  /** The exit code of every error, where one code is to mean "could not run". */
  readonly errorExit?: number
  /** Rejects with AppError; `UsageError` when the arguments make no sense. */
  run(context: CommandContext): Promise<Outcome | null>
}

/** What goes to stdout: `json` with `--json`, else `text`. */
export type Answer = { readonly json: unknown; readonly text: string }
/** What a command ends with, exit code 0 unless told; null when it has answered already. */
export type Outcome = Answer & { readonly exit?: number }

/** A library somebody holds: this process (`host`), or another one that answers for it (`host` is null). */
export type Link = {
  readonly connection: HostConnection
  readonly host: Host | null
  close(): Promise<void>
}
export type OwnLink = Link & { readonly host: Host }

/** How a command gets to a library. */
export type Doors = {
  /** Makes a library in a folder that is missing or empty. */
  create(folder: string): Promise<{ libraryId: string }>
  /** Always works, whoever holds the library, and writes nothing into it. */
  read(folder: string): Promise<OwnLink>
  /** The library itself, or its owner. Rejects with `LIB_BUSY` when somebody holds it and does not answer. */
  write(folder: string, options?: { settingsOverride?: Partial<Settings['wandb']> }): Promise<Link>
  /** Serves the library to a browser until the person stops it; `print` gets the line with the link. */
  serve(options: StartOptions, print: (line: string) => void): Promise<void>
}

export type CommandContext = {
  readonly positionals: readonly string[]
  option(name: string): string | undefined
  /** All that were given of one that may be given more than once. */
  options(name: string): readonly string[]
  flag(name: string): boolean
  /** Absolute. Throws UsageError when neither `--library` nor `TESSERA_LIBRARY` names one. */
  readonly library: string
  /** A path somebody typed, seen from where they typed it. */
  path(text: string): string
  read(): Promise<OwnLink>
  write(options?: Parameters<Doors['write']>[1]): Promise<Link>
  readonly create: Doors['create']
  readonly serve: Doors['serve']
  /** For a command that goes on after its answer. */
  answer(answer: Answer): void
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly input: Readable & { readonly isTTY?: boolean }
  /** A remark or progress, on stderr. */
  say(line: string): void
  readonly json: boolean
  readonly signal: AbortSignal
}

/** The person's command line makes no sense: exit code 2. */
export class UsageError extends AppError {
  constructor(message: string, remedy = 'See "tessera help".') {
    super('BAD_REQUEST', message, { remedy })
  }
}

const libraryCodes: ReadonlySet<ErrorCode> = new Set([
  'LIB_BUSY',
  'LIB_MISSING',
  'LIB_NOT_EMPTY',
  'LIB_REMOTE_FS',
  'LIB_READ_ONLY',
  'FMT_TOO_NEW',
  'MIG_NO_BACKUP',
  'MIG_FAILED',
  'DB_UNREADABLE',
  'DISK_READONLY',
])

export function exitCodeOf(error: AppError): number {
  if (error instanceof UsageError) return 2
  return libraryCodes.has(error.code) ? 3 : 1
}
