// Builds the page and the desktop main process with Vite; does nothing when their sources did not change.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  ensureSetup,
  giveUp,
  readStamp,
  root,
  say,
  sourceHash,
  toolEnvironment,
  writeStamp,
} from './setup.mjs'

const targets = [
  {
    name: 'the page',
    config: 'vite.config.ts',
    made: 'out/renderer/index.html',
    sources: ['renderer', 'shared', 'vite.config.ts', 'package-lock.json'],
  },
  {
    name: 'the desktop shell',
    config: 'vite.electron.config.ts',
    made: 'out/electron/main.js',
    // One built file a module: a module that is gone must not stay behind.
    emptied: ['out/electron', 'out/shared'],
    sources: ['electron', 'shared', 'vite.electron.config.ts', 'package-lock.json'],
  },
  {
    name: 'the preload script',
    config: 'vite.preload.config.ts',
    made: 'out/electron-preload/preload.cjs',
    sources: ['electron/preload.ts', 'shared/host', 'vite.preload.config.ts', 'package-lock.json'],
  },
]

/** Builds what changed. `only` limits it to the page, which is all the browser host needs. */
export function build(node, { only } = {}) {
  for (const target of targets) {
    if (only !== undefined && target.config !== only) continue
    const stamp = join(root, 'out', '.stamps', target.config)
    const hash = sourceHash(target.sources)
    if (readStamp(stamp) === hash && existsSync(join(root, target.made))) continue
    say(`building ${target.name} …`)
    for (const folder of target.emptied ?? []) rmSync(join(root, folder), { recursive: true, force: true })
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    const result = spawnSync(node, [vite, 'build', '--config', target.config, '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: toolEnvironment(node),
    })
    if (result.status !== 0) giveUp(`building ${target.name} failed; the message is above.`)
    writeStamp(stamp, hash)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build(ensureSetup())
