import aloneUrl from '../../out/kernel/superpixel.wasm?url'
import threadsUrl from '../../out/kernel/superpixel-threads.wasm?url'
import type { Kernel, KernelExports } from '../../shared/superpixel/engine/kernel.ts'
import type { Plan } from '../../shared/superpixel/engine/plan.ts'

/** What a helper needs to take part in a build. */
export type HelperJob = {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly plan: Plan
}

/** The compiled kernel: for a memory of one thread's own, or for one that is shared. */
export function kernelModule(isShared: boolean): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(isShared ? threadsUrl : aloneUrl))
}

export function kernelOver(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { memory, exports: exports as unknown as KernelExports }
}
