// Runs a program for as long as it gets on: what it writes below some folders has to grow. Runs on the system's Node 20.
import { spawn } from 'node:child_process'
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Resolves with `'done'`, `'failed'` when it could not start or ended badly, or `'stuck'` when nothing below `folders`
 * changed its size for `quietMs`; it is ended then. Signals that end us end it too.
 */
export function runWhileGrowing([program, ...args], { folders, quietMs, pollMs = 1000, ...options }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, options)
    let size = -1
    let since = Date.now()
    let stuck = false
    const timer = setInterval(() => {
      const now = folders.reduce((sum, folder) => sum + sizeOf(folder), 0)
      if (now !== size) {
        size = now
        since = Date.now()
      } else if (Date.now() - since > quietMs) {
        stuck = true
        child.kill('SIGKILL')
      }
    }, pollMs)
    const passOn = (signal) => {
      child.kill(signal)
      process.exit(130)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, passOn)
    const end = (outcome) => {
      clearInterval(timer)
      for (const signal of signals) process.off(signal, passOn)
      resolve(outcome)
    }
    child.once('error', () => end('failed'))
    child.once('exit', (code) => end(stuck ? 'stuck' : code === 0 ? 'done' : 'failed'))
  })
}

/** Bytes of all files below; 0 for what is not there. */
function sizeOf(path) {
  try {
    const info = lstatSync(path)
    if (!info.isDirectory()) return info.size
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
  } catch {
    // Files come and go while they are counted.
    return 0
  }
}
