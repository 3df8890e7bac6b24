import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { usualPort } from '../../../electron/transport/usual-port.ts'

it('gives a library the same port at every start, outside of what systems give out by themselves', () => {
  const ids = Array.from({ length: 200 }, () => randomUUID())
  const ports = ids.map(usualPort)
  expect(ids.map(usualPort)).toEqual(ports)
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_768)
  }
  expect(new Set(ports).size).toBeGreaterThan(150)
})
