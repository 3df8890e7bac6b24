import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../sibling-module.ts'
import type { DecoderAnswer, DecoderRequest } from './decoder-message.ts'

/** A started decoder, whatever kind of process it is. Each of the listeners is set once, before the first `send`. */
export interface DecoderProcess {
  send(request: DecoderRequest): void
  onAnswer(listener: (answer: DecoderAnswer) => void): void
  /** Called once, when it has ended for any reason, and also when it could not start. */
  onExit(listener: (code: number | null) => void): void
  /** While idle it must not keep the host alive. */
  keepAlive(keep: boolean): void
  kill(): void
}

export type StartDecoder = () => DecoderProcess

// Codecs need no secrets: only what finds temporary files and system libraries is passed on.
const passedOn = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH']

/** Starts `child.ts` on this Node. Electron's main process starts the built file as a utility process instead. */
export const startNodeDecoder: StartDecoder = () => {
  const child = fork(fileURLToPath(siblingModule('./child', import.meta.url)), {
    serialization: 'advanced',
    execArgv: ['--disable-proto=delete', '--max-old-space-size=256'],
    env: Object.fromEntries(passedOn.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : []))),
    // Codecs print warnings about broken files; they are no news to anybody.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return {
    // A failed write means that the process has ended, which `onExit` tells.
    send: (request) => child.send(request, () => {}),
    onAnswer: (listener) => child.on('message', (answer) => listener(answer as DecoderAnswer)),
    onExit: (listener) => {
      let told = false
      const tell = (code: number | null) => {
        if (!told) listener(code)
        told = true
      }
      child.on('exit', tell)
      child.on('error', () => tell(null))
    },
    keepAlive: (keep) => {
      if (keep) {
        child.ref()
        child.channel?.ref()
      } else {
        child.unref()
        child.channel?.unref()
      }
    },
    kill: () => child.kill('SIGKILL'),
  }
}
