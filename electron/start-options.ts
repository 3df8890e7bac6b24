import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '../shared/base/app-error.ts'

/** What a person may say when starting Tessera, in either host. */
export type StartOptions = {
  /** Absolute path of the library's folder; made when missing. */
  readonly library: string
  /** A free one when left out. */
  readonly port?: number
  /** Open the browser, where there is a display. */
  readonly open: boolean
  /** Begin an empty library with the sample images. */
  readonly sample: boolean
  /** Stop when no page was connected for 15 minutes. */
  readonly exitWhenIdle: boolean
}
/** Reads what stands behind the program's name; relative paths begin at `folder`. Throws AppError `BAD_REQUEST`. */
export function readStartOptions(argv: readonly string[], folder: string): StartOptions {
  const values = readArguments(argv)
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw badOption(`"${values.port}" is no port.`, 'Give a number from 1 to 65535, or leave --port out.')
  }
  return {
    library: resolve(
      folder,
      values.library ?? join(homedir(), 'Tessera', values.sample ? 'sample' : 'library'),
    ),
    ...(port !== undefined && { port }),
    open: !values['no-open'],
    sample: values.sample,
    exitWhenIdle: values['exit-when-idle'],
  }
}

const options = {
  library: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean', default: false },
  sample: { type: 'boolean', default: false },
  'exit-when-idle': { type: 'boolean', default: false },
} as const

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (error) {
    throw badOption((error as Error).message, 'See "npm start -- --help".')
  }
}

/** The arguments that are ours: switches of Chromium may stand between them. */
export function onlyOurs(argv: readonly string[]): string[] {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  return tokens.flatMap((token) => {
    if (token.kind !== 'option' || !Object.hasOwn(options, token.name)) return []
    return [token.value === undefined ? `--${token.name}` : `--${token.name}=${token.value}`]
  })
}

function badOption(message: string, remedy: string): AppError {
  return new AppError('BAD_REQUEST', message, { remedy })
}
