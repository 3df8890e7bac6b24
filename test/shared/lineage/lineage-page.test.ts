import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { lineageJson } from '../../../shared/lineage/export.ts'
import { lineageSchema } from '../../../shared/lineage/graph.ts'

const page = readFileSync(new URL('../../../docs/formats/lineage.md', import.meta.url), 'utf8')
const [, text] = /```json lineage\n([\s\S]*?)\n```/.exec(page)!

it('is written as its page shows', () => {
  const graph = lineageSchema.parse(JSON.parse(text!))
  expect(graph.nodes.map(({ kind }) => kind).sort()).toEqual(['artifact', 'artifact', 'run', 'version'])
  expect(lineageJson(graph)).toBe(`${text}\n`)
})

it('has a line of its page for every field', () => {
  const document = JSON.parse(text!) as { nodes: Record<string, unknown>[] }
  const fields = new Set(document.nodes.flatMap((node) => Object.keys(node)))
  for (const field of fields) expect(page, field).toContain(`\`${field}\``)
})
