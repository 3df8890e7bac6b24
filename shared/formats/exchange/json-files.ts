import type { ReadItem, Source } from './format.ts'
import { parseJson, reasonOf } from './shapes.ts'

export type JsonFile = { readonly path: string; readonly file: unknown; readonly problem: ReadItem | null }

/**
 * The JSON files of a folder among `paths`, each with what it holds, or with why it cannot be read: a damaged list of
 * everything is to be told, and not passed over as if it were of another program.
 */
export async function* jsonFiles(
  source: Source,
  paths: readonly string[],
  parse: (text: string) => unknown = parseJson,
): AsyncGenerator<JsonFile> {
  for (const path of paths) {
    if (!path.endsWith('.json')) continue
    try {
      yield { path, file: parse(await source.text(path)), problem: null }
    } catch (error) {
      const problem = { kind: 'problem', file: path, image: null, reason: reasonOf(error) } as const
      yield { path, file: null, problem }
    }
  }
}
