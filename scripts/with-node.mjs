// `node scripts/with-node.mjs FILE.ts …`: sets up, then runs a TypeScript file of ours on Node 24.
import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureSetup, root, runNode } from './setup.mjs'

const [file, ...args] = process.argv.slice(2)
const node = ensureSetup()
// These open the page; the others never need it.
const needsPage =
  /demo|screenshots|bench\/run/.test(file) || (file.endsWith('cli.ts') && args.includes('serve'))
if (needsPage) build(node, { only: 'vite.config.ts' })
process.exitCode = await runNode(node, [join(root, file), ...args])
