import {
  type FieldNode,
  type FragmentDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  type ValueNode,
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

export type Operation = {
  kind: 'query' | 'mutation'
  /** Top-level field names, which decide what is meant; `operationName` does not. */
  fields: string[]
  /** Declared types of the variables, e.g. `{input: 'CreateArtifactInput!'}`. */
  declared: Record<string, string>
  /** Names of the variables that stand directly as the `input` argument of the first field. */
  inputVariable: string | null
  args: Args
  /** Picks what was asked from what the top-level resolvers give; `unknown` collects fields nobody has. */
  run(resolve: (field: string, args: Args) => Node): { data: Record<string, Json>; unknown: string[] }
}

/** Reads a GraphQL document with one operation. Throws `GraphQLError` on bad syntax. */
export function readOperation(query: string, variables: Args): Operation {
  const document = parse(query)
  const operation = document.definitions.find((d) => d.kind === 'OperationDefinition')
  if (operation === undefined || operation.operation === 'subscription') throw new Error('no operation')
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const d of document.definitions) if (d.kind === 'FragmentDefinition') fragments.set(d.name.value, d)
  const declared: Record<string, string> = {}
  const values: Args = {}
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    declared[name] = print(definition.type)
    if (Object.hasOwn(variables, name)) values[name] = variables[name]!
    else if (definition.defaultValue) values[name] = literal(definition.defaultValue, {})
    else if (definition.type.kind === 'NonNullType') throw new Error(`variable $${name} is required`)
  }
  const top = collect(operation.selectionSet, fragments, values, null)
  const first = top[0]!
  const input = first.arguments?.find((a) => a.name.value === 'input')
  return {
    kind: operation.operation,
    fields: top.map((f) => f.name.value),
    declared,
    inputVariable: input?.value.kind === 'Variable' ? input.value.name.value : null,
    args: argumentsOf(first, values),
    run(resolve) {
      const unknown: string[] = []
      const project = (node: Node, set: SelectionSetNode | undefined, path: string): Json => {
        if (node === null || typeof node !== 'object') return node
        if (Array.isArray(node)) return node.map((item) => project(item, set, path))
        const out: Record<string, Json> = {}
        const type = typeof node.__typename === 'string' ? node.__typename : null
        for (const field of set ? collect(set, fragments, values, type) : []) {
          const key = field.alias?.value ?? field.name.value
          const name = field.name.value
          if (!Object.hasOwn(node, name)) {
            unknown.push(`${path}.${name}`)
            out[key] = null
            continue
          }
          const value = node[name]!
          const plain = typeof value === 'function' ? value(argumentsOf(field, values)) : value
          out[key] = project(plain, field.selectionSet, `${path}.${name}`)
        }
        return out
      }
      const data: Record<string, Json> = {}
      for (const field of top) {
        const key = field.alias?.value ?? field.name.value
        const node = resolve(field.name.value, argumentsOf(field, values))
        data[key] = project(node, field.selectionSet, field.name.value)
      }
      return { data, unknown }
    },
  }
}

function argumentsOf(field: FieldNode, values: Args): Args {
  const out: Args = {}
  for (const argument of field.arguments ?? []) {
    // An absent variable leaves its argument out, as the specification says.
    if (argument.value.kind === 'Variable' && !Object.hasOwn(values, argument.value.name.value)) continue
    out[argument.name.value] = literal(argument.value, values)
  }
  return out
}

function literal(node: ValueNode, values: Args): Json {
  switch (node.kind) {
    case 'Variable':
      return values[node.name.value] ?? null
    case 'IntValue':
    case 'FloatValue':
      return Number(node.value)
    case 'StringValue':
    case 'EnumValue':
    case 'BooleanValue':
      return node.value
    case 'NullValue':
      return null
    case 'ListValue':
      return node.values.map((value) => literal(value, values))
    default:
      return Object.fromEntries(
        node.fields
          .filter((f) => f.value.kind !== 'Variable' || Object.hasOwn(values, f.value.name.value))
          .map((f) => [f.name.value, literal(f.value, values)]),
      )
  }
}

function collect(
  set: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
  values: Args,
  type: string | null,
): FieldNode[] {
  return set.selections.flatMap((selection) => {
    for (const directive of selection.directives ?? []) {
      const condition = literal(directive.arguments![0]!.value, values)
      if (directive.name.value === 'include' && condition !== true) return []
      if (directive.name.value === 'skip' && condition === true) return []
    }
    if (selection.kind === 'Field') return [selection]
    const fragment = selection.kind === 'InlineFragment' ? selection : fragments.get(selection.name.value)
    if (fragment === undefined) throw new Error('unknown fragment')
    const on = fragment.typeCondition?.name.value
    const concrete = ['Run', 'User', 'ArtifactSequence', 'ArtifactPortfolio']
    if (on && type && concrete.includes(on) && concrete.includes(type) && on !== type) return []
    return collect(fragment.selectionSet, fragments, values, type)
  })
}
