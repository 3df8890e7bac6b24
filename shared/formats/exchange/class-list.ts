import type { Category } from '../../label/ontology.ts'
import type { ReadCategory, Source } from './format.ts'
import { createCategoryNames, isRecord, nameOfCategory, numberOf, parseJson } from './shapes.ts'
import { Unreadable } from './unreadable.ts'

/** A class of a format whose pixels are numbers: `classes.json` beside its pictures. */
export type ClassEntry = {
  readonly value: number
  readonly name: string
  /** `#rrggbb`, no two the same in one list. */
  readonly color: string
  readonly hasInstances: boolean
  readonly isVoid: boolean
}

/** The file's text. `value` of unlabeled is 0. */
export function classListText(entries: readonly ClassEntry[]): string {
  const classes = entries.map(({ value, name, color, hasInstances, isVoid }) => ({
    value,
    name,
    color,
    has_instances: hasInstances,
    ...(isVoid && { void: true }),
  }))
  return `${JSON.stringify({ unlabeled: 0, classes }, null, 1)}\n`
}

export type ClassList = {
  readonly unlabeled: ReadonlySet<number>
  readonly byValue: ReadonlyMap<number, ReadCategory>
}

/** Categories by value, as `classListText` spells them or as a plain record of names. Throws Unreadable. */
export function parseClassList(text: string): ClassList {
  const file = parseJson(text)
  if (!isRecord(file)) throw new Unreadable('It holds no classes.')
  const category = createCategoryNames()
  const byValue = new Map<number, ReadCategory>()
  const entries: unknown[] = Array.isArray(file.classes)
    ? file.classes
    : Object.entries(file).map(([value, name]) => ({ value, name }))
  for (const entry of entries) {
    const [value, name] = isRecord(entry)
      ? [numberOf(entry.value), nameOfCategory(entry.name)]
      : [Number.NaN, null]
    if (!Number.isInteger(value) || value < 0 || name === null)
      throw new Unreadable('A class has no value or no name.')
    if (byValue.has(value)) throw new Unreadable(`There are two classes of the value ${value}.`)
    const { color, has_instances, void: isVoid } = entry as Record<string, unknown>
    byValue.set(
      value,
      category(name, {
        color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : null,
        hasInstances: has_instances !== false,
        isVoid: isVoid === true,
      }),
    )
  }
  const unlabeled = numberOf(file.unlabeled ?? 0)
  return { unlabeled: new Set(byValue.has(unlabeled) ? [] : [unlabeled]), byValue }
}

/** The list in a folder; null when there is none. Rejects with Unreadable when it cannot be read. */
export async function findClassList(source: Source): Promise<ClassList | null> {
  const path = source.paths.find((each) => /(^|\/)classes\.json$/.test(each))
  return path === undefined ? null : parseClassList(await source.text(path))
}

/** The categories with their ids as values, and colours that tell them apart; black is left to unlabeled. */
export function classEntries(categories: readonly Category[]): ClassEntry[] {
  const free = createFreeColors()
  return categories.map(({ id, name, color, hasInstances, isVoid }) => ({
    value: id,
    name,
    color: free(color),
    hasInstances,
    isVoid: isVoid === true,
  }))
}

/** Colours that no call before was given: the wanted one, or the first beside it that is free. Never black. */
export function createFreeColors(): (wanted: string) => string {
  const taken = new Set([0])
  return (wanted) => {
    let rgb = Number.parseInt(wanted.slice(1), 16)
    // Far enough apart for eyes, and through all colours before the first comes again: the step shares no divisor with 2²⁴.
    while (taken.has(rgb)) rgb = (rgb + 0x1d2b35) & 0xff_ff_ff
    taken.add(rgb)
    return `#${rgb.toString(16).padStart(6, '0')}`
  }
}
