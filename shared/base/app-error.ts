/**
 * Every failure a person may see, by stable code; a code never changes its meaning.
 * Each says what happened, whether a retry can help, and what to do next.
 */
export const errorCodes = {
  // library and disk
  LIB_BUSY: 'manual',
  LIB_MISSING: 'manual',
  LIB_NOT_EMPTY: 'manual',
  LIB_REMOTE_FS: 'manual',
  LIB_READ_ONLY: 'manual',
  FMT_TOO_NEW: 'never',
  MIG_NO_BACKUP: 'manual',
  MIG_FAILED: 'manual',
  DISK_LOW: 'manual',
  DISK_FULL: 'auto',
  DISK_FAILING: 'manual',
  DISK_READONLY: 'manual',
  SAVE_UNCERTAIN: 'auto',
  JOURNAL_RESTORED: 'never',
  JOURNAL_DAMAGED: 'never',
  BLOB_CORRUPT: 'never',
  MISSING_BLOB: 'never',
  ROW_CORRUPT: 'never',
  DB_UNREADABLE: 'manual',
  // input
  IN_TOO_BIG: 'never',
  IN_TOO_DEEP: 'never',
  IN_FORMAT: 'never',
  IN_PATH: 'never',
  IN_TIMEOUT: 'manual',
  IN_SIZE_MISMATCH: 'never',
  // work
  NOT_FOUND: 'never',
  NAME_TAKEN: 'manual',
  CONFLICT: 'manual',
  NOTHING_TO_COMMIT: 'never',
  BAD_REQUEST: 'never',
  CANCELLED: 'manual',
  INTERNAL: 'manual',
  // network and remotes
  NET_OFFLINE: 'auto',
  NET_INTERFERED: 'auto',
  NET_SLOW: 'auto',
  NET_PROXY: 'manual',
  TLS_BAD: 'manual',
  CLOCK_SKEW: 'manual',
  AUTH_MISSING: 'manual',
  AUTH_REVOKED: 'manual',
  AUTH_KEYRING: 'manual',
  REMOTE_NOT_SET: 'manual',
  REMOTE_FORBIDDEN: 'manual',
  REMOTE_GONE: 'manual',
  REMOTE_QUOTA: 'manual',
  REMOTE_LIMIT: 'auto',
  REMOTE_REFUSED: 'manual',
  REMOTE_MISMATCH: 'manual',
  REMOTE_CORRUPT: 'manual',
  REMOTE_AHEAD: 'manual',
  SYNC_FAILSAFE: 'manual',
  OUTBOX_PARKED: 'manual',
  // local host
  HOST_REFUSED: 'never',
  HOST_TOKEN: 'manual',
  HOST_GONE: 'auto',
} as const satisfies Record<string, 'auto' | 'manual' | 'never'>

export type ErrorCode = keyof typeof errorCodes
/** Whether trying again can help: by itself, after a person acts, or not at all. */
export type Retry = (typeof errorCodes)[ErrorCode]

/** The form in which an error crosses a process border. Never holds a stack, a secret or a foreign path. */
export type ErrorInfo = {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  readonly retry: Retry
}

/** A failure somebody can act on. Programming mistakes stay plain `Error`s. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** What to do next, as one plain sentence. */
  readonly remedy: string

  /** `message` says what happened, with the name or number of the thing it happened to. */
  constructor(code: ErrorCode, message: string, options: { remedy: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.code = code
    this.remedy = options.remedy
  }

  get retry(): Retry {
    return errorCodes[this.code]
  }

  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, remedy: this.remedy, retry: this.retry }
  }

  static fromInfo(info: ErrorInfo): AppError {
    return new AppError(info.code, info.message, { remedy: info.remedy })
  }
}

/** An unknown throw as something showable: an AppError stays itself, the rest becomes `INTERNAL`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('INTERNAL', 'Tessera ran into a mistake of its own.', {
    remedy: 'Try again. If it happens again, report it with the log.',
    cause: error,
  })
}
