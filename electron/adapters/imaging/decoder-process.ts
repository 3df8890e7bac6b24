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

/** How a decoder is started, whatever starts it. */
export const decoderStart = {
  module: fileURLToPath(siblingModule('./child', import.meta.url)),
  flags: ['--disable-proto=delete', '--max-old-space-size=256'],
  /** Codecs need no secrets: only what finds temporary files and system libraries is passed on. */
  environment(from: NodeJS.ProcessEnv): Record<string, string> {
    const passedOn = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH']
    return Object.fromEntries(passedOn.flatMap((key) => (from[key] ? [[key, from[key]]] : [])))
  },
}

/** On this Node. Electron's main process starts the built file as a utility process (`desktop/utility-decoder.ts`). */
export const startNodeDecoder: StartDecoder = () => {
  const child = fork(decoderStart.module, {
    serialization: 'advanced',
    execArgv: decoderStart.flags,
    env: decoderStart.environment(process.env),
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
