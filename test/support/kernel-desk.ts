import { kernelModule, kernelOver } from '../../electron/adapters/superpixels/kernel-module.ts'
import { aligned, type KernelExports, PAGE } from '../../shared/superpixel/engine/kernel.ts'
import { layCosts } from '../../shared/superpixel/engine/plan.ts'
import type { Compactness } from '../../shared/superpixel/merge-cost.ts'

type Numbers =
  | BigUint64Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** The kernel over a memory in which a test lays out what one of its functions reads. */
export class KernelDesk {
  readonly #memory = new WebAssembly.Memory({ initial: 256 })
  readonly k: KernelExports = kernelOver(kernelModule('alone'), this.#memory).exports
  #next = 1024

  constructor(compactness: Compactness = 0.5) {
    layCosts(this.#memory, 4 * compactness)
  }

  /** Address of `bytes` bytes, with room before and after them that may be written to. */
  room(bytes: number): number {
    const at = this.#next + 1024
    this.#next = at + aligned(bytes) + 1024
    const missing = this.#next - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE))
    return at
  }

  put(numbers: Numbers): number {
    const at = this.room(numbers.byteLength)
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    new Uint8Array(this.#memory.buffer).set(bytes, at)
    return at
  }

  /** A plane as the kernel has them: rows `stride` elements apart, room before each. Address of its first pixel. */
  putRows(plane: Int16Array, width: number, stride: number): number {
    const height = plane.length / width
    const at = this.room(2 * stride * height) + 16
    for (let y = 0; y < height; y++) {
      this.i16(at + 2 * stride * y, width).set(plane.subarray(y * width, (y + 1) * width))
    }
    return at
  }

  rows(at: number, width: number, height: number, stride: number): Int16Array {
    const plane = new Int16Array(width * height)
    for (let y = 0; y < height; y++) plane.set(this.i16(at + 2 * stride * y, width), y * width)
    return plane
  }

  u16(at: number, length: number): Uint16Array {
    return new Uint16Array(this.#memory.buffer, at, length)
  }

  u8(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at, length)
  }

  i16(at: number, length: number): Int16Array {
    return new Int16Array(this.#memory.buffer, at, length)
  }

  i32(at: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, at, length)
  }

  u32(at: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, at, length)
  }

  u64(at: number, length: number): BigUint64Array {
    return new BigUint64Array(this.#memory.buffer, at, length)
  }

  f32(at: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, length)
  }
}
