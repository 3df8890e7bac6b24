import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/glossary.md', root), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (Word|---) /.test(line))
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  )

it('says of every word what it means, where it lives and what not to call it', () => {
  expect(rows.length).toBeGreaterThan(50)
  for (const row of rows) {
    expect(row, row[0]).toHaveLength(4)
    expect(
      row.every((cell) => cell !== ''),
      row[0],
    ).toBe(true)
  }
})

it('names places that exist', () => {
  const places = rows.map(([, , where]) => where!.replaceAll('`', ''))
  expect(places.filter((place) => !existsSync(fileURLToPath(new URL(place, root))))).toEqual([])
})

it('has one entry for each word', () => {
  const words = rows.flatMap(([word]) => word!.replaceAll('`', '').split(', '))
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([])
})
