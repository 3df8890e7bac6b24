import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const key = 'bench'
const cli = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url))
/** Has a program of ours say last how much memory it took: `maxRSS` counts that of whoever started it too. */
const sayMemory = `data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>{
let kb=process.resourceUsage().maxRSS;try{kb=/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1]}catch{}
process.stderr.write("\\nKB "+kb)})`.replaceAll('\n', '')

export type Ended = { readonly ms: number; readonly megabytes: number; readonly out: string }

/** The command line below a folder of its own, with a server of Segments.ai. Rejects when a command fails. */
export function createProgram(root: string, url: string, say: (line: string) => void) {
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    XDG_CONFIG_HOME: join(root, 'config'),
    SEGMENTS_API_KEY: key,
    SEGMENTS_BASE_URL: url,
  }
  return async function tessera(...args: string[]): Promise<Ended> {
    say(`tessera ${args.join(' ')}`)
    const began = performance.now()
    const child = spawn(process.execPath, ['--import', sayMemory, cli, ...args], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, errors] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (part) => {
      out += part
    })
    child.stderr.setEncoding('utf8').on('data', (part) => {
      errors += part
    })
    const code = await new Promise((done) => child.once('close', done))
    if (code !== 0)
      throw new Error(`tessera ${args.join(' ')} ended with ${code}: ${out}${errors.slice(-500)}`)
    return { ms: performance.now() - began, megabytes: Number(/KB (\d+)/.exec(errors)?.[1]) / 1024, out }
  }
}
