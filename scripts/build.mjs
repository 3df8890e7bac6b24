// Builds the superpixel kernel with AssemblyScript, the page and the desktop main process with Vite; does nothing when
// their sources did not change.
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
    name: 'the desktop shell and the module',
    config: 'vite.electron.config.ts',
    made: 'out/electron/main.js',
    // One built file a module: a module that is gone must not stay behind.
    emptied: ['out/electron', 'out/shared'],
    // Programs that import the module get its types.
    types: 'electron/module/tsconfig.json',
    sources: ['electron', 'shared', 'vite.electron.config.ts', 'tsconfig.base.json', 'package-lock.json'],
  },
  {
    name: 'the preload script',
    config: 'vite.preload.config.ts',
    made: 'out/electron-preload/preload.cjs',
    sources: ['electron/preload.ts', 'shared/host', 'vite.preload.config.ts', 'package-lock.json'],
  },
]

/**
 * One source, two modules: a memory that threads share must be declared as such. Both are without runtime and checks,
 * since they manage no memory of their own.
 */
const kernel = {
  stamp: 'kernel',
  sources: ['shared/superpixel/kernel', 'package-lock.json'],
  entry: 'shared/superpixel/kernel/kernel.as.ts',
  options: ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--importMemory'],
  // The vectors that the helpers of the kernel exchange never leave it.
  quiet: ['--disableWarning', '112'],
  modules: {
    'out/kernel/superpixel.wasm': [],
    'out/kernel/superpixel-threads.wasm': [
      '--enable',
      'threads',
      '--sharedMemory',
      '--maximumMemory',
      '65536',
    ],
  },
}

/** The kernel of the superpixels, which the page, the command line and the tests need. */
export function buildKernel(node) {
  const stamp = join(root, 'out', '.stamps', kernel.stamp)
  const hash = sourceHash([...kernel.sources, 'scripts/build.mjs'])
  if (
    readStamp(stamp) === hash &&
    Object.keys(kernel.modules).every((made) => existsSync(join(root, made)))
  ) {
    return
  }
  say('building the superpixel kernel …')
  const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js')
  for (const [made, options] of Object.entries(kernel.modules)) {
    const args = [asc, kernel.entry, ...kernel.options, ...options, ...kernel.quiet, '-o', made]
    const result = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2], env: toolEnvironment(node) })
    if (result.status !== 0) giveUp('building the superpixel kernel failed; the message is above.')
  }
  writeStamp(stamp, hash)
}

/** Builds what changed. `only` limits it to the page, which is all the browser host needs. */
export function build(node, { only } = {}) {
  buildKernel(node)
  for (const target of targets) {
    if (only !== undefined && target.config !== only) continue
    const stamp = join(root, 'out', '.stamps', target.config)
    const hash = sourceHash(target.sources)
    if (readStamp(stamp) === hash && existsSync(join(root, target.made))) continue
    say(`building ${target.name} …`)
    for (const folder of target.emptied ?? []) rmSync(join(root, folder), { recursive: true, force: true })
    const steps = [[join('vite', 'bin', 'vite.js'), 'build', '--config', target.config, '--logLevel', 'warn']]
    if (target.types) steps.push([join('typescript', 'bin', 'tsc'), '-p', target.types])
    for (const [program, ...args] of steps) {
      const result = spawnSync(node, [join(root, 'node_modules', program), ...args], {
        cwd: root,
        stdio: ['ignore', 2, 2],
        env: toolEnvironment(node),
      })
      if (result.status !== 0) giveUp(`building ${target.name} failed; the message is above.`)
    }
    writeStamp(stamp, hash)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build(ensureSetup())
