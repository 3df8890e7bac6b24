import { type ASTNode, parse, print, visit } from 'graphql'
import { expect, it } from 'vitest'
import * as browsing from '../../../electron/adapters/wandb/browse-documents.ts'
import * as sending from '../../../electron/adapters/wandb/documents.ts'
import * as lineage from '../../../electron/adapters/wandb/lineage-documents.ts'
import { readDocument } from '../../servers/wandb/schema.ts'

const operations = Object.entries({ ...sending, ...lineage, ...browsing }).flatMap(([name, value]) =>
  'text' in value && typeof value.text === 'string' ? [[name, value.text] as const] : [],
)
const complaints = (text: string) => readDocument(text).complaints

it.each(operations)('asks %s with a document that a server accepts', (_, text) => {
  expect(complaints(text)).toEqual([])
})

it.each(operations)('declares each variable of %s with the type that a server wants', (_, text) => {
  const declared = [...text.matchAll(/(\$\w+): [\w[\]!]+/g)]
  for (const [declaration, name] of declared) {
    expect(complaints(text.replace(declaration, `${name}: [[Int]]`)).join(), name).toContain(`"${name}"`)
  }
})

it.each(operations)('asks %s for nothing that a server does not have', (_, text) => {
  const document = parse(text)
  const isField = (node: ASTNode) => node.kind === 'Field'
  let count = 0
  visit(document, { enter: (node) => void (isField(node) && count++) })
  for (let at = 0; at < count; at++) {
    let seen = 0
    const wrong = visit(document, {
      enter: (node) =>
        node.kind === 'Field' && seen++ === at
          ? { ...node, name: { ...node.name, value: 'colour' } }
          : undefined,
    })
    expect(complaints(print(wrong)).join()).toContain('colour')
  }
})

it('gives every operation a name by which a keeper of a server knows who asks', () => {
  const names = operations.map(([, text]) => /(?:query|mutation) (\w+)/.exec(text)?.[1])
  expect(names.every((name) => name?.startsWith('Tessera'))).toBe(true)
  expect(operations.length).toBeGreaterThan(12)
})
