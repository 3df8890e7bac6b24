import { parentPort, workerData } from 'node:worker_threads'
import type { Plan } from '../../../shared/superpixel/engine/plan.ts'
import { help } from '../../../shared/superpixel/engine/threads.ts'
import { kernelOver } from './kernel-module.ts'

// Runs in a worker thread, which ends with the build it helps with. See superpixels.ts.
export type HelperData = {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly plan: Plan
}

const { module, memory, plan } = workerData as HelperData
const kernel = kernelOver(module, memory)
parentPort!.postMessage('ready')
help(kernel, plan)
