import { expect, it, vi } from 'vitest'
import { createSessionTokens } from '../../../electron/transport/session-tokens.ts'

const code = (work: () => unknown) => {
  try {
    work()
    return 'none'
  } catch (error) {
    return (error as { code: string }).code
  }
}
const cookieOf = (setCookie: string) => setCookie.split(';')[0]!

it('makes tokens of 256 random bits, no two alike', () => {
  const tokens = createSessionTokens(80)
  const made = Array.from({ length: 20 }, () => tokens.launch())
  expect(new Set(made).size).toBe(20)
  for (const token of made) expect(token).toMatch(/^[\w-]{43}$/)
})

it('names its cookie after the port and hides it from scripts and other sites', () => {
  const tokens = createSessionTokens(8123)
  const cookie = tokens.exchange(tokens.launch())
  expect(cookie).toMatch(/^tessera-8123=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
})

it('knows the session it opened, among other cookies', () => {
  const tokens = createSessionTokens(80)
  const cookie = cookieOf(tokens.exchange(tokens.launch()))
  expect([cookie, `a=b; ${cookie}; c=d`, `tessera-80=wrong; ${cookie}`].map(tokens.knows)).toEqual([
    true,
    true,
    true,
  ])
})

it('knows no session without, with a wrong, a cut, a longer or a differently named cookie', () => {
  const tokens = createSessionTokens(80)
  const cookie = cookieOf(tokens.exchange(tokens.launch()))
  const value = cookie.split('=')[1]!
  const wrong = [
    undefined,
    '',
    'tessera-80=',
    `tessera-80=${value.slice(1)}`,
    `${cookie}x`,
    `tessera-81=${value}`,
  ]
  expect([...wrong, value, 'tessera-80=launch'].filter(tokens.knows)).toEqual([])
})

it('takes a launch token once, and never as a session', () => {
  const tokens = createSessionTokens(80)
  const token = tokens.launch()
  expect(tokens.knows(`tessera-80=${token}`)).toBe(false)
  tokens.exchange(token)
  expect(code(() => tokens.exchange(token))).toBe('HOST_TOKEN')
})

it('takes no token and no session of another start', () => {
  const before = createSessionTokens(80)
  const after = createSessionTokens(80)
  expect(code(() => after.exchange(before.launch()))).toBe('HOST_TOKEN')
  expect(after.knows(cookieOf(before.exchange(before.launch())))).toBe(false)
})

it('withdraws unused links when somebody guesses ten times in a minute', () => {
  const onGuessing = vi.fn()
  let time = 0
  const tokens = createSessionTokens(80, { now: () => time, onGuessing })
  const unused = tokens.launch()
  const session = cookieOf(tokens.exchange(tokens.launch()))
  const guess = (times: number) => {
    for (let i = 0; i < times; i++) expect(code(() => tokens.exchange('guess'))).toBe('HOST_TOKEN')
  }
  guess(9)
  time += 60_001
  guess(9)
  expect(onGuessing).not.toHaveBeenCalled()
  guess(1)
  expect(onGuessing).toHaveBeenCalledTimes(1)
  expect(code(() => tokens.exchange(unused))).toBe('HOST_TOKEN')
  // Pages that are open stay open, and a fresh link works.
  expect(tokens.knows(session)).toBe(true)
  expect(code(() => tokens.exchange(tokens.launch()))).toBe('none')
})

it('forgets the oldest unused links rather than keeping any number', () => {
  const tokens = createSessionTokens(80)
  const made = Array.from({ length: 40 }, () => tokens.launch())
  expect(code(() => tokens.exchange(made[0]!))).toBe('HOST_TOKEN')
  expect(code(() => tokens.exchange(made[39]!))).toBe('none')
})
