import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { report } from './demo/report.ts'
import { tellStory } from './demo/story.ts'

// npm run demo: the whole loop without a person. Exit code 1 when a check of it fails.
const help = `Usage: npm run demo -- [--keep]

Imports the sample images, labels them by gestures through the canvas's own tools, commits, adds one more image,
commits again, pushes to a W&B double over HTTP, and checks what came of it.

  --keep   leave the library where it is, to look at it`

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  console.log(help)
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'tessera-demo-'))
const remove = () => rmSync(folder, { recursive: true, force: true })
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    if (!values.keep) remove()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

const startedAt = performance.now()
console.log(`library ${join(folder, 'library')}`)
try {
  const told = await tellStory(folder, (line) => console.log(line))
  process.exitCode = report(told, (line) => console.log(line))
  console.log(`after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
} finally {
  if (values.keep) {
    const library = join(folder, 'library')
    console.log(`kept in ${folder}; open it with: npm start -- --library ${library}`)
  } else remove()
}
