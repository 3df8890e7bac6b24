import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type LibraryProcess = {
  readonly child: ChildProcess
  /** Sends one command of `library-child.ts` and waits for its line of answer. */
  ask(command: string): Promise<string>
  /** Ends it without a warning, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts a process that can open the library in `folder`. */
export async function startLibraryProcess(folder: string): Promise<LibraryProcess> {
  const script = fileURLToPath(new URL('library-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout! })
  const waiting: ((line: string) => void)[] = []
  const early: string[] = []
  lines.on('line', (line) => {
    const next = waiting.shift()
    if (next) next(line)
    else early.push(line)
  })
  // Whoever waits for a process that is gone hears of it.
  lines.on('close', () => {
    for (const next of waiting.splice(0)) next('gone')
  })
  const nextLine = () => {
    const line = early.shift()
    return line === undefined
      ? new Promise<string>((resolve) => waiting.push(resolve))
      : Promise.resolve(line)
  }
  if ((await nextLine()) !== 'ready') throw new Error('the process did not start')
  return {
    child,
    ask(command) {
      child.stdin!.write(`${command}\n`)
      return nextLine()
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
