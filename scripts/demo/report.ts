import type { Told } from './story.ts'

/** Prints where everything came from and what was checked. Answers the exit code: 1 when a check does not hold. */
export function report({ checks, lineage }: Told, say: (line: string) => void): number {
  say('')
  say('lineage')
  for (const line of lineage) say(`  ${line}`)
  say('')
  say('checks')
  for (const { text, holds } of checks) say(`  ${holds ? 'ok  ' : 'FAIL'} ${text}`)
  say('')
  const held = checks.filter(({ holds }) => holds).length
  say(`${held} of ${checks.length} checks hold`)
  return held === checks.length && checks.length > 0 ? 0 : 1
}
