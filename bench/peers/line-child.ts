import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that answers each line with a line. */
export type LineChild = {
  /** What it said on its own when it was ready. */
  readonly greeting: string
  ask(line: string): Promise<string>
  /** Ends its input and waits until it is gone. */
  close(): Promise<void>
}

/** Starts `command`, whose complaints go to stderr, and waits for its first line. */
export async function lineChild(command: string, args: readonly string[]): Promise<LineChild> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the peers ended too early; their message is above')
    return value as string
  }
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  const greeting = await Promise.race([line(), failed])
  return {
    greeting,
    ask(order) {
      child.stdin.write(`${order}\n`)
      return line()
    },
    async close() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
