// `node scripts/with-node.mjs FILE.ts …`: sets up, then runs a TypeScript file of ours on Node 24.
import { join } from 'node:path'
import { build, buildKernel } from './build.mjs'
import { ensureSetup, root, runNode } from './setup.mjs'

const [file, ...args] = process.argv.slice(2)
const node = ensureSetup()
// These open the page; the others never need it. Of the benches, some do, and all of them together.
const opensPage = ['paint', 'grid', 'canvas'].some((name) => args.includes(name))
const isPageBench = /bench\/run/.test(file) && (opensPage || !/^[^-]/.test(args[0] ?? ''))
const needsPage =
  /screenshots/.test(file) || isPageBench || (file.endsWith('cli.ts') && args.includes('serve'))
if (needsPage) build(node, { only: 'vite.config.ts' })
// It imports Tessera as any program does.
else if (/pipeline\.ts$/.test(file)) build(node, { only: 'vite.electron.config.ts' })
else if (/cli\.ts$|bench\/run/.test(file)) buildKernel(node)
// npm runs scripts in the project's folder, but paths on a command line start where the person is.
const cwd = process.cwd() === root ? (process.env.INIT_CWD ?? root) : process.cwd()
process.exitCode = await runNode(node, [join(root, file), ...args], { cwd })
