import { randomBytes } from 'node:crypto'

/** What one storage address lets its holder do. */
export type Grant =
  /** Put the bytes of that MD5; with an empty one, any. */
  | { kind: 'put'; md5: string; done: () => void }
  /** Put one part of a large file. */
  | { kind: 'part'; md5: string; part: Part }
  | { kind: 'get'; md5: string; name: string }
/** One part of a large file; `etag` is null until its bytes have arrived. */
export type Part = { number: number; hex: string; etag: string | null; md5: string }

/** Addresses handed out. Each is its own credential, until it expires. */
export class Grants {
  readonly #grants = new Map<string, Grant>()
  readonly #base: () => string

  /** `base` gives the address of the server. */
  constructor(base: () => string) {
    this.#base = base
  }

  sign(grant: Grant): string {
    const token = randomBytes(16).toString('hex')
    this.#grants.set(token, grant)
    return `${this.#base()}/storage/${token}?signature=${randomBytes(8).toString('hex')}`
  }

  of(path: string): Grant | undefined {
    return this.#grants.get(path.slice('/storage/'.length))
  }

  expire(): void {
    this.#grants.clear()
  }
}
