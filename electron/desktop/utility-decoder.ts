import { utilityProcess } from 'electron'
import type { DecoderAnswer } from '../adapters/imaging/decoder-message.ts'
import { decoderStart, type StartDecoder } from '../adapters/imaging/decoder-process.ts'

/** A decoder as Electron's utility process: this program cannot be started as plain Node, its fuse for that is blown. */
export const startUtilityDecoder: StartDecoder = () => {
  const child = utilityProcess.fork(decoderStart.module, [], {
    serviceName: 'Tessera image decoder',
    execArgv: [...decoderStart.flags],
    env: decoderStart.environment(process.env),
    stdio: 'ignore',
  })
  return {
    send: (request) => child.postMessage(request),
    onAnswer: (listener) => void child.on('message', (answer: DecoderAnswer) => listener(answer)),
    onExit: (listener) => void child.once('exit', listener),
    // Windows keep the app alive, not its processes.
    keepAlive: () => undefined,
    kill() {
      // `child.kill` asks politely, which a decoder that hangs would not hear.
      try {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    },
  }
}
