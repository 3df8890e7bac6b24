/**
 * Unsigned 32-bit integers, seven bits a byte, lowest first; the top bit says that another byte follows.
 * Each number has one spelling: a last byte of zero is refused.
 */
export class VarintWriter {
  #bytes = new Uint8Array(1024)
  #length = 0

  /** `value`: integer, 0 … 2³² - 1. */
  write(value: number): void {
    if (this.#length + 5 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }
}

/** Every method throws RangeError on bytes that no `VarintWriter` wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  read(): number {
    let value = 0
    // Multiplication, not shifts: the fifth byte reaches past bit 31.
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new RangeError('bytes end inside a number')
      this.#at++
      value += (byte & 0x7f) * scale
      if (byte > 0x7f) continue
      if (byte === 0 && scale > 1) throw new RangeError('number with a needless byte')
      if (value > 0xff_ff_ff_ff) break
      return value
    }
    throw new RangeError('number past 32 bits')
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  expectEnd(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('bytes left over')
  }
}
