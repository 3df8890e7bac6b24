import { inspect } from 'node:util'

/** A value that never shows itself: printing, joining or serialising it gives `[secret]`. Only `reveal` opens it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    liveSecrets.add(value)
  }

  /** Call only where the value leaves for its one destination. */
  reveal(): string {
    return this.#value
  }

  get last4(): string {
    return this.#value.slice(-4)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** Values in use in this process; the log cuts them out of whatever it writes. */
const live = new Set<string>()
export const liveSecrets = {
  add(value: string): void {
    if (value.length > 0) live.add(value)
  },
  /** The spellings to look for: plain, and as a header or an address would carry them. */
  spellings(): string[] {
    return [...live].flatMap((value) => [
      value,
      encodeURIComponent(value),
      Buffer.from(`api:${value}`).toString('base64'),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('hex'),
    ])
  },
  /** `text` with every live secret replaced by `[secret]`. */
  redact(text: string): string {
    return liveSecrets.spellings().reduce((out, secret) => out.replaceAll(secret, '[secret]'), text)
  },
}
