import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../shared/base/app-error.ts'
import type { Kernel, KernelExports } from '../../../shared/superpixel/engine/kernel.ts'
import { packageFolder } from '../asset-folder.ts'

const files = { alone: 'superpixel.wasm', threads: 'superpixel-threads.wasm' } as const

const compiled = new Map<keyof typeof files, WebAssembly.Module>()

/**
 * The compiled kernel: `alone` for a memory of one thread's own, `threads` for one that is shared. Compiled once a
 * process. Throws AppError `INTERNAL` when it was not built.
 */
export function kernelModule(kind: keyof typeof files): WebAssembly.Module {
  const module = compiled.get(kind) ?? compile(files[kind])
  compiled.set(kind, module)
  return module
}

function compile(file: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(readFileSync(join(packageFolder(), 'out', 'kernel', file)))
  } catch (cause) {
    throw new AppError('INTERNAL', `The superpixel kernel ${file} is missing or damaged.`, {
      remedy: 'Install Tessera again, or run "npm run build" in its sources.',
      cause,
    })
  }
}

export function kernelOver(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { memory, exports: exports as unknown as KernelExports }
}
