import { AppError } from '../base/app-error.ts'

/** Whether it may be a tag of a version: words of letters, digits, `_` and `-` with spaces between, at most 128 characters. */
export const isVersionTag = (text: string): boolean =>
  text.length <= 128 && text.normalize('NFC') === text && /^[-\p{L}\p{N}_]+( +[-\p{L}\p{N}_]+)*$/u.test(text)

/** A tag as somebody writes it, without the space around. Throws AppError `BAD_REQUEST`. */
export function parseVersionTag(text: string): string {
  const tag = text.trim().normalize('NFC')
  if (isVersionTag(tag)) return tag
  throw new AppError('BAD_REQUEST', `"${tag.slice(0, 140)}" is no tag for a version.`, {
    remedy: 'A tag is words of letters, digits, "_" and "-", with spaces between, of at most 128 characters.',
  })
}
