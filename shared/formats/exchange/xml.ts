import type { JsonRecord } from '../../base/exact-json.ts'
import { Unreadable } from './unreadable.ts'

export type XmlElement = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Everything between its tags that is no tag, without white space around. */
  readonly text: string
}

const deepest = 32
const mostAttributes = 64
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** An element as plain data, to be kept whole. */
export function jsonOfXml({ name, attributes, children, text }: XmlElement): JsonRecord {
  return {
    name,
    attributes: { ...attributes },
    ...(text !== '' && { text }),
    ...(children.length > 0 && { children: children.map(jsonOfXml) }),
  }
}

type Open = { name: string; attributes: Record<string, string>; children: Open[]; text: string }

/**
 * The root of an XML text. Only what label files need: elements, attributes, text, CDATA and comments. A document type
 * and entities of one's own are refused, so nothing is fetched and nothing unfolds. Throws Unreadable.
 */
export function parseXml(text: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const stack = [root]
  let at = text.startsWith('\uFEFF') ? 1 : 0
  const until = (mark: string, from: number) => {
    const end = text.indexOf(mark, from)
    if (end === -1) throw damaged(`a "${text.slice(at, at + 9)}" has no end`)
    return end
  }
  while (at < text.length) {
    const top = stack.at(-1)!
    const next = text.indexOf('<', at)
    const words = text.slice(at, next === -1 ? text.length : next)
    if (stack.length > 1) top.text += decoded(words)
    else if (words.trim() !== '') throw damaged('there is text outside of its elements')
    if (next === -1) break
    at = next
    if (text.startsWith('<!--', at)) at = until('-->', at) + 3
    else if (text.startsWith('<?', at)) at = until('?>', at) + 2
    else if (text.startsWith('<![CDATA[', at)) {
      const end = until(']]>', at)
      top.text += text.slice(at + 9, end)
      at = end + 3
    } else if (text.startsWith('<!', at)) throw damaged('it has a document type, which is not read')
    else if (text.startsWith('</', at)) {
      const end = until('>', at)
      if (stack.length === 1 || text.slice(at + 2, end).trim() !== top.name)
        throw damaged('a closing tag closes nothing')
      stack.pop()
      at = end + 1
    } else at = openTag(text, at, stack)
  }
  if (stack.length > 1) throw damaged(`"${stack.at(-1)!.name}" is not closed`)
  if (root.children.length !== 1) throw damaged('it has no single root')
  return trimmed(root.children[0]!)
}

const tagStart = /<([A-Za-z_][\w.:-]{0,99})/y
const attribute = /\s+([A-Za-z_][\w.:-]{0,99})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const tagEnd = /\s*(\/?)>/y

function openTag(text: string, at: number, stack: Open[]): number {
  const match = (pattern: RegExp, from: number) => {
    pattern.lastIndex = from
    return pattern.exec(text)
  }
  const start = match(tagStart, at)
  if (!start) throw damaged('a tag has no name')
  const element: Open = { name: start[1]!, attributes: {}, children: [], text: '' }
  let from = at + start[0].length
  for (let count = 0; ; count++) {
    const found = match(attribute, from)
    if (!found) break
    if (count >= mostAttributes) throw damaged('a tag has too many attributes')
    element.attributes[found[1]!] = decoded(found[2] ?? found[3]!)
    from += found[0].length
  }
  const end = match(tagEnd, from)
  if (!end) throw damaged(`the tag "${element.name}" has no end`)
  stack.at(-1)!.children.push(element)
  if (end[1] === '') stack.push(element)
  if (stack.length > deepest) throw damaged('it is nested too deeply')
  return from + end[0].length
}

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+)?(;?)/gi,
    (_, name: string | undefined, end: string) => {
      const code = name?.startsWith('#')
        ? Number(name[1]?.toLowerCase() === 'x' ? `0${name.slice(1)}` : name.slice(1))
        : null
      const plain =
        code !== null && code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : entities[name ?? '']
      if (plain === undefined || end === '') throw damaged('it has an entity that is not read')
      return plain
    },
  )
}

const trimmed = (element: Open): XmlElement => ({
  ...element,
  text: element.text.trim(),
  children: element.children.map(trimmed),
})

export const childrenNamed = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name)

/** The text of the first child of this name; null when there is none. */
export const textOf = (element: XmlElement, name: string): string | null =>
  element.children.find((child) => child.name === name)?.text ?? null

// What no XML may hold goes as a mark for that.
const forbidden = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu

export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(forbidden, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\t', '&#9;')
}

const damaged = (how: string) => new Unreadable(`It is no XML that can be read: ${how}.`)
