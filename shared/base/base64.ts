const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const sixOf = new Map([...letters].map((letter, i) => [letter, i]))

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = [bytes[i]!, bytes[i + 1], bytes[i + 2]]
    const rest = bytes.length - i
    parts.push(
      letters[a >> 2]! +
        letters[((a & 3) << 4) | (b >> 4)]! +
        (rest > 1 ? letters[((b & 15) << 2) | (c >> 6)]! : '=') +
        (rest > 2 ? letters[c & 63]! : '='),
    )
  }
  return parts.join('')
}

/** Line breaks are passed over. Null for what is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const plain = text.replace(/[\r\n]/g, '').replace(/={1,2}$/, '')
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const letter of plain) {
    const value = sixOf.get(letter)
    if (value === undefined) return null
    bits = ((bits << 6) | value) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = (bits >> held) & 255
    }
  }
  return bytes
}
