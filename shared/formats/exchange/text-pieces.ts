const encoder = new TextEncoder()
/** Characters that are gathered before they become bytes. */
const gathered = 1 << 18

/** A list that grows to the size of a file, kept as the bytes that it will be there: a text of it would be copied again and again. */
export type TextPieces = {
  /** Adds one item; all but the first come after `between`. */
  push(item: string): void
  readonly length: number
  /** All that there is, as bytes in pieces, which are the caller's from here on: nothing is kept. */
  take(): Uint8Array[]
}

export function createTextPieces(between: string): TextPieces {
  const pieces: Uint8Array[] = []
  let text: string[] = []
  let characters = 0
  let length = 0
  const settle = () => {
    if (text.length === 0) return
    pieces.push(encoder.encode(text.join('')))
    text = []
    characters = 0
  }
  return {
    push(item) {
      text.push(length === 0 ? item : `${between}${item}`)
      length++
      characters += item.length
      if (characters >= gathered) settle()
    },
    get length() {
      return length
    },
    take() {
      settle()
      return pieces.splice(0)
    },
  }
}
