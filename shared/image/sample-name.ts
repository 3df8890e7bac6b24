import { AppError } from '../base/app-error.ts'

/** Limits of names in UTF-8 bytes; a file system takes 255 a segment, and artifacts append `.json`. */
export const nameLimits = { bytes: 1024, segmentBytes: 200, depth: 32 } as const

const utf8 = new TextEncoder()
const byteLength = (text: string) => utf8.encode(text).length

// Control characters and the marks that turn the writing direction: a name with them shows as another one.
const deceptive = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u
// Ordinary on Linux and macOS, impossible on Windows, where an artifact has to be readable too.
const unportable = /[:*?"<>|]/g
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i

/**
 * The name under which a dropped file goes in: a relative POSIX path in NFC that is safe on every system and in every
 * artifact. What Windows cannot hold is written differently (`12:30.jpg` becomes `12_30.jpg`); what could lead outside
 * a folder or shows as something else is refused. Idempotent.
 * Throws AppError `IN_PATH` with the reason.
 */
export function toSampleName(path: string): string {
  if (!path.isWellFormed()) throw refused(path, 'is no valid Unicode')
  if (deceptive.test(path)) throw refused(path, 'contains control or direction characters')
  const slashed = path.normalize('NFC').replaceAll('\\', '/')
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) throw refused(path, 'is absolute')
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refused(path, 'leads out of its folder')
  if (parts.length === 0) throw refused(path, 'is empty')
  if (parts.length > nameLimits.depth) throw refused(path, `has more than ${nameLimits.depth} folders`)
  const segments = parts.map(portableSegment)
  for (const segment of segments) {
    if (byteLength(segment) > nameLimits.segmentBytes) {
      throw refused(path, `has a part longer than ${nameLimits.segmentBytes} bytes`)
    }
  }
  const name = segments.join('/')
  if (byteLength(name) > nameLimits.bytes) throw refused(path, `is longer than ${nameLimits.bytes} bytes`)
  return name
}

/** Whether a sample can have this name, exactly as it is written. */
export function isSampleName(name: string): boolean {
  try {
    return toSampleName(name) === name
  } catch {
    return false
  }
}

/** Two names with the same fold cannot live beside each other in a folder on Windows or macOS. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}

/**
 * `name` itself, or the first of `name (2).jpg`, `name (3).jpg` … whose fold is not taken. The number stands before
 * the extension; a long stem is cut so that the limits hold. `isTaken` gets folds (`foldName`).
 */
export function nextFreeName(name: string, isTaken: (fold: string) => boolean): string {
  if (!isTaken(foldName(name))) return name
  const slash = name.lastIndexOf('/') + 1
  const folder = name.slice(0, slash)
  const file = name.slice(slash)
  const dot = file.lastIndexOf('.')
  // Something long behind a dot is no extension, and a name has to have room for the number.
  const hasExtension = dot > 0 && byteLength(file.slice(dot)) <= 20
  const stem = hasExtension ? file.slice(0, dot) : file
  const extension = hasExtension ? file.slice(dot) : ''
  for (let number = 2; ; number++) {
    const ending = ` (${number})${extension}`
    const room = Math.min(nameLimits.segmentBytes, nameLimits.bytes - byteLength(folder)) - byteLength(ending)
    const candidate = `${folder}${cutToBytes(stem, room)}${ending}`
    if (!isTaken(foldName(candidate))) return candidate
  }
}

/**
 * A text that sorts, by code point, as a person orders names: whatever the case, `frame 9` before `frame 10`. A run of
 * digits is led by its length, so that a longer number comes after a shorter one.
 */
export function naturalKey(name: string): string {
  return foldName(name).replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=.)/, '')
    return `0${String.fromCodePoint(0x30 + number.length)}${number}`
  })
}

function portableSegment(segment: string): string {
  const plain = segment
    .replace(unportable, '_')
    .replace(/[. ]+$/, (ending) => '_'.repeat(ending.length))
    .replace(/^[ ]+/, (start) => '_'.repeat(start.length))
  return plain.startsWith('~') || reserved.test(plain) ? `_${plain}` : plain
}

/** The longest beginning of whole characters that fits. */
function cutToBytes(text: string, bytes: number): string {
  let cut = ''
  let used = 0
  for (const character of text) {
    used += byteLength(character)
    if (used > bytes) break
    cut += character
  }
  return cut
}

function refused(path: string, reason: string): AppError {
  const shown = path.toWellFormed().replace(new RegExp(deceptive, 'gu'), '\u{fffd}').slice(0, 120)
  return new AppError('IN_PATH', `The name "${shown}" ${reason}.`, {
    remedy: 'Rename the file and import it again.',
  })
}
