import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLScalarType,
  getOperationAST,
  Kind,
  parse,
  validate,
  valueFromASTUntyped,
} from 'graphql'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Args = Record<string, Json>
/** What resolvers return: JSON, where a field may be a function of its arguments. */
export type Node =
  | null
  | boolean
  | number
  | string
  | Node[]
  | { [key: string]: Node | ((args: Args) => Node) }
/** Resolvers of the fields of `Query` and `Mutation`, by name; those of mutations take their `input`. */
export type Root = Record<'query' | 'mutation', Record<string, (args: Args) => Node>>

export const schema = buildSchema(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

const scalar = (name: string, read: (value: unknown) => unknown) => {
  const type = schema.getType(name) as GraphQLScalarType
  type.parseValue = read
  type.parseLiteral = (node, variables) => {
    // A list or an object in the document is no text, whatever it holds.
    if (node.kind === Kind.LIST || node.kind === Kind.OBJECT)
      throw new GraphQLError(`${name} cannot represent ${node.kind}`)
    return read(valueFromASTUntyped(node, variables))
  }
}
scalar('JSONString', (value) => {
  if (typeof value !== 'string')
    throw new GraphQLError('JSONString cannot represent a value that is no string')
  // W&B's own core writes bare numbers that JSON does not know.
  try {
    JSON.parse(value.replace(/-?\bInfinity\b|\bNaN\b/g, 'null'))
  } catch {
    throw new GraphQLError('JSONString cannot represent text that is no JSON')
  }
  return value
})
scalar('Int64', (value) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new GraphQLError('Int64 cannot represent a value that is no whole number')
  return value
})
scalar('DateTime', (value) => {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
    throw new GraphQLError('DateTime cannot represent what is no time')
  return value
})

/** A document that was read and checked; `complaints` says what a server would refuse it for. */
export type Asked = {
  readonly kind: 'query' | 'mutation'
  /** First top-level field, which decides what is meant; `operationName` does not. */
  readonly field: string
  readonly document: DocumentNode
  readonly complaints: readonly string[]
}
const known = new Map<string, Asked>()

/** Reads a GraphQL document with one operation. Throws `GraphQLError` on bad syntax. */
export function readDocument(text: string): Asked {
  const before = known.get(text)
  if (before) return before
  const document = parse(text)
  const operation = getOperationAST(document)
  const first = operation?.selectionSet.selections[0]
  if (!operation || operation.operation === 'subscription' || first?.kind !== 'Field')
    throw new GraphQLError('expected one query or mutation')
  const complaints = validate(schema, document).map(({ message }) => message)
  const asked = { kind: operation.operation, field: first.name.value, document, complaints }
  known.set(text, asked)
  return asked
}

/** What a server with this schema answers. Types of variables, required fields and nullability are those of the schema. */
export function answer({ kind, document, complaints }: Asked, variables: Args, root: Root): ExecutionResult {
  if (complaints.length > 0)
    return { data: null, errors: complaints.map((message) => new GraphQLError(message)) }
  const rootValue = Object.fromEntries(
    Object.entries(root[kind]).map(([name, resolve]) => [
      name,
      (args: Args) => resolve(kind === 'mutation' ? (args.input as Args) : args),
    ]),
  )
  return execute({ schema, document, rootValue, variableValues: variables }) as ExecutionResult
}
