import { homedir } from 'node:os'
import { liveSecrets } from './secrets/secret.ts'

/** `text` as it may be kept: no secret, no address that is one, no home folder, whole digests cut short. */
export function redact(text: string, home: string = homedir()): string {
  const known = liveSecrets.redact(text)
  const shaped = shapes.reduce((out, [pattern, replacement]) => out.replace(pattern, replacement), known)
  return home.length > 1 ? shaped.replaceAll(home, '~') : shaped
}

/**
 * What gives a secret away without knowing it, in this order: an address loses its user before its query is looked at, and
 * a digest is cut before it could count as a key.
 */
const shapes: readonly [RegExp, string][] = [
  [/\beyJ[\w-]{4,}\.[\w-]+(\.[\w-]*)?/g, '[token]'],
  [/\b(Bearer|Basic)(\s+|%20)[^\s"',;)]+/gi, '$1 [secret]'],
  // User info ends at the last @ before the path.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, '$1'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1?[cut]'],
  [/([?&][\w.-]{1,64}=)[^\s&"'<>]+/g, '$1[cut]'],
  [/(?<![0-9a-zA-Z_])([0-9a-f]{12})[0-9a-f]{52}(?![0-9a-zA-Z_])/g, '$1…'],
  [/(?<!\w)(?:[A-Za-z]\w*-)?\w{40,}/g, '[key]'],
]

/** Control characters, and those that reorder or break lines, spelled out: a log line stays one line that reads as written. */
export function escapeControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
