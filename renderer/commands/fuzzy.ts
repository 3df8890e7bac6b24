/** How well words fit a text, and which characters of it they met. */
export type Match = { readonly score: number; readonly at: readonly number[] }

const atStart = 8
const inRow = 10
const isWordStart = (text: string, index: number) =>
  index === 0 || /[^\p{L}\p{N}]/u.test(text[index - 1]!) || /\p{Lu}/u.test(text[index]!)

/**
 * Finds the characters of `query` in `text` in their order, case and accents aside. Characters in a row and starts of
 * words count most, so "fi" finds "Fit image" before "Hide selected in list". Null if a character is missing.
 */
export function fuzzyMatch(query: string, text: string): Match | null {
  const wanted = [...fold(query)].filter((char) => char !== ' ')
  if (wanted.length === 0) return { score: 0, at: [] }
  const folded = fold(text)
  // best[j]: the best way to have met the characters so far with the last one at j.
  let best: (Match | null)[] = []
  wanted.forEach((char, index) => {
    const next: (Match | null)[] = []
    let before: Match | null = null
    for (let j = 0; j < folded.length; j++) {
      // Any earlier place will do, the one right before is worth more.
      if (folded[j] === char) {
        const bonus = isWordStart(text, j) ? atStart : 0
        const row = index > 0 ? best[j - 1] : null
        const options: Match[] = []
        if (index === 0) options.push({ score: 1 + bonus, at: [j] })
        if (before) options.push({ score: before.score + 1 + bonus, at: [...before.at, j] })
        if (row) options.push({ score: row.score + 1 + inRow + bonus, at: [...row.at, j] })
        next[j] = options.reduce<Match | null>((a, b) => (a && a.score >= b.score ? a : b), null)
      } else next[j] = null
      const earlier = index > 0 ? best[j] : null
      if (earlier && (!before || earlier.score > before.score)) before = earlier
    }
    best = next
  })
  const found = best.reduce<Match | null>((a, b) => (b && (!a || b.score > a.score) ? b : a), null)
  // Of two equal ways the shorter text says it more exactly.
  return found && { score: found.score - text.length / 100, at: found.at }
}

/** Without case and accents, as long as before. */
const fold = (text: string): string =>
  [...text].map((char) => char.normalize('NFD').charAt(0).toLowerCase()).join('')
