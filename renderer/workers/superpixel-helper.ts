import { help } from '../../shared/superpixel/engine/threads.ts'
import { type HelperJob, kernelOver } from './superpixel-kernel.ts'

/** Helps `superpixel-worker.ts`, which ends it. Says that it is there, then waits for the one job of its life. */
addEventListener('message', ({ data }: MessageEvent<HelperJob>) => {
  help(kernelOver(data.module, data.memory), data.plan)
})
postMessage('ready')
