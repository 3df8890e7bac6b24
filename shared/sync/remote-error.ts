import { AppError, type ErrorCode } from '../base/app-error.ts'

/** A remote's refusal or silence. `retryAfterMs` is the least wait the server asked for, already clamped. */
export class RemoteError extends AppError {
  readonly retryAfterMs: number
  /** True when the server may have done what was asked although no answer came. */
  readonly ambiguous: boolean

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy: string; cause?: unknown; retryAfterMs?: number; ambiguous?: boolean },
  ) {
    super(code, message, { remedy: options.remedy, cause: options.cause })
    this.retryAfterMs = options.retryAfterMs ?? 0
    this.ambiguous = options.ambiguous ?? false
  }
}
